/**
 * The decoder of a VAE in plain typed arrays: fast enough (0.1–0.5 ms a point for an MLP, about 1 ms for a small
 * convolutional one) to run inside the pointer handler. What it gives is E[x|z] under each likelihood. Python
 * stays the reference; a browser test holds this against PyTorch to 1e-5.
 *
 * @typedef {import("./safetensors.js").TensorFile} TensorFile
 * @typedef {import("./safetensors.js").Architecture} Architecture
 * @typedef {import("./likelihoods.js").Likelihood} Likelihood
 * @typedef {{features: (z: ArrayLike<number>) => Float64Array,
 *            head: (name: string) => (features: Float64Array) => Float64Array}} Body
 * all but the last layers, and what makes one value a pixel of it; each keeps its result until the next call
 * @typedef {{linear: Float64Array, square: Float64Array|null, rest: number}} Terms
 * log p(x|z) of an image x [C*H*W] as Σ linear · x + Σ square · x² + rest
 * @typedef {{latentDim: number, imageShape: [number, number, number], likelihood: Likelihood,
 *            decode: (z: ArrayLike<number>) => Float32Array, deviations: (() => Float32Array)|null,
 *            terms: ((z: ArrayLike<number>) => Terms)|null}} Decoder
 * `decode(z [J])` gives the means [C*H*W] in [0, 1]; the array is reused by the next call. `deviations` gives the
 * standard deviation of each pixel under p(x|z) [C*H*W] of what was decoded last, in an array that is reused too; null
 * where the file leaves out what they are made of, as are `terms`, what log p(x|z) of any image is made of
 * at a z; and where the likelihood has no `nats`
 */
import { activation, affine, apply, readLayer } from "./dense.js";
import { likelihoodOf, tellsDeviation } from "./likelihoods.js";
import { readStage, transposedConv } from "./transposed_conv.js";

/**
 * @param {TensorFile} file what the decoder route sends
 * @returns {Decoder} raises a sentence where its likelihood or its layers are not known here
 */
export function buildDecoder({ tensors, metadata }) {
  const { architecture } = metadata;
  if (!architecture) throw new Error("This file holds no decoder.");
  const likelihood = likelihoodOf(architecture.likelihood);
  if (!["mlp", "conv"].includes(architecture.network ?? "mlp")) {
    throw new Error(`The network “${architecture.network}” cannot be drawn here: the plane does not know its layers.`);
  }
  const [channels, height, width] = architecture.image_shape;
  const convolutional = architecture.network === "conv";
  const body = convolutional ? convolutions(tensors, architecture) : connected(tensors, architecture);
  const output = body.head("decoder.output");
  const [means, deviations] = [0, 0].map(() => new Float32Array(channels * height * width));
  // Convolutions leave the channels of a pixel side by side, images have them one after the other.
  const [planes, pixels] = convolutional ? [channels, height * width] : [1, means.length];
  /** @type {Float64Array} */
  let features = new Float64Array(0);
  /** @type {Float64Array} */
  let values = new Float64Array(0);

  /** @param {Float32Array} image @param {Float64Array} from @param {(a: number, output: number) => number} make */
  function fill(image, from, make) {
    for (let c = 0, m = 0; c < planes; c++) {
      for (let p = 0; p < pixels; p++, m++) image[m] = make(from[p * planes + c], values[p * planes + c]);
    }
    return image;
  }

  /** @param {ArrayLike<number>} z */
  function decode(z) {
    features = body.features(z);
    values = output(features);
    return fill(means, values, likelihood.mean);
  }

  const told = tellsDeviation(likelihood, tensors);
  const head = told && likelihood.head !== null ? body.head(likelihood.head) : null;
  const deviation = told ? likelihood.deviation(architecture, tensors) : () => NaN;
  const widths = () => (head ? head(features) : values);

  /** @param {import("./likelihoods.js").Nats} nats */
  function termsTold({ linear, square, rest }) {
    /** @type {Terms} */
    const terms = { linear: new Float64Array(means.length), square: square && new Float64Array(means.length), rest: 0 };
    return (/** @type {ArrayLike<number>} */ z) => {
      features = body.features(z);
      values = output(features);
      const wide = square ? widths() : null;
      let sum = 0;
      for (let c = 0, m = 0; c < planes; c++) {
        for (let p = 0; p < pixels; p++, m++) {
          const value = values[p * planes + c];
          const width = wide ? deviation(wide[p * planes + c], value) : 0;
          terms.linear[m] = linear(value, width);
          if (square && terms.square) terms.square[m] = square(width);
          sum += rest(value, width);
        }
      }
      terms.rest = sum;
      return terms;
    };
  }

  return {
    latentDim: architecture.latent_dim,
    imageShape: architecture.image_shape,
    likelihood,
    decode,
    deviations: told ? () => fill(deviations, widths(), deviation) : null,
    terms: told && likelihood.nats ? termsTold(likelihood.nats) : null,
  };
}

/**
 * @param {TensorFile["tensors"]} tensors @param {Architecture} architecture
 * @returns {Body}
 */
function connected(tensors, architecture) {
  return {
    features: hidden(tensors, architecture),
    head(name) {
      const layer = readLayer(tensors, name);
      return (features) => affine(layer, features);
    },
  };
}

/** @param {TensorFile["tensors"]} tensors @param {Architecture} architecture @returns {Body} */
function convolutions(tensors, architecture) {
  const inner = hidden(tensors, architecture);
  const activate = activation(architecture.activation);
  const [, height, width] = architecture.image_shape;
  const stages = architecture.channels.length;
  const [heights, widths] = [halvings(height, stages), halvings(width, stages)];
  const most = architecture.channels[stages - 1];
  const area = heights[0] * widths[0];
  // Row c · area + p of the file makes channel c of pixel p; here a pixel's channels stand together.
  const grid = readLayer(tensors, "decoder.grid", (o) => (o % most) * area + Math.floor(o / most));
  return {
    features(z) {
      const values = affine(grid, inner(z));
      apply(values, activate);
      return values;
    },
    head(name) {
      let from = { height: heights[0], width: widths[0], channels: most };
      /** @type {import("./transposed_conv.js").Stage[]} */
      const path = [];
      for (let i = 0; i < stages; i++) {
        const stage = readStage(tensors, `${name}.${i}`, from, heights[i + 1], widths[i + 1]);
        from = stage.to;
        path.push(stage);
      }
      return (features) =>
        path.reduce((values, stage, i) => {
          if (i > 0) apply(values, activate);
          return transposedConv(stage, values);
        }, features);
    },
  };
}

/** @param {TensorFile["tensors"]} tensors @param {Architecture} architecture */
function hidden(tensors, architecture) {
  const activate = activation(architecture.activation);
  /** @type {import("./dense.js").Layer[]} */
  const layers = [];
  for (let i = 0; tensors.has(`decoder.layers.${i}.weight`); i++) {
    layers.push(readLayer(tensors, `decoder.layers.${i}`));
  }
  return (/** @type {ArrayLike<number>} */ z) => {
    /** @type {Float64Array} */
    let values = Float64Array.from(z);
    for (const layer of layers) {
      const sums = affine(layer, values);
      apply(sums, activate);
      values = sums;
    }
    return values;
  };
}

/** @param {number} side @param {number} stages @returns {number[]} smallest first: 28, 2 → [7, 14, 28] */
export function halvings(side, stages) {
  const found = [side];
  for (let i = 0; i < stages; i++) found.unshift(Math.ceil(found[0] / 2));
  return found;
}
