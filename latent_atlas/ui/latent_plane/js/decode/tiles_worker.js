/**
 * Decodes whole grids away from the page's thread, so that the pointer never waits for 400 pictures.
 *
 * In:  {id, url, zs: Float64Array, latentDim, closeUp}: `zs` holds the points [count, J] row by row
 * Out: {id, pixels: ArrayBuffer, shape: [C, H, W], count}: the pictures [count, H, W] as RGBA, or {id, error}
 */
import { buildDecoder } from "./decoder.js";
import { paintMeans } from "../plane/picture.js";
import { fetchSafetensors } from "./safetensors.js";
import { STALE } from "../layers/tiles.js";

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

/** The newest close-up: while the plane is zoomed and dragged, older ones are given up. */
let newest = -1;
const PATIENCE_MS = 50;

/** Lets messages in that have come meanwhile. */
const breathe = () => new Promise((resolve) => setTimeout(resolve));

/** Whole grids come one after the other, and wait for a close-up, which is what somebody looks at now. */
let queue = Promise.resolve();
let looking = Promise.resolve();

self.onmessage = ({ data }) => {
  if (!data.closeUp) queue = queue.then(() => work(data));
  else {
    newest = data.id;
    looking = work(data);
  }
};

/** @param {{id: number, url: string, zs: Float64Array, latentDim: number, closeUp: boolean}} job */
async function work({ id, url, zs, latentDim, closeUp }) {
  try {
    const { decode, imageShape } = await decoderAt(url);
    const [, height, width] = imageShape;
    const count = zs.length / latentDim;
    const image = new ImageData(width, height * count);
    let began = performance.now();
    for (let n = 0; n < count; n++) {
      if (performance.now() - began > PATIENCE_MS) {
        await breathe();
        if (!closeUp) await looking;
        began = performance.now();
      }
      if (closeUp && newest !== id) {
        self.postMessage({ id, error: STALE });
        return;
      }
      const means = decode(zs.subarray(n * latentDim, (n + 1) * latentDim));
      paintMeans(means, imageShape, image, n * height * width);
    }
    const pixels = image.data.buffer;
    self.postMessage({ id, pixels, shape: imageShape, count }, { transfer: [pixels] });
  } catch (error) {
    decoders.delete(url);
    self.postMessage({ id, error: String(error) });
  }
}
