/**
 * What the plane knows about a model: its decoder, and, as soon as they are there, the encodings of its data.
 *
 * @typedef {{latentDim: number, imageShape: [number, number, number], axes: number[], names: string[],
 *            extent: number, glyphs: string[], classNames: string[], dataset: string|null,
 *            encodings: import("./field.js").Encodings|null, points: number|null, outside: number,
 *            asked: Set<string>, complete: boolean,
 *            toUnit: (z: number) => number, decodeShown: (z: number[]) => Float32Array}} Model
 */
import { normalCdf } from "./axes.js";
import { buildDecoder } from "./decoder.js";
import { fittingExtent } from "./nearest.js";
import { fetchSafetensors } from "./safetensors.js";
import { axisName } from "./words.js";

const DEFAULT_EXTENT = 3;
/** A longer name would cover its own cloud. */
const GLYPH_LENGTH = 8;
const MOST_GLYPHS = 10;

/**
 * Gives the model twice: with the decoder alone, for the first picture, then with its encodings. A model of more
 * than two dimensions comes once, because its encodings say which two axes to show.
 *
 * @param {{decoder: string, encodings: string|null}} urls
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<Model>}
 */
export async function* loadModel(urls, signal) {
  const points = urls.encodings
    ? fetchSafetensors(urls.encodings, signal).then(
        (file) => ({ file, error: null }),
        (error) => ({ file: null, error }),
      )
    : Promise.resolve({ file: null, error: null });
  const decoder = buildDecoder(await fetchSafetensors(urls.decoder, signal));
  if (decoder.latentDim <= 2 && urls.encodings) yield describe(decoder, null, false);
  const { file, error } = await points;
  yield describe(decoder, file, true);
  if (error) throw error;
}

/**
 * @param {import("./decoder.js").Decoder} decoder
 * @param {import("./safetensors.js").TensorFile|null} file encodings
 * @param {boolean} complete
 * @returns {Model}
 */
function describe(decoder, file, complete) {
  const { latentDim, imageShape, decode } = decoder;
  /** @type {number[]} */
  const axes = file?.metadata.axes ?? (latentDim === 1 ? [0] : [0, 1]);
  const mu = /** @type {Float32Array|undefined} */ (file?.tensors.get("mu")?.data);
  const labels = /** @type {Uint8Array|undefined} */ (file?.tensors.get("labels")?.data) ?? null;
  const extent = mu ? fittingExtent(mu) : DEFAULT_EXTENT;
  const classNames = /** @type {string[]} */ (file?.metadata.class_names ?? []);
  const columns = axes.length;

  let outside = 0;
  for (let n = 0; mu && n < mu.length; n += columns) {
    if (Math.abs(mu[n]) > extent || (columns > 1 && Math.abs(mu[n + 1]) > extent)) outside++;
  }
  const z = new Float64Array(latentDim);
  return {
    latentDim,
    imageShape,
    axes,
    names: axes.map(axisName),
    extent,
    classNames,
    glyphs: labels && classNames.length <= MOST_GLYPHS ? classNames.map((name) => name.slice(0, GLYPH_LENGTH)) : [],
    dataset: file?.metadata.dataset ?? null,
    encodings: mu ? { mu, columns, labels } : null,
    points: mu ? mu.length / columns : null,
    outside,
    asked: new Set(),
    complete,
    toUnit: normalCdf,
    decodeShown(shown) {
      axes.forEach((axis, k) => (z[axis] = shown[k]));
      return decode(z);
    },
  };
}
