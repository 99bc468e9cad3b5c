/**
 * What the plane knows about a model: its decoder, and, as soon as they are there, the encodings of its data.
 *
 * @typedef {{latentDim: number, imageShape: [number, number, number], axes: number[], names: string[],
 *            extent: number, glyphs: string[], classNames: string[], dataset: string|null,
 *            encodings: import("./field.js").Encodings|null, points: number|null, outside: number,
 *            complete: boolean, cells: number,
 *            decodeShown: (z: number[], by?: (z: Float64Array) => Float32Array) => Float32Array}} Model
 * `complete`: all the points there will be are there; `cells` of a grid of pictures, along an axis;
 * `by`: other weights
 */
import { buildDecoder } from "./decoder.js";
import { fittingExtent } from "./nearest.js";
import { fetchSafetensors } from "./safetensors.js";
import { cellsFor } from "./tiles.js";
import { axisName } from "./words.js";

const DEFAULT_EXTENT = 3;
/** A longer name would cover its own cloud. */
const GLYPH_LENGTH = 8;
const MOST_GLYPHS = 10;

/**
 * One colour a class, and the ink of points without a class last; that ink alone for more classes than colours.
 *
 * @param {Model} model
 * @param {string[]} colours
 */
export function inks(model, colours) {
  return model.classNames.length < colours.length ? colours : colours.slice(-1);
}

/**
 * Gives the model again and again as it grows: with the decoder alone, for the first picture, then with each part
 * of its encodings. A model of more than two dimensions waits for the first part, which says what axes to show.
 *
 * @param {{decoder: string, encodings: string|null}} urls the latter of the first part
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<Model>}
 */
export async function* loadModel(urls, signal) {
  const asked = urls.encodings
    ? fetchSafetensors(urls.encodings, signal).then(
        (file) => ({ file, error: null }),
        (error) => ({ file: null, error }),
      )
    : Promise.resolve({ file: null, error: null });
  const decoder = buildDecoder(await fetchSafetensors(urls.decoder, signal));
  if (decoder.latentDim <= 2 && urls.encodings) yield describe(decoder, null, false);
  const { file, error } = await asked;
  let model = describe(decoder, file, !file || file.metadata.total <= count(file));
  yield model;
  if (error) throw error;
  for (let part = 1; file && !model.complete; part++) {
    const url = /** @type {string} */ (urls.encodings).replace("-0.safetensors", `-${part}.safetensors`);
    model = extend(model, await fetchSafetensors(url, signal));
    yield model;
  }
}

/** @param {import("./safetensors.js").TensorFile} file @returns {number} of its points */
function count(file) {
  return file.tensors.get("mu")?.shape[0] ?? 0;
}

/**
 * @param {import("./decoder.js").Decoder} decoder
 * @param {import("./safetensors.js").TensorFile|null} file the first part of the encodings
 * @param {boolean} complete
 * @returns {Model}
 */
function describe(decoder, file, complete) {
  const { latentDim, imageShape, decode } = decoder;
  /** @type {number[]} */
  const axes = file?.metadata.axes ?? (latentDim === 1 ? [0] : [0, 1]);
  const mu = /** @type {Float32Array|undefined} */ (file?.tensors.get("mu")?.data);
  const s = /** @type {Float32Array|undefined} */ (file?.tensors.get("s")?.data) ?? null;
  const labels = /** @type {Uint8Array|undefined} */ (file?.tensors.get("labels")?.data) ?? null;
  // Each part is a fair sample: the first one settles the extent, so that nothing jumps when others arrive.
  const extent = mu ? fittingExtent(mu) : DEFAULT_EXTENT;
  const classNames = /** @type {string[]} */ (file?.metadata.class_names ?? []);
  const columns = axes.length;
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
    encodings: mu ? { mu, s, columns, labels } : null,
    points: mu ? mu.length / columns : null,
    outside: mu ? countOutside(mu, columns, extent) : 0,
    complete,
    // A strip is lower than a fifth of its width.
    cells: Math.max(columns > 1 ? 1 : 8, cellsFor(imageShape)),
    decodeShown(shown, by = decode) {
      axes.forEach((axis, k) => (z[axis] = shown[k]));
      return by(z);
    },
  };
}

/** @param {Model} model @param {import("./safetensors.js").TensorFile} file the next part @returns {Model} */
function extend(model, file) {
  const before = /** @type {import("./field.js").Encodings} */ (model.encodings);
  const { columns } = before;
  const mu = joined(before.mu, /** @type {Float32Array} */ (file.tensors.get("mu")?.data), Float32Array);
  const spread = /** @type {Float32Array|undefined} */ (file.tensors.get("s")?.data);
  const s = before.s && spread ? joined(before.s, spread, Float32Array) : null;
  const more = /** @type {Uint8Array|undefined} */ (file.tensors.get("labels")?.data);
  const labels = before.labels && more ? joined(before.labels, more, Uint8Array) : null;
  return {
    ...model,
    encodings: { mu, s, columns, labels },
    points: mu.length / columns,
    outside: countOutside(mu, columns, model.extent),
    complete: mu.length / columns >= file.metadata.total,
  };
}

/**
 * @template {Float32Array|Uint8Array} T
 * @param {T} first @param {T} second @param {new (length: number) => T} Kind
 * @returns {T}
 */
function joined(first, second, Kind) {
  const all = new Kind(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

/** @param {Float32Array} mu @param {number} columns @param {number} extent */
function countOutside(mu, columns, extent) {
  let outside = 0;
  for (let n = 0; n < mu.length; n += columns) {
    if (Math.abs(mu[n]) > extent || (columns > 1 && Math.abs(mu[n + 1]) > extent)) outside++;
  }
  return outside;
}
