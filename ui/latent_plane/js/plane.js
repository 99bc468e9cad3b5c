/**
 * The latent plane: one state object, one function that shows it. The pointer handler decodes and draws at
 * once; Streamlit hears of it only when a spot is pinned or the view is switched.
 *
 * @typedef {{z: number[]|null, layers: "points"|"tiles"|"both", axis: "z"|"cdf"}} View
 * @typedef {{module: string, decoder: string, encodings: string|null, colours: string[], view: View}} PlaneData
 */
import { fromScreen } from "./axes.js";
import { createField } from "./field.js";
import { listen } from "./input.js";
import { pictureCorner, planeSize } from "./layout.js";
import { loadModel } from "./model.js";
import { nearestIndex } from "./nearest.js";
import { createPanel } from "./panel.js";
import { createPicture } from "./picture.js";
import { createTileSource } from "./tiles.js";

const ANIMATION_MS = 180;
/** One arrow key: 0.05 in z, or one hundredth of Φ(z). */
const STEP = { z: 0.05, cdf: 0.01 };
/** Keys come in bursts: Streamlit hears of the last one. */
const KEYS_REST_MS = 250;

/** @param {ParentNode & {host?: Element}} parent where Streamlit has put plane.html */
export function createPlane(parent) {
  const root = /** @type {HTMLElement} */ (parent.querySelector(".atlas"));
  const find = (/** @type {string} */ selector) => /** @type {any} */ (root.querySelector(selector));
  const fieldElement = find(".field");
  const figure = find(".decoded");
  const field = createField(find(".ground"), find(".over"));
  const picture = createPicture(find(".picture"));
  const panel = createPanel(root, switchView);
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  const state = {
    /** @type {PlaneData|null} */ data: null,
    /** @type {import("./model.js").Model|null} */ model: null,
    /** @type {any} */ tiles: null,
    grids: { linear: null, cdf: null },
    /** @type {"points"|"tiles"|"both"} */ layers: "points",
    /** @type {"z"|"cdf"} */ axis: "z",
    mix: 0,
    /** @type {number[]} */ pin: [0, 0],
    /** @type {number[]|null} */ preview: null,
    size: 0,
    height: 0,
    narrow: false,
    pictureRoom: 0,
    frame: 0,
    timer: 0,
    /** @type {AbortController|null} */ loading: null,
    /** @type {(name: string, value: unknown) => void} */ send: () => {},
  };

  const stopListening = listen(fieldElement, {
    preview(s, event) {
      if (!state.model) return;
      state.preview = toLatent(s);
      show();
      if (state.narrow) keepPictureClear(s);
      announceDrawing(event);
    },
    pin(s) {
      if (!state.model) return;
      state.pin = toLatent(s);
      state.preview = null;
      show();
      send();
    },
    leave() {
      if (!state.model || !state.preview) return;
      state.preview = null;
      show();
    },
    step(dx, dy) {
      if (!state.model) return;
      const cdf = state.axis === "cdf";
      const delta = [dx, dy];
      state.pin = state.pin.map((value, k) => moveBy(value, delta[k] * STEP[state.axis], cdf));
      state.preview = null;
      show();
      send(KEYS_REST_MS);
    },
  });
  const observer = new ResizeObserver(() => layout());
  observer.observe(root);
  window.addEventListener("resize", layout);

  /** @param {[number, number]} s screen coordinates @returns {number[]} shown coordinates of z */
  function toLatent(s) {
    const { axes, extent } = /** @type {import("./model.js").Model} */ (state.model);
    return axes.map((_, k) => fromScreen(s[k], extent, state.axis === "cdf"));
  }

  /** @param {number} value @param {number} delta @param {boolean} cdf */
  function moveBy(value, delta, cdf) {
    const { extent, toUnit } = /** @type {import("./model.js").Model} */ (state.model);
    const s = cdf ? toUnit(value) + delta : (value + delta + extent) / (2 * extent);
    return fromScreen(s, extent, cdf);
  }

  /** Decodes and draws the current z: all that a move of the pointer costs. */
  function show() {
    const { model } = state;
    if (!model || !state.size) return;
    const z = state.preview ?? state.pin;
    picture.draw(model.decodeShown(z), model.imageShape);
    field.drawPointer(state.pin, state.preview, model.extent, state.mix);
    const { encodings } = model;
    const near = encodings ? nearestIndex(encodings.mu, encodings.columns, z) : -1;
    panel.show(z, state.preview !== null, near >= 0 && encodings?.labels ? encodings.labels[near] : null);
    root.dataset.z = z.join(",");
  }

  /** Draws what lies under the pointer's marks. */
  function drawGround() {
    const { model, data } = state;
    if (!model || !data || !state.size) return;
    const { encodings, extent, names, glyphs } = model;
    const scene = { encodings, grids: state.grids, extent, names, colours: data.colours, glyphs, layers: state.layers };
    field.drawGround(scene, state.mix);
  }

  function layout() {
    const { model } = state;
    if (!model || root.clientWidth === 0) return;
    const next = planeSize(root, model.axes.length === 1, state.layers === "tiles");
    const { area } = field;
    const same = next.size === state.size && next.height === state.height && next.pictureRoom === state.pictureRoom;
    if (same && window.devicePixelRatio === area.ratio) return;
    Object.assign(state, next);
    root.dataset.narrow = String(next.narrow);
    (next.narrow ? fieldElement : find(".side")).prepend(figure);
    picture.fit(model.imageShape, next.pictureRoom);
    field.resize(next.size, next.height);
    drawGround();
    if (next.narrow) keepPictureClear(null);
    show();
  }

  /** On a phone the picture lies over the plane. @param {[number, number]|null} s where the finger is */
  function keepPictureClear(s) {
    const finger = /** @type {[number, number]|null} */ (s && [s[0], 1 - s[1]]);
    figure.dataset.corner = pictureCorner(figure.dataset.corner, field, state.pictureRoom, finger);
  }

  /** @param {{layers?: "points"|"tiles"|"both", axis?: "z"|"cdf"}} change */
  function switchView(change) {
    Object.assign(state, change);
    state.preview = null;
    requestGrids();
    panel.setView(state.layers, state.axis);
    layout();
    const target = state.axis === "cdf" ? 1 : 0;
    if (target !== state.mix && !still.matches) animateTo(target);
    else {
      cancelAnimationFrame(state.frame);
      state.mix = target;
      drawGround();
      show();
    }
    send();
  }

  /** @param {number} target */
  function animateTo(target) {
    cancelAnimationFrame(state.frame);
    const from = state.mix;
    const began = performance.now();
    const tick = (/** @type {number} */ now) => {
      const share = Math.min(1, Math.max(0, (now - began) / ANIMATION_MS));
      // Ease in and out, and land exactly.
      state.mix = share === 1 ? target : from + (target - from) * share * share * (3 - 2 * share);
      drawGround();
      show();
      if (share < 1) state.frame = requestAnimationFrame(tick);
    };
    state.frame = requestAnimationFrame(tick);
  }

  /** Asks for the grids that the view needs, the one on show first; each is drawn as it arrives. */
  function requestGrids() {
    const { model, data } = state;
    if (!model || !data || state.layers === "points") return;
    state.tiles ??= createTileSource(data.module.replace("plane.js", "tiles_worker.js"));
    const order = /** @type {("linear"|"cdf")[]} */ (state.axis === "cdf" ? ["cdf", "linear"] : ["linear", "cdf"]);
    for (const name of order) {
      if (state.grids[name] || model.asked.has(name)) continue;
      model.asked.add(name);
      state.tiles
        .grid(data.decoder, model.latentDim, model.axes, model.extent, name === "cdf")
        .then((/** @type {any} */ grid) => {
          if (state.model !== model) return;
          state.grids = { ...state.grids, [name]: grid };
          drawGround();
          root.dataset.grids = Object.entries(state.grids).flatMap(([key, value]) => (value ? [key] : [])).join(" ");
        })
        .catch((/** @type {Error} */ error) => panel.notice(error.message));
    }
  }

  function send(delay = 0) {
    clearTimeout(state.timer);
    const view = { z: state.pin, layers: state.layers, axis: state.axis };
    state.timer = window.setTimeout(() => state.send("view", view), delay);
  }

  /** For benchmarks and tests: how long ago the pointer moved, now that the drawing is done. */
  function announceDrawing(/** @type {PointerEvent} */ event) {
    const detail = { moved: event.timeStamp, drawn: performance.now() };
    root.dispatchEvent(new CustomEvent("plane-drawn", { detail, bubbles: true, composed: true }));
  }

  /** @param {PlaneData} data */
  async function load(data) {
    state.loading?.abort();
    const loading = (state.loading = new AbortController());
    const first = state.model === null;
    try {
      for await (const model of loadModel(data, loading.signal)) {
        if (loading.signal.aborted) return;
        const sameAxes = state.model?.axes.length === model.axes.length;
        state.model = model;
        state.grids = { linear: null, cdf: null };
        if (!sameAxes) {
          const wanted = first ? data.view.z : null;
          state.pin = wanted?.length === model.axes.length ? wanted : model.axes.map(() => 0);
          state.preview = null;
          state.size = 0;
        }
        panel.setModel(model, data.colours, state.layers, state.axis);
        picture.fit(model.imageShape, state.pictureRoom);
        layout();
        drawGround();
        show();
        requestGrids();
        root.dataset.decoder = data.decoder;
        root.dataset.ready = model.complete ? "true" : "picture";
        if (state.narrow) keepPictureClear(null);
      }
    } catch (error) {
      if (!loading.signal.aborted) panel.notice(/** @type {Error} */ (error).message);
    }
  }

  return {
    /** @param {{data: PlaneData, setStateValue: (name: string, value: unknown) => void}} component */
    update({ data, setStateValue }) {
      state.send = setStateValue;
      if (state.data === null) {
        state.layers = data.view.layers;
        state.axis = data.view.axis;
        state.mix = data.view.axis === "cdf" ? 1 : 0;
      }
      const changed = state.data?.decoder !== data.decoder || state.data?.encodings !== data.encodings;
      state.data = data;
      if (changed) void load(data);
    },
    dispose() {
      state.loading?.abort();
      clearTimeout(state.timer);
      cancelAnimationFrame(state.frame);
      observer.disconnect();
      window.removeEventListener("resize", layout);
      stopListening();
      state.tiles?.dispose();
    },
  };
}
