/**
 * The decoder p(x|z) of an MLP VAE in plain typed arrays: fast enough (0.1–0.5 ms a point) to run inside the
 * pointer handler. Python stays the reference; a browser test holds this against PyTorch to 1e-5.
 *
 * @typedef {import("./safetensors.js").TensorFile} TensorFile
 * @typedef {{inputs: number, outputs: number, columns: Float32Array, bias: Float32Array,
 *            sums: Float64Array, active: Int32Array}} Layer
 * @typedef {{latentDim: number, imageShape: [number, number, number],
 *            decode: (z: ArrayLike<number>) => Float32Array}} Decoder
 */

/** @type {Record<string, (a: number) => number>} */
const ACTIVATIONS = { tanh: Math.tanh, relu: (a) => (a > 0 ? a : 0) };

/**
 * @param {TensorFile} file what the decoder route sends
 * @returns {Decoder} `decode(z [J])` gives the means [C*H*W] in [0, 1]; the array is reused by the next call
 */
export function buildDecoder({ tensors, metadata }) {
  const { architecture } = metadata;
  const activate = ACTIVATIONS[architecture.activation];
  if (!activate) throw new Error(`This page does not know the activation ${architecture.activation}.`);

  /** @type {Layer[]} */
  const layers = [];
  for (let i = 0; tensors.has(`decoder.layers.${i}.weight`); i++) {
    layers.push(readLayer(tensors, `decoder.layers.${i}`));
  }
  const output = readLayer(tensors, "decoder.output");
  const means = new Float32Array(output.outputs);

  /** @param {ArrayLike<number>} z */
  function decode(z) {
    let values = z;
    for (const layer of layers) {
      const sums = affine(layer, values);
      for (let j = 0; j < sums.length; j++) sums[j] = activate(sums[j]);
      values = sums;
    }
    const logits = affine(output, values);
    for (let j = 0; j < means.length; j++) means[j] = 1 / (1 + Math.exp(-logits[j]));
    return means;
  }

  return { latentDim: architecture.latent_dim, imageShape: architecture.image_shape, decode };
}

/**
 * Stores W [outputs, inputs] column by column, so that the inner loop of `affine` walks memory in order.
 *
 * @param {Map<string, import("./safetensors.js").Tensor>} tensors
 * @param {string} name
 * @returns {Layer}
 */
function readLayer(tensors, name) {
  const weight = tensors.get(`${name}.weight`);
  const bias = tensors.get(`${name}.bias`);
  if (!weight || !bias) throw new Error(`The decoder has no ${name}.`);
  const [outputs, inputs] = weight.shape;
  const columns = new Float32Array(inputs * outputs);
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) columns[i * outputs + o] = weight.data[o * inputs + i];
  }
  return {
    inputs,
    outputs,
    columns,
    bias: /** @type {Float32Array} */ (bias.data),
    sums: new Float64Array(outputs),
    active: new Int32Array(inputs),
  };
}

/**
 * sums = W x + b. Zeros are skipped (half of the units after a ReLU), and four columns are added in one
 * sweep, which saves three of four passes over `sums`.
 *
 * @param {Layer} layer
 * @param {ArrayLike<number>} x [inputs]
 * @returns {Float64Array} the layer's own buffer [outputs]
 */
function affine(layer, x) {
  const { inputs, outputs, columns, bias, sums, active } = layer;
  let count = 0;
  for (let i = 0; i < inputs; i++) if (x[i] !== 0) active[count++] = i;

  for (let o = 0; o < outputs; o++) sums[o] = bias[o];
  let k = 0;
  for (; k + 3 < count; k += 4) {
    const [i0, i1, i2, i3] = [active[k], active[k + 1], active[k + 2], active[k + 3]];
    const [x0, x1, x2, x3] = [x[i0], x[i1], x[i2], x[i3]];
    const [c0, c1, c2, c3] = [i0 * outputs, i1 * outputs, i2 * outputs, i3 * outputs];
    for (let o = 0; o < outputs; o++) {
      sums[o] += x0 * columns[c0 + o] + x1 * columns[c1 + o] + x2 * columns[c2 + o] + x3 * columns[c3 + o];
    }
  }
  for (; k < count; k++) {
    const value = x[active[k]];
    const column = active[k] * outputs;
    for (let o = 0; o < outputs; o++) sums[o] += value * columns[column + o];
  }
  return sums;
}
