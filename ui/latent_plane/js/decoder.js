/**
 * The decoder of a VAE in plain typed arrays: fast enough (0.1–0.5 ms a point for an MLP, about 1 ms for a small
 * convolutional one) to run inside the pointer handler. What it gives is E[x|z] under each likelihood. Python
 * stays the reference; a browser test holds this against PyTorch to 1e-5.
 *
 * @typedef {import("./safetensors.js").TensorFile} TensorFile
 * @typedef {(z: ArrayLike<number>) => Float64Array} Logits
 * @typedef {{latentDim: number, imageShape: [number, number, number],
 *            decode: (z: ArrayLike<number>) => Float32Array}} Decoder
 */
import { activation, affine, apply, readLayer } from "./dense.js";
import { readStage, upward } from "./upward.js";

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
  const logits = convolutional ? convolutions(tensors, architecture) : connected(tensors, architecture);
  const means = new Float32Array(channels * height * width);
  // Convolutions leave the channels of a pixel side by side, images have them one after the other.
  const [planes, pixels] = convolutional ? [channels, height * width] : [1, means.length];

  /** @param {ArrayLike<number>} z */
  function decode(z) {
    const values = logits(z);
    for (let c = 0, m = 0; c < planes; c++) {
      for (let p = 0; p < pixels; p++, m++) means[m] = mean(values[p * planes + c]);
    }
    return means;
  }

  return { latentDim: architecture.latent_dim, imageShape: architecture.image_shape, decode };
}

/** @param {TensorFile["tensors"]} tensors @param {any} architecture @returns {Logits} */
function connected(tensors, architecture) {
  const features = hidden(tensors, architecture);
  const output = readLayer(tensors, "decoder.output");
  return (z) => affine(output, features(z));
}

/** @param {TensorFile["tensors"]} tensors @param {any} architecture @returns {Logits} */
function convolutions(tensors, architecture) {
  const features = hidden(tensors, architecture);
  const activate = activation(architecture.activation);
  const [, height, width] = architecture.image_shape;
  const stages = architecture.channels.length;
  const [heights, widths] = [halvings(height, stages), halvings(width, stages)];

  let from = { height: heights[0], width: widths[0], channels: architecture.channels[stages - 1] };
  const area = from.height * from.width;
  const most = from.channels;
  // Row c · area + p of the file makes channel c of pixel p; here a pixel's channels stand together.
  const grid = readLayer(tensors, "decoder.grid", (o) => (o % most) * area + Math.floor(o / most));
  /** @type {import("./upward.js").Stage[]} */
  const path = [];
  for (let i = 0; i < stages; i++) {
    const stage = readStage(tensors, `decoder.output.${i}`, from, heights[i + 1], widths[i + 1]);
    from = stage.to;
    path.push(stage);
  }
  return (z) => {
    let values = affine(grid, features(z));
    for (const stage of path) {
      apply(values, activate);
      values = upward(stage, values);
    }
    return values;
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
    /** @type {ArrayLike<number>} */
    let values = z;
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
