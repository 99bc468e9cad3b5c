/**
 * The decoder of a VAE in plain typed arrays: fast enough (0.1–0.5 ms a point for an MLP, about 1 ms for a small
 * convolutional one) to run inside the pointer handler. What it gives is E[x|z] under each likelihood. Python
 * stays the reference; a browser test holds this against PyTorch to 1e-5.
 *
 * @typedef {import("./safetensors.js").TensorFile} TensorFile
 * @typedef {{features: (z: ArrayLike<number>) => Float64Array,
 *            head: (name: string) => (features: Float64Array) => Float64Array}} Body
 * all but the last layers, and what makes one value a pixel of it; each keeps its result until the next call
 * @typedef {{latentDim: number, imageShape: [number, number, number],
 *            decode: (z: ArrayLike<number>) => Float32Array}} Decoder
 */
import { activation, affine, apply, readLayer } from "./dense.js";
import { spreadOf } from "./deviations.js";
import { readStage, upward } from "./transposed_conv.js";

/** @param {number} a */
const sigmoid = (a) => 1 / (1 + Math.exp(-a));

/** E[x|z] as a function of the decoder's output. @type {Record<string, (a: number) => number>} */
const MEANS = {
  bernoulli: sigmoid,
  "continuous-bernoulli": continuousBernoulliMean,
  gaussian: sigmoid,
  "gaussian-fixed": sigmoid,
  "gaussian-shared": sigmoid,
};

/**
 * By the array that a decoder gives its means in: how to work out what lies behind its last ones.
 *
 * @type {WeakMap<Float32Array, () => {likelihood: string, deviations: Float32Array}>}
 */
const behind = new WeakMap();

/**
 * The likelihood, and the standard deviation of each pixel under p(x|z) [C*H*W], of an image that a decoder has given
 * last. Null where the decoder's file does not tell.
 *
 * @param {Float32Array} means
 */
export function spreadBehind(means) {
  return behind.get(means)?.() ?? null;
}

/**
 * 1 / (1 − e⁻ᵃ) − 1 / a, by its Taylor series where that is 0/0.
 *
 * @param {number} a
 */
export function continuousBernoulliMean(a) {
  if (Math.abs(a) < 0.05) return 0.5 + a / 12 - (a * a * a) / 720;
  return -1 / Math.expm1(-a) - 1 / a;
}

/**
 * @param {TensorFile} file what the decoder route sends
 * @returns {Decoder} `decode(z [J])` gives the means [C*H*W] in [0, 1]; the array is reused by the next call
 */
export function buildDecoder({ tensors, metadata }) {
  const { architecture } = metadata;
  const mean = MEANS[architecture.likelihood];
  if (!mean) throw new Error(`This page does not know the likelihood ${architecture.likelihood}.`);
  const [channels, height, width] = architecture.image_shape;
  const convolutional = architecture.network === "conv";
  const body = convolutional ? convolutions(tensors, architecture) : connected(tensors, architecture);
  const output = body.head("decoder.output");
  const [means, deviations] = [0, 0].map(() => new Float32Array(channels * height * width));
  // Convolutions leave the channels of a pixel side by side, images have them one after the other.
  const [planes, pixels] = convolutional ? [channels, height * width] : [1, means.length];
  let [features, values] = [new Float64Array(0), new Float64Array(0)];

  /** @param {Float32Array} image @param {Float64Array} from @param {(a: number) => number} make */
  function fill(image, from, make) {
    for (let c = 0, m = 0; c < planes; c++) {
      for (let p = 0; p < pixels; p++, m++) image[m] = make(from[p * planes + c]);
    }
    return image;
  }

  /** @param {ArrayLike<number>} z */
  function decode(z) {
    features = body.features(z);
    values = output(features);
    return fill(means, values, mean);
  }

  const spread = spreadOf(architecture, tensors);
  if (spread) {
    const head = spread.head ? body.head(spread.head) : null;
    behind.set(means, () => ({
      likelihood: architecture.likelihood,
      deviations: fill(deviations, head ? head(features) : values, spread.make),
    }));
  }
  return { latentDim: architecture.latent_dim, imageShape: architecture.image_shape, decode };
}

/**
 * @param {TensorFile["tensors"]} tensors @param {any} architecture
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

/** @param {TensorFile["tensors"]} tensors @param {any} architecture @returns {Body} */
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
          return upward(stage, values);
        }, features);
    },
  };
}

/** @param {TensorFile["tensors"]} tensors @param {any} architecture */
function hidden(tensors, architecture) {
  const activate = activation(architecture.activation);
  /** @type {import("./dense.js").Layer[]} */
  const layers = [];
  for (let i = 0; tensors.has(`decoder.layers.${i}.weight`); i++) {
    layers.push(readLayer(tensors, `decoder.layers.${i}`));
  }
  return (/** @type {ArrayLike<number>} */ z) => {
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
