/**
 * The images of a page and what the encoder says of each, as `sheet.py` sends them.
 *
 * @typedef {import("./found.js").Ring} Ring
 * @typedef {{count: number, shape: [number, number, number], extent: number,
 *            pixels: (image: number) => Float32Array, mean: (image: number) => [number, number],
 *            rings: (image: number) => Ring[], nodes: (image: number) => import("./found.js").Nodes}} Sheet
 * `pixels` in [0, 1]; `extent`: how far a grid of z has to reach; `rings` hold more and more of q(z|x)
 */

/** @param {import("../../latent_plane/js/decode/safetensors.js").TensorFile} file @returns {Sheet} */
export function readSheet({ tensors }) {
  const [images, mean, rings, z, logQ, weights, extent] = ["images", "mean", "rings", "z", "log_q", "weights", "extent"].map(
    (name) => /** @type {import("../../latent_plane/js/decode/safetensors.js").Tensor} */ (tensors.get(name)),
  );
  const [count, ...shape] = images.shape;
  const size = shape.reduce((a, b) => a * b, 1);
  const [, kinds, corners] = rings.shape;
  /** @param {ArrayLike<number>} data @param {number} from @param {number} pairs @returns {Ring} */
  const places = (data, from, pairs) => Array.from({ length: pairs }, (_, n) => [data[from + 2 * n], data[from + 2 * n + 1]]);
  return {
    count,
    shape: /** @type {[number, number, number]} */ (shape),
    extent: extent.data[0],
    pixels: (image) => Float32Array.from(images.data.subarray(image * size, (image + 1) * size), (value) => value / 255),
    mean: (image) => places(mean.data, 2 * image, 1)[0],
    rings: (image) => Array.from({ length: kinds }, (_, k) => places(rings.data, 2 * corners * (kinds * image + k), corners)),
    nodes: (image) => ({
      z: /** @type {Float32Array} */ (z.data).subarray(2 * image * weights.data.length, 2 * (image + 1) * weights.data.length),
      logQ: /** @type {Float32Array} */ (logQ.data).subarray(image * weights.data.length, (image + 1) * weights.data.length),
      weights: /** @type {Float32Array} */ (weights.data),
    }),
  };
}
