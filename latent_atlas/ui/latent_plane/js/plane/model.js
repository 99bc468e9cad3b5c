/**
 * What the plane knows about a model: its decoder, and, as soon as they are there, the encodings of its data.
 *
 * @typedef {{latentDim: number, imageShape: [number, number, number], axes: number[], names: string[],
 *            extent: number, glyphs: string[], classNames: string[], columns: string[], column: number, dataset: string|null,
 *            encodings: import("./canvas.js").Encodings|null, points: number|null, outside: number,
 *            complete: boolean, cells: number, place: import("../plane/base_plane.js").Place,
 *            activity: Activity|null, explained: number|null, held: boolean, all: number|null,
 *            decoder: import("../decode/decoder.js").Decoder, step: number|null, slower: string,
 *            decodeShown: (z: number[], by?: import("../decode/decoder.js").Decoder["decode"]) => Float32Array}} Model
 * @typedef {import("../decode/safetensors.js").Labels} Labels
 * @typedef {{rate: number[], told: string[], dead: boolean[], order: number[]}} Activity of each dimension, and the most
 * active first; `told` is the rate with its ± over images
 * `columns` of labels by name, and which of them `classNames` and the labels of the encodings are of
 * `axes`: the shown dimensions, of a plane of PCA or t-SNE 0 and 1; `place`: where it lies in the latent space;
 * `activity` is null where the plane shows all dimensions; `explained`: the share of variance that PCA shows; `held`: its
 * plane is turned in itself so that it holds still while the run trains; `all`: how
 * many points there are where t-SNE has placed some. `complete`: all the points there will be are there; `cells` of a grid of pictures, along an axis;
 * `by`: other weights; `step`: where a run that trains is, null of a model that stays as it is; `slower`: why it moves less often than others
 */
import { buildDecoder } from "../decode/decoder.js";
import { flatPlace, sheetPlace } from "../plane/base_plane.js";
import { fetchFrame, fetchSafetensors } from "../decode/safetensors.js";
import { cellsFor } from "../layers/tiles.js";
import { measured } from "./measures.js";
import { axisName } from "./words.js";

const DEFAULT_EXTENT = 3;
/** A tab that has just been hidden has no frames. */
const UNSEEN_MS = 200;
/** A longer name would cover its own cloud. */
const GLYPH_LENGTH = 10;
const MOST_GLYPHS = 10;
/** Encodings come shuffled, so that some tell of all; sorting two million numbers takes half a second. */
const MOST_JUDGED = 200_000;

/**
 * One colour a class, and the ink of points without a class last. More classes than colours begin anew; numbers that
 * measure have those of a scale.
 *
 * @param {{classNames: string[], column: number}} model
 * @param {string[]} colours the ink of points without a class is the last
 */
export function inks(model, colours) {
  const [palette, [ink]] = [colours.slice(0, -1), colours.slice(-1)];
  const scale = measured(model);
  if (scale) return [...scale.colours.map((colour) => colour || ink), ink];
  return [...model.classNames.map((_, label) => palette[label % palette.length]), ink];
}

/**
 * Gives the model again and again as it grows: with the decoder alone, for the first picture, then with each part
 * of its encodings. A model of more than two dimensions waits for the first part, which says what axes to show.
 *
 * @param {{decoder: string|null, encodings: string|null, dims?: string|null}} urls of the first part of the encodings; `dims`
 * is the plane to show of a model without any
 * @param {AbortSignal} signal
 * @param {(words: string) => void} [onWait] hears that the server is at work on the points
 * @returns {AsyncGenerator<Model>}
 */
export async function* loadModel(urls, signal, onWait) {
  const asked = urls.encodings
    ? fetchSafetensors(urls.encodings, signal, onWait).then(
        (file) => ({ file, error: null }),
        (/** @type {unknown} */ error) => ({ file: null, error }),
      )
    : Promise.resolve({ file: null, error: null });
  const decoder = buildDecoder(await fetchSafetensors(/** @type {string} */ (urls.decoder), signal));
  if (decoder.latentDim <= 2 && urls.encodings) {
    yield describe(decoder, null, false, null);
    await seen();
  }
  const { file, error } = await asked;
  let model = describe(decoder, file, !file || (file.metadata.total ?? 0) <= count(file), urls.dims ?? null);
  yield model;
  if (error) throw error;
  for (let part = 1; file && !model.complete; part++) {
    const url = /** @type {string} */ (urls.encodings).replace("-0.safetensors", `-${part}.safetensors`);
    model = extend(model, await fetchSafetensors(url, signal));
    yield model;
  }
}

/** The points may be here as soon as the picture, and would keep it from the screen until the frame after it begins. */
async function seen() {
  if (document.hidden) return;
  await new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)));
    setTimeout(resolve, UNSEEN_MS);
  });
}

/** Between two looks at a run that trains, as long as somebody looks at the page. */
const LOOK_MS = 250;
/** Frames come about as long after one another as they did before: until this share of it, looking is in vain. */
const IN_VAIN = 0.7;
const LONGEST_IN_VAIN_MS = 3_000;
/** Between two looks for a server that does not answer: it may be started again. */
const UNHEARD_MS = 2_000;

/**
 * Gives the model of a run that trains again and again, as its worker shows it, until it has ended. The first one sets
 * the scale; after that it grows only.
 *
 * @param {string} url of its frames @param {boolean} pca the plane to show, rather than that of the most active axes
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<Model>}
 */
export async function* watchModel(url, pca, signal) {
  let [step, extent, plane] = [-1, 0, pca ? "&plane=pca" : ""];
  /** @type {import("./base_plane.js").Place|null} it stays, and so does what is set on it, while the axes do */
  let place = null;
  let [came, apart] = [performance.now(), 0];
  for (;;) {
    /** @type {Awaited<ReturnType<typeof fetchFrame>>} */
    const frame = document.hidden ? null : await fetchFrame(`${url}?after=${step}${plane}`, signal);
    if (frame === "ended") return;
    const heard = frame !== "unheard";
    if (heard && frame) {
      const model = describe(buildDecoder(frame), frame, true, null, place);
      step = frame.metadata.step ?? step;
      [extent, place] = [Math.max(extent, model.extent), model.place];
      if (model.latentDim > 2 && !pca) plane = `&plane=${model.axes.map((axis) => axis + 1).join("-")}`;
      yield { ...model, extent, step };
      const now = performance.now();
      [came, apart] = [now, now - came];
    }
    const wait = !heard ? UNHEARD_MS : frame ? Math.min(IN_VAIN * apart, LONGEST_IN_VAIN_MS) : 0;
    await new Promise((resolve) => setTimeout(resolve, Math.max(LOOK_MS, wait)));
    if (signal.aborted) return;
  }
}

/** @param {import("../decode/safetensors.js").TensorFile} file @returns {number} of its points */
function count(file) {
  return file.tensors.get("mu")?.shape[0] ?? 0;
}

/**
 * @param {import("../decode/decoder.js").Decoder} decoder
 * @param {import("../decode/safetensors.js").TensorFile|null} file the first part of the encodings
 * @param {boolean} complete
 * @param {string|null} dims what to show where no file tells
 * @param {import("../plane/base_plane.js").Place|null} [before] of the same model a moment ago
 * @returns {Model}
 */
function describe(decoder, file, complete, dims, before = null) {
  const { latentDim, imageShape, decode } = decoder;
  const { metadata: told = {} } = file ?? {};
  const axes = told.axes ?? namedAxes(dims, latentDim);
  const found = placeOf(file, latentDim, axes);
  const held = told.held ?? false;
  const place = !held && before?.name === found.name ? before : found;
  if (held && before?.name === found.name) place.stayAt(before.base());
  const mu = /** @type {Float32Array|undefined} */ (file?.tensors.get("mu")?.data);
  const s = /** @type {Float32Array|undefined} */ (file?.tensors.get("s")?.data) ?? null;
  const labels = /** @type {Labels|undefined} */ (file?.tensors.get("labels")?.data) ?? null;
  // Each part is a fair sample: the first one settles the extent, so that nothing jumps when others arrive.
  const extent = mu ? fittingExtent(mu) : DEFAULT_EXTENT;
  const classNames = told.class_names ?? [];
  const columns = axes.length;
  const correlation = /** @type {Float32Array|undefined} */ (file?.tensors.get("correlation")?.data) ?? null;
  return {
    decoder,
    step: null,
    slower: told.slower ?? "",
    latentDim,
    imageShape,
    axes,
    names: { axes: axes.map(axisName), pca: held ? ["u₁", "u₂"] : ["PC₁", "PC₂"], tsne: ["x", "y"] }[place.kind],
    place,
    activity: told.rate ? { rate: told.rate, told: told.told ?? [], dead: told.dead ?? [], order: told.order ?? [] } : null,
    explained: told.explained ?? null,
    held,
    all: told.of ?? null,
    extent,
    classNames,
    columns: told.columns ?? [],
    column: 0,
    glyphs: labels ? glyphsOf(classNames) : [],
    dataset: told.dataset ?? null,
    encodings: mu ? { mu, s, correlation, columns, labels } : null,
    points: mu ? mu.length / columns : null,
    outside: mu ? countOutside(mu, columns, extent) : 0,
    complete,
    // A strip is lower than a fifth of its width.
    cells: Math.max(columns > 1 ? 1 : 8, cellsFor(imageShape)),
    decodeShown(shown, by = decode) {
      return by(place.lift(shown));
    },
  };
}

/**
 * The model with other points: those that it had after an earlier epoch.
 *
 * @param {Model} model @param {import("./canvas.js").Encodings} encodings
 * @returns {Model}
 */
export function withPoints(model, encodings) {
  const { mu, columns } = encodings;
  return { ...model, encodings, points: mu.length / columns, outside: countOutside(mu, columns, model.extent) };
}

/**
 * @param {import("../decode/safetensors.js").TensorFile|null} file @param {number} latentDim @param {number[]} axes
 * @returns {import("../plane/base_plane.js").Place}
 */
function placeOf(file, latentDim, axes) {
  const means = /** @type {Float32Array|undefined} */ (file?.tensors.get("means")?.data);
  if (means) return sheetPlace(/** @type {Float32Array} */ (file?.tensors.get("mu")?.data), means);
  const { projection, origin, directions } = file?.metadata ?? {};
  if (projection === "pca" && origin && directions) return flatPlace("pca", projection, origin, directions);
  const unit = (/** @type {number} */ axis) => Array.from({ length: latentDim }, (_, j) => (j === axis ? 1 : 0));
  const name = `axes-${axes.map((axis) => axis + 1).join("-")}`;
  return flatPlace("axes", name, new Array(latentDim).fill(0), axes.map(unit));
}

/** @param {string|null} dims `axes-3-7` @param {number} latentDim @returns {number[]} */
function namedAxes(dims, latentDim) {
  const [first, second] = (dims ?? "").split("-").slice(1).map((number) => Number(number) - 1);
  if (latentDim > 2 && first < latentDim && second < latentDim) return [first, second];
  return latentDim === 1 ? [0] : [0, 1];
}

/**
 * The model with the labels of another column, of all points that there will be.
 *
 * @param {Model} model @param {number} column
 * @param {{labels: Labels, classNames: string[]}} its
 * @returns {Model}
 */
export function colouredBy(model, column, { labels, classNames }) {
  const { encodings, points } = model;
  if (!encodings || points === null) return model;
  if (labels.length < points) throw new Error("These labels are of other points: reload the page.");
  return {
    ...model, column, classNames, glyphs: glyphsOf(classNames), encodings: { ...encodings, labels: labels.slice(0, points) },
  };
}

/** What stands on the plane of each class; nothing where they are many. @param {string[]} classNames */
function glyphsOf(classNames) {
  return classNames.length <= MOST_GLYPHS ? classNames.map(glyphOf) : [];
}

/** @param {Model} model @param {import("../decode/safetensors.js").TensorFile} file the next part @returns {Model} */
function extend(model, file) {
  const before = /** @type {import("./canvas.js").Encodings} */ (model.encodings);
  const { columns } = before;
  const mu = joined(before.mu, /** @type {Float32Array} */ (file.tensors.get("mu")?.data), Float32Array);
  const spread = /** @type {Float32Array|undefined} */ (file.tensors.get("s")?.data);
  const s = before.s && spread ? joined(before.s, spread, Float32Array) : null;
  const slant = /** @type {Float32Array|undefined} */ (file.tensors.get("correlation")?.data);
  const correlation = before.correlation && slant ? joined(before.correlation, slant, Float32Array) : null;
  const more = /** @type {Labels|undefined} */ (file.tensors.get("labels")?.data);
  const Kind = more instanceof Uint16Array ? Uint16Array : Uint8Array;
  const labels = before.labels && more ? joined(before.labels, more, Kind) : null;
  return {
    ...model,
    encodings: { mu, s, correlation, columns, labels },
    points: mu.length / columns,
    outside: countOutside(mu, columns, model.extent),
    complete: mu.length / columns >= (file.metadata.total ?? 0),
  };
}

/**
 * @template {Float32Array|Labels} T
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

/**
 * Half the width of the plane: 3 as in the manifold grids, or, where the encodings reach further, the next
 * half unit that holds 99.5 % of all coordinates. Never more than 8, so that one stray point cannot shrink
 * everything else to a dot.
 *
 * @param {Float32Array} mu
 * @returns {number}
 */
export function fittingExtent(mu) {
  const sizes = Float32Array.from(mu.slice(0, MOST_JUDGED), Math.abs).sort();
  const reach = sizes.length ? sizes[Math.floor(0.995 * (sizes.length - 1))] : 0;
  return Math.min(8, Math.max(3, Math.ceil(reach * 2) / 2));
}

/** A class's name as it stands on the plane: all of it, or what fits, in whole words. @param {string} name */
export function glyphOf(name) {
  if (name.length <= GLYPH_LENGTH) return name;
  const fits = name.slice(0, GLYPH_LENGTH);
  const words = fits.replace(/[\s/,;_–-]+[^\s/,;_–-]*$/, "");
  return `${words.length > 1 && words !== fits ? words : fits.slice(0, -1)}…`;
}
