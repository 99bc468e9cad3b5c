/**
 * The latent plane: one state object, one function that shows it. The pointer handler decodes and draws at
 * once; Streamlit hears of it only when a spot is pinned or the view is switched.
 *
 * @typedef {import("./state.js").PlaneData} PlaneData
 * @typedef {import("./state.js").View} View
 */
import { moved } from "./axes.js";
import { createBelief } from "../features/trust/trust.js";
import { createChoice } from "../features/selection/selection.js";
import { carried } from "../features/dimensions/base_plane.js";
import { createEye } from "./camera.js";
import { createFeatures } from "./feature.js";
import { createField } from "./canvas.js";
import { createGrids } from "../layers/grids.js";
import { createImages } from "../layers/images.js";
import { announceDrawing, listen } from "./pointer.js";
import { createStage } from "./layout.js";
import { inks, loadModel } from "./model.js";
import { createMotion } from "./motion.js";
import { createPanel } from "./panel.js";
import { createPicture } from "./picture.js";
import { newState } from "./state.js";
import { latentAt } from "./camera_math.js";

/** One arrow key: 0.05 in z, or one hundredth of Φ(z); less when magnified. */
const STEP = { z: 0.05, cdf: 0.01 };
/** Keys and wheels come in bursts: Streamlit hears of the last one. */
const REST_MS = 250;

/** @param {ParentNode & {host?: Element}} parent where Streamlit has put plane.html */
export function createPlane(parent) {
  const root = /** @type {HTMLElement} */ (parent.querySelector(".atlas"));
  const find = (/** @type {string} */ selector) => /** @type {any} */ (root.querySelector(selector));
  const fieldElement = find(".field");
  const field = createField(find(".ground"), find(".over"), drawGround);
  const picture = createPicture(find(".picture"));
  const panel = createPanel(root, switchView, zoomStep);
  const motion = createMotion();
  const eye = createEye(() => ({ extent: extent(), cdf: cdf() }), () => {
    // Several events of a wheel or a finger make one drawing.
    state.frame ||= requestAnimationFrame(drawView);
    send(REST_MS);
  });
  const stage = createStage(root, field, picture);
  const belief = createBelief(root, switchView, { ground: drawGround, pointer: show });
  const choice = createChoice(root, () => {
    drawGround();
    show();
    send(REST_MS);
  });
  const grids = createGrids(root, drawGround, (error) => panel.notice(error.message));
  const features = createFeatures({
    root, choice, field, pinAt, rebase, switchView, send, backing: belief.backing,
    model: () => state.model,
    pin: () => state.pin,
    preview: showPreview,
    redraw: { all: drawView, ground: drawGround, pointer: show },
    reload: async () => state.data && load(state.data),
    decoder: () => features.decoder ?? /** @type {PlaneData} */ (state.data).decoder,
    notice: panel.notice,
  });

  const state = newState();
  const cdf = () => state.axis === "cdf";
  const extent = () => /** @type {import("./model.js").Model} */ (state.model).extent;
  const toLatent = (/** @type {import("./pointer.js").Share} */ s) => latentAt(eye.camera, s, extent(), cdf());

  /** @type {import("./pointer.js").Listener} */
  const hands = {
    preview(s, event) {
      showPreview(toLatent(s));
      stage.keepPictureClear(s, scene());
      announceDrawing(root, event);
    },
    pin: (s) => features.click(toLatent(s)) || pinAt(toLatent(s)),
    leave: () => state.preview && showPreview(null),
    step(dx, dy) {
      const delta = [dx, dy].map((value) => (value * STEP[state.axis]) / eye.camera.zoom);
      pinAt(state.pin.map((value, k) => moved(value, delta[k], extent(), cdf())), REST_MS);
    },
    zoom: eye.zoomBy,
    pan: eye.panBy,
    zoomKey: zoomStep,
    scrolled: panel.hintAtZoom,
    ...choice.hands(toLatent, cdf, show),
    key: (name) => features.key(name) || choice.key(name, toLatent),
  };
  /** @type {(() => void)|null} */
  let stopListening = null;
  const observer = new ResizeObserver(() => layout());
  observer.observe(root);
  window.addEventListener("resize", layout);

  /** @param {number[]|null} z under the pointer, or under that of another plane; null when it has left */
  function showPreview(z) {
    state.preview = z;
    show();
  }

  /** @param {number} direction */
  function zoomStep(direction) {
    if (state.model) eye.step(direction, state.pin);
  }

  function drawView() {
    cancelAnimationFrame(state.frame);
    state.frame = 0;
    requestGrids();
    drawGround();
    panel.setZoom(eye.camera.zoom);
    show();
  }

  /** @returns {import("./canvas.js").Scene} */
  function scene() {
    const model = /** @type {import("./model.js").Model} */ (state.model);
    const { encodings, names, glyphs, cells } = model;
    const colours = inks(model, /** @type {PlaneData} */ (state.data).colours);
    const { layers, mix, guides } = state;
    const { camera } = eye;
    const background = belief.ground(mix, layers === "tiles");
    return {
      encodings, grids: grids.grids, extent: extent(), names, colours, glyphs, layers, cells, mix, camera,
      scaled: model.place.kind !== "tsne", background, guides, images: state.images, imageShape: model.imageShape, ...choice.scene(toLatent),
      drawFeatures: features.draw,
    };
  }

  /** Decodes and draws the current z: all that a move of the pointer costs. */
  function show() {
    const { model } = state;
    if (!model || !stage.set) return;
    const z = state.preview ?? features.shift(state.pin) ?? state.pin;
    const image = features.decode(z);
    picture.draw(features.picture(image) ?? image, model.imageShape);
    const { encodings } = model;
    const near = choice.nearest(z);
    field.drawPointer(state.pin, state.preview, belief.posterior(near), scene());
    const label = near >= 0 && encodings?.labels ? encodings.labels[near] : null;
    panel.show(z, state.preview !== null, label, belief.show(z, near));
    features.show({ z, preview: state.preview !== null, image, near });
    root.dataset.z = z.join(",");
    root.dataset.zoom = eye.camera.zoom.toFixed(3);
  }

  /** Draws what lies under the pointer's marks. */
  function drawGround() {
    if (state.model && state.data && stage.set) field.drawGround(scene());
  }

  function layout() {
    const { model } = state;
    if (!model || !stage.fit(model, state.layers === "tiles")) return;
    drawGround();
    stage.keepPictureClear(null, scene());
    show();
  }

  /** @param {Partial<Pick<View, "layers"|"axis"|"background"|"guides">>} change */
  function switchView(change) {
    Object.assign(state, change);
    state.preview = null;
    requestGrids();
    panel.setView(state.layers, state.axis);
    belief.setView(state);
    layout();
    const [from, target] = [state.mix, cdf() ? 1 : 0];
    const draw = (/** @type {number} */ mix) => {
      state.mix = mix;
      drawGround();
      show();
    };
    if (target === from) draw(target);
    else motion.run((share) => draw(share === 1 ? target : from + (target - from) * share));
    send();
  }

  /** Asks for the grids that the view needs; each is drawn as it arrives. */
  function requestGrids() {
    const { model, data } = state;
    if (!model || !data) return;
    grids.setSource(model, features.decoder ?? data.decoder);
    if (state.layers === "points") return;
    grids.want(data.module.replace(/\w+\.js$/, "decode/tiles_worker.js"), cdf(), eye.camera);
  }

  /** @param {number[]} z @param {number} [delay] */
  function pinAt(z, delay) {
    state.pin = z;
    state.preview = null;
    eye.follow(z);
    show();
    send(delay);
  }

  /** The plane lies elsewhere now. @param {number[]} pin @param {boolean} rests */
  function rebase(pin, rests) {
    [state.pin, state.preview] = [pin, null];
    eye.follow(pin);
    belief.moveBase(rests);
    panel.setView(state.layers, state.axis);
    (rests ? drawView : show)();
    send(REST_MS);
  }

  /** Pins where an image of one's own is, of which the plane may show a part. @param {number[]} z its mean */
  function land(z) {
    if (z.length !== state.model?.latentDim) return;
    state.model.place.stayAt(z);
    rebase(state.model.place.project(z), true);
  }

  /** What a link restores. */
  function view() {
    const { pin, layers, axis, background, guides } = state;
    const { zoom, centre } = eye.camera;
    const own = { z: pin, layers, axis, zoom, at: zoom > 1 ? centre : null, background, guides };
    return { ...own, ...choice.link, ...features.link };
  }

  function send(delay = 0) {
    clearTimeout(state.timer);
    state.timer = window.setTimeout(() => state.send("view", view()), delay);
  }

  /** Other axes put pin and camera back. @param {Partial<View>|null} view of the link, at the first time */
  function place(view) {
    const { axes } = /** @type {import("./model.js").Model} */ (state.model);
    const fitting = (/** @type {number[]|null|undefined} */ z) => (z?.length === axes.length ? z : null);
    state.pin = fitting(view?.z) ?? axes.map(() => 0);
    state.preview = null;
    stage.clear();
    const zoom = view?.zoom ?? 1;
    eye.reset(axes.length, zoom > 1 ? { zoom, centre: fitting(view?.at) ?? state.pin } : null);
  }

  /** @param {PlaneData} data */
  async function load(data) {
    state.loading?.abort();
    const loading = (state.loading = new AbortController());
    const first = state.model === null;
    state.images.dispose();
    state.images = createImages(data.images);
    const from = features.source(data);
    try {
      for await (const model of loadModel(from, loading.signal, panel.notice)) {
        if (loading.signal.aborted) return;
        const before = state.model;
        state.model = model;
        if (before?.axes.length !== model.axes.length) place(first ? data.view : null);
        else if (before.place.name !== model.place.name) place({ z: carried(before, model, state.pin) });
        else carried(before, model, state.pin);
        stopListening ??= listen(fieldElement, hands);
        choice.setModel(model, inks(model, data.colours));
        features.setModel(model, inks(model, data.colours), data);
        panel.setModel(model, inks(model, data.colours), state.layers, state.axis);
        belief.setModel(model, inks(model, data.colours), from.maps, state.images);
        picture.fit(model.imageShape, stage.pictureRoom);
        layout();
        drawView();
        root.dataset.decoder = data.decoder;
        root.dataset.ready = model.complete ? "true" : "picture";
        stage.keepPictureClear(null, scene());
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
        const { layers, axis, background, guides } = data.view;
        Object.assign(state, { layers, axis, background, guides });
        belief.setView(state);
        for (const each of [choice, features]) each.restore(data.view);
        state.mix = data.view.axis === "cdf" ? 1 : 0;
      }
      const changed = state.data?.decoder !== data.decoder || state.data?.encodings !== data.encodings;
      const landed = data.landed?.turn === state.data?.landed?.turn ? null : data.landed;
      state.data = data;
      features.update(data);
      const loaded = changed ? load(data) : Promise.resolve();
      if (landed) void loaded.then(() => land(landed.z));
    },
    dispose() {
      state.loading?.abort();
      clearTimeout(state.timer);
      cancelAnimationFrame(state.frame);
      for (const each of [motion, eye]) each.stop();
      observer.disconnect();
      window.removeEventListener("resize", layout);
      stopListening?.();
      for (const each of [state.images, field, grids, belief, features]) each.dispose();
    },
  };
}
