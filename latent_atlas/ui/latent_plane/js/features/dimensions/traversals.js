/**
 * Every dimension on its own: a row for each, the most active first, with a slider and what the decoder draws along
 * it from −3 to 3 while all others stay where they are. Workers decode the pictures; the slider decodes at once.
 *
 * @typedef {import("../../plane/feature.js").Feature} Feature
 * @typedef {import("../../plane/model.js").Model} Model
 * @typedef {{axis: number, element: HTMLElement, canvas: HTMLCanvasElement, slider: HTMLInputElement,
 *            output: HTMLElement}} Row
 */
import { baseText } from "../../plane/base_plane.js";
import { createPicture, wholeScale } from "../../plane/picture.js";
import { STALE, createTileSource } from "../../layers/tiles.js";
import { axisName, number } from "../../plane/words.js";
import { contextOf, finder } from "../../../../components/elements.js";
import { signal } from "../../util/signals.js";
import { dimensionName } from "./words.js";

const STOPS = [-3, -2, -1, 0, 1, 2, 3];
const FIRST_ROWS = 16;
/** A sheet of all the pictures of 512 dimensions would be higher than a canvas can be. */
const ROWS_AT_ONCE = 16;
/** CSS pixels of a picture, where there is room. */
const ROOM = 56;
/** And of the one that stays in sight beside all of them. */
const NOW_ROOM = { wide: 112, narrow: 84 };
const GAP = 2;
const REST_MS = 200;

/**
 * The z of all pictures of some rows.
 *
 * @param {ArrayLike<number>} z [J] @param {number[]} axes the dimension of each row
 * @returns {Float64Array} [rows × stops, J]
 */
function walkPoints(z, axes) {
  const zs = new Float64Array(axes.length * STOPS.length * z.length);
  axes.forEach((axis, r) => {
    STOPS.forEach((value, c) => {
      const at = (r * STOPS.length + c) * z.length;
      zs.set(z, at);
      zs[at + axis] = value;
    });
  });
  return zs;
}

/** @type {import("../../plane/feature.js").FeatureModule} */
export const feature = { order: 70, create: createTraversals };

/** @param {import("../../plane/feature.js").Plane} plane @returns {Feature} */
function createTraversals(plane) {
  const { root, state, effect, actions } = plane;
  const find = finder(root);
  const fold = find.details(".every");
  const [body, rowsElement, words] = [".every-body", ".every-rows", ".every-words"].map(find.html);
  const [reset, stay, more] = [".every-reset", ".every-stay", ".every-more"].map(find.button);
  // The large picture is out of sight when the last rows are in it.
  const now = createPicture(find.canvas(".every-now"));
  /** @type {ReturnType<typeof createTileSource>|null} */
  let source = null;
  /** @type {Model|null} */
  let model = null;
  /** @type {import("../../plane/state.js").PlaneData|null} */
  let data = null;
  const rows = signal(/** @type {Row[]} */ ([]));
  const open = signal(fold.open);
  let all = false;
  let near = -1;
  /** What the pictures show, or are about to. */
  let drawn = "";
  let timer = 0;
  let resting = 0;

  fold.ontoggle = () => (open.value = fold.open);
  reset.onclick = () => {
    model?.place.stayAt(null);
    actions.rebase(state.pin.value, true);
  };
  stay.onclick = () => void stayAtNearest();
  more.onclick = () => {
    all = true;
    build();
  };

  /** The pinned z. @returns {number[]} */
  const pinned = () => [.../** @type {Model} */ (model).place.lift(state.pin.value)];

  /** Keeps all of z, whatever the plane shows of it. @param {ArrayLike<number>} z @param {boolean} rests */
  function moveTo(z, rests) {
    const { place } = /** @type {Model} */ (model);
    place.stayAt(z);
    actions.rebase(place.project(z), rests);
  }

  /** @param {number} axis @param {number} value @param {boolean} rests */
  function turn(axis, value, rests) {
    clearTimeout(resting);
    const z = pinned();
    z[axis] = value;
    moveTo(z, rests);
    if (!rests) resting = window.setTimeout(() => moveTo(pinned(), true), REST_MS);
  }

  async function stayAtNearest() {
    if (near < 0 || !data?.dims?.at) return;
    const asked = model;
    try {
      const response = await fetch(`${data.dims.at}/means?points=${near}`);
      if (!response.ok) throw new Error(await response.text());
      const mean = new Float32Array(await response.arrayBuffer());
      if (asked === model) moveTo(mean, true);
    } catch (error) {
      actions.notice(/** @type {Error} */ (error).message);
    }
  }

  /** Makes the rows anew. */
  function build() {
    const { latentDim, activity } = /** @type {Model} */ (model);
    const order = activity?.order ?? Array.from({ length: latentDim }, (_, axis) => axis);
    const shown = all ? order : order.slice(0, FIRST_ROWS);
    rows.value = shown.map((axis) => createRow(axis, activity));
    rowsElement.replaceChildren(...rows.value.map(({ element }) => element));
    more.hidden = shown.length === order.length;
    more.textContent = `Show all ${order.length}`;
    drawn = "";
  }

  /** @param {number} axis @param {Model["activity"]} activity @returns {Row} */
  function createRow(axis, activity) {
    const element = document.createElement("div");
    element.className = "every-row";
    element.classList.toggle("dead", activity?.dead[axis] ?? false);
    const name = document.createElement("span");
    name.textContent = dimensionName(axis, activity);
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [STOPS.length * (ROOM + GAP), ROOM]; // as large as what will come, as a rule
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `What ${axisName(axis)} changes, from −3 to 3`);
    canvas.onclick = ({ offsetX }) => {
      const stop = Math.floor((offsetX / canvas.clientWidth) * STOPS.length);
      turn(axis, STOPS[Math.min(STOPS.length - 1, Math.max(0, stop))], true);
    };
    const slider = document.createElement("input");
    Object.assign(slider, { type: "range", min: "-3", max: "3", step: "0.05" });
    slider.setAttribute("aria-label", dimensionName(axis, activity));
    slider.oninput = () => turn(axis, Number(slider.value), false);
    const output = document.createElement("span");
    output.className = "every-value";
    element.append(name, output, canvas, slider);
    return { axis, element, canvas, slider, output };
  }

  /** @param {ArrayLike<number>} z @param {string} decoder */
  async function draw(z, decoder) {
    const { latentDim, imageShape } = /** @type {Model} */ (model);
    const key = drawn;
    source ??= createTileSource(/** @type {import("../../plane/state.js").PlaneData} */ (data).worker);
    try {
      for (let from = 0; from < rows.value.length && key === drawn; from += ROWS_AT_ONCE) {
        const some = rows.value.slice(from, from + ROWS_AT_ONCE);
        const zs = walkPoints(z, some.map(({ axis }) => axis));
        const { sheet } = await source.decoded(decoder, zs, latentDim, true);
        if (key !== drawn) return;
        const room = plane.narrow() ? Math.min(ROOM, rowsElement.clientWidth / STOPS.length - GAP) : ROOM;
        some.forEach(({ canvas }, r) => lay(canvas, sheet, r, imageShape, room));
      }
      fold.dataset.drawn = key;
    } catch (error) {
      if (/** @type {Error} */ (error).message !== STALE) actions.notice(/** @type {Error} */ (error).message);
    }
  }

  // The picture that stays in sight, and the sliders, follow the pointer.
  effect(() => {
    const shown = plane.shown();
    const here = state.model.value;
    if (!shown || !here || here.latentDim <= 2 || !open.value || here.place.kind === "tsne") return;
    now.fit(here.imageShape, plane.narrow() ? NOW_ROOM.narrow : NOW_ROOM.wide);
    now.draw(shown.image, here.imageShape);
    const z = here.place.lift(shown.z).slice();
    for (const { axis, slider, output } of rows.value) {
      const text = number(z[axis], 2);
      if (output.textContent === text) continue;
      output.textContent = text;
      slider.value = String(z[axis]);
    }
    if (shown.preview) return;
    near = shown.near;
    reset.disabled = here.place.base() === null;
    stay.disabled = near < 0;
    const decoder = plane.decoderUrl();
    const key = `${decoder} ${baseText([...z])}`;
    if (key === drawn) return;
    drawn = key;
    clearTimeout(timer);
    timer = window.setTimeout(() => void draw(z, decoder), REST_MS / 2);
  }, "urgent");

  return {
    setModel(next, from) {
      const same = model?.latentDim === next.latentDim && model.activity?.rate.join() === next.activity?.rate.join();
      [model, data] = [next, from];
      fold.hidden = next.latentDim <= 2;
      if (fold.hidden) return;
      const sheet = next.place.kind === "tsne";
      for (const element of [body, reset, more]) element.hidden = sheet;
      stay.hidden = sheet || !from.dims?.at || !next.encodings;
      words.textContent = sheet
        ? "t-SNE has no z between the images: choose Axes or PCA to turn one dimension at a time."
        : "Each row turns one dimension and leaves the others where they are. Choose a picture, or move its slider." +
          (next.activity?.dead.some((dead) => dead) ? " Grey dimensions are dead: they say nothing about the images." : "");
      if (!same) {
        all = false;
        build();
      } else if (!sheet) more.hidden = rows.value.length === next.latentDim;
      drawn = "";
    },

    dispose() {
      clearTimeout(timer);
      clearTimeout(resting);
      source?.dispose();
    },
  };
}

/**
 * Lays the pictures of one row side by side, each at a whole multiple of its pixels, or smaller where they are large.
 *
 * @param {HTMLCanvasElement} canvas @param {HTMLCanvasElement} sheet @param {number} row
 * @param {[number, number, number]} shape @param {number} room CSS pixels of one
 */
function lay(canvas, sheet, row, [, height, width], room) {
  const ratio = window.devicePixelRatio;
  const side = Math.max(width, height);
  const scale = side > room ? room / side : wholeScale(side, room, ratio);
  const [w, h] = [Math.round(width * scale * ratio), Math.round(height * scale * ratio)];
  const gap = Math.round(GAP * ratio);
  // Half a gap at either end, so that each picture has the same share of the canvas.
  [canvas.width, canvas.height] = [STOPS.length * (w + gap), h];
  canvas.style.width = `${canvas.width / ratio}px`;
  canvas.parentElement?.style.setProperty("--cell", `${(w + gap) / ratio}px`);
  const context = contextOf(canvas);
  context.imageSmoothingEnabled = side > room;
  STOPS.forEach((_, c) => {
    const from = (row * STOPS.length + c) * height;
    context.drawImage(sheet, 0, from, width, height, c * (w + gap) + gap / 2, 0, w, h);
  });
}
