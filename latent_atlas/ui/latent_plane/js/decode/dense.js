/**
 * Fully connected layers in plain typed arrays.
 *
 * @typedef {{inputs: number, outputs: number, columns: Float32Array, bias: Float32Array,
 *            sums: Float64Array, active: Int32Array}} Layer
 */

/** @type {Record<string, (a: number) => number>} */
const ACTIVATIONS = { tanh: Math.tanh, relu: (a) => (a > 0 ? a : 0) };

/** @param {string} name @returns {(a: number) => number} */
export function activation(name) {
  const found = ACTIVATIONS[name];
  if (!found) throw new Error(`This page does not know the activation ${name}.`);
  return found;
}

/**
 * @param {Map<string, import("./safetensors.js").Tensor>} tensors
 * @param {string} name
 * @returns {{weight: import("./safetensors.js").Tensor, bias: Float32Array}}
 */
export function parameters(tensors, name) {
  const weight = tensors.get(`${name}.weight`);
  const bias = tensors.get(`${name}.bias`);
  if (!weight || !bias) throw new Error(`The decoder has no ${name}.`);
  return { weight, bias: /** @type {Float32Array} */ (bias.data) };
}

/**
 * Stores W [outputs, inputs] column by column, so that the inner loop of `affine` walks memory in order.
 *
 * @param {Map<string, import("./safetensors.js").Tensor>} tensors
 * @param {string} name
 * @param {(output: number) => number} [row] which row of W makes an output, where they are to be in another order
 * @returns {Layer}
 */
export function readLayer(tensors, name, row = (o) => o) {
  const { weight, bias } = parameters(tensors, name);
  const [outputs, inputs] = weight.shape;
  const columns = new Float32Array(inputs * outputs);
  const ordered = new Float32Array(outputs);
  for (let o = 0; o < outputs; o++) {
    const from = row(o);
    ordered[o] = bias[from];
    for (let i = 0; i < inputs; i++) columns[i * outputs + o] = weight.data[from * inputs + i];
  }
  return layer(inputs, outputs, columns, ordered);
}

/**
 * @param {number} inputs @param {number} outputs
 * @param {Float32Array} columns [inputs, outputs] @param {Float32Array} bias [outputs]
 * @returns {Layer}
 */
export function layer(inputs, outputs, columns, bias) {
  return { inputs, outputs, columns, bias, sums: new Float64Array(outputs), active: new Int32Array(inputs) };
}

/**
 * sums = W x + b. Zeros are skipped (half of the units after a ReLU), and four columns are added in one
 * sweep, which saves three of four passes over `sums`.
 *
 * @param {Layer} layer
 * @param {ArrayLike<number>} x
 * @param {number} [start] where in x the layer's inputs begin
 * @returns {Float64Array} the layer's own buffer [outputs]
 */
export function affine({ inputs, outputs, columns, bias, sums, active }, x, start = 0) {
  let count = 0;
  for (let i = start; i < start + inputs; i++) if (x[i] !== 0) active[count++] = i;

  for (let o = 0; o < outputs; o++) sums[o] = bias[o];
  let k = 0;
  for (; k + 3 < count; k += 4) {
    const i0 = active[k];
    const i1 = active[k + 1];
    const i2 = active[k + 2];
    const i3 = active[k + 3];
    const x0 = x[i0];
    const x1 = x[i1];
    const x2 = x[i2];
    const x3 = x[i3];
    const c0 = (i0 - start) * outputs;
    const c1 = (i1 - start) * outputs;
    const c2 = (i2 - start) * outputs;
    const c3 = (i3 - start) * outputs;
    for (let o = 0; o < outputs; o++) {
      sums[o] += x0 * columns[c0 + o] + x1 * columns[c1 + o] + x2 * columns[c2 + o] + x3 * columns[c3 + o];
    }
  }
  for (; k < count; k++) {
    const value = x[active[k]];
    const column = (active[k] - start) * outputs;
    for (let o = 0; o < outputs; o++) sums[o] += value * columns[column + o];
  }
  return sums;
}

/**
 * @param {Float64Array} values changed in place
 * @param {(a: number) => number} activate
 */
export function apply(values, activate) {
  for (let j = 0; j < values.length; j++) values[j] = activate(values[j]);
}
