/**
 * Decodes whole grids away from the page's thread, so that the pointer never waits for 400 pictures.
 *
 * In:  {id, url, zs: Float64Array, latentDim}: `zs` holds the points [count, J] row by row
 * Out: {id, pixels: ArrayBuffer, shape: [C, H, W], count}: the pictures [count, H, W] as RGBA, or {id, error}
 */
import { buildDecoder } from "./decoder.js";
import { paintMeans } from "./picture.js";
import { fetchSafetensors } from "./safetensors.js";

/** @type {Map<string, Promise<import("./decoder.js").Decoder>>} one entry: the model on show */
const decoders = new Map();

/** @param {string} url */
function decoderAt(url) {
  if (!decoders.has(url)) {
    decoders.clear();
    decoders.set(url, fetchSafetensors(url).then(buildDecoder));
  }
  return /** @type {Promise<import("./decoder.js").Decoder>} */ (decoders.get(url));
}

self.onmessage = async ({ data: { id, url, zs, latentDim } }) => {
  try {
    const { decode, imageShape } = await decoderAt(url);
    const [, height, width] = imageShape;
    const count = zs.length / latentDim;
    const image = new ImageData(width, height * count);
    for (let n = 0; n < count; n++) {
      const means = decode(zs.subarray(n * latentDim, (n + 1) * latentDim));
      paintMeans(means, imageShape, image, n * height * width);
    }
    const pixels = image.data.buffer;
    self.postMessage({ id, pixels, shape: imageShape, count }, { transfer: [pixels] });
  } catch (error) {
    decoders.delete(url);
    self.postMessage({ id, error: String(error) });
  }
};
