/**
 * Transposed convolutions of kernel 4, stride 2 and padding 1, which double the side (vae_core's `Upward`).
 *
 * Values lie channels last. Each input pixel is one small matrix product, 16 · C' sums long, that is added to
 * the 4 × 4 patch of the output around it. Measured against a gather by parity with register tiles (64 → 32
 * channels, 7 → 14 pixels, half of the inputs zero): 0.6 against 1.2 ms, because only this way skips zeros.
 */
import { affine, layer, parameters } from "./dense.js";

const KERNEL = 4;

/**
 * @typedef {{height: number, width: number, channels: number}} Grid
 * @typedef {{patch: import("./dense.js").Layer, bias: Float32Array, from: Grid, to: Grid,
 *            padded: Float64Array, values: Float64Array}} Stage
 */

/**
 * @param {Map<string, import("./safetensors.js").Tensor>} tensors
 * @param {string} name
 * @param {Grid} from
 * @param {number} height of the output, which is cut at the bottom
 * @param {number} width of the output, which is cut at the right
 * @returns {Stage}
 */
export function readStage(tensors, name, from, height, width) {
  const { weight, bias } = parameters(tensors, name);
  const [inputs, channels] = weight.shape;
  const taps = KERNEL * KERNEL;
  const columns = new Float32Array(inputs * taps * channels);
  for (let i = 0; i < inputs; i++) {
    for (let o = 0; o < channels; o++) {
      for (let t = 0; t < taps; t++) {
        columns[(i * taps + t) * channels + o] = weight.data[(i * channels + o) * taps + t];
      }
    }
  }
  return {
    patch: layer(inputs, taps * channels, columns, new Float32Array(taps * channels)),
    bias,
    from,
    to: { height, width, channels },
    padded: new Float64Array((2 * from.height + 2) * (2 * from.width + 2) * channels),
    values: new Float64Array(height * width * channels),
  };
}

/**
 * @param {Stage} stage
 * @param {Float64Array} x [from.height, from.width, from.channels]
 * @returns {Float64Array} the stage's own buffer [to.height, to.width, to.channels]
 */
export function upward({ patch, bias, from, to, padded, values }, x) {
  const { channels } = to;
  const stride = (2 * from.width + 2) * channels;
  padded.fill(0);
  for (let y = 0; y < from.height; y++) {
    for (let c = 0; c < from.width; c++) {
      const sums = affine(patch, x, (y * from.width + c) * from.channels);
      const corner = 2 * y * stride + 2 * c * channels;
      for (let row = 0, s = 0; row < KERNEL; row++) {
        const start = corner + row * stride;
        for (let t = 0; t < KERNEL * channels; t++, s++) padded[start + t] += sums[s];
      }
    }
  }
  // The padding of 1 is what the frame of `padded` holds; the rest is cut to the stage's size.
  for (let y = 0, v = 0; y < to.height; y++) {
    let p = (y + 1) * stride + channels;
    for (let c = 0; c < to.width; c++) {
      for (let o = 0; o < channels; o++, p++, v++) values[v] = padded[p] + bias[o];
    }
  }
  return values;
}
