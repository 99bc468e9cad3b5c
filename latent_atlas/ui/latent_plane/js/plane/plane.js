/**
 * The latent plane. Its state is a few signals (state.js); what shows them are effects, here and in its parts and
 * features, which one frame loop runs when what they have read has changed. The pointer does not wait for the frame:
 * what it moves is decoded and drawn within its event. Streamlit hears of it only when a spot is pinned or the view is
 * switched.
 *
 * @typedef {import("./state.js").PlaneData} PlaneData
 * @typedef {import("./state.js").View} View
 * @typedef {import("./model.js").Model} Model
 */
import { createSelection } from "../features/selection/selection.js";
import { createTrust } from "../features/trust/trust.js";
import { createGliding } from "../layers/gliding.js";
import { createGrids } from "../layers/grids.js";
import { find as findIn, finder } from "../../../components/elements.js";
import { createFrameLoop, derived, signal, untracked } from "../util/signals.js";
import { moved } from "./axes.js";
import { createCamera } from "./camera.js";
import { latentAt } from "./camera_math.js";
import { createCanvas } from "./canvas.js";
import { createColouring } from "./colouring.js";
import { createFeatures } from "./feature.js";
import { createLayout } from "./layout.js";
import { createLoading } from "./loading.js";
import { createMotion } from "./motion.js";
import { createPanel } from "./panel.js";
import { createPicture } from "./picture.js";
import { announceDrawing, listen } from "./pointer.js";
import { createState } from "./state.js";
import { createSteps } from "./steps.js";

/** One arrow key: 0.05 in z, or one hundredth of Φ(z); less when magnified. */
const STEP = { z: 0.05, cdf: 0.01 };
/** Keys and wheels come in bursts: Streamlit hears of the last one. */
const REST_MS = 250;

/** @param {ParentNode & {host?: Element}} parent where Streamlit has put plane.html */
export function createPlane(parent) {
  const root = findIn(parent, ".atlas", HTMLElement);
  const find = finder(root);
  const state = createState();
  const loop = createFrameLoop();
  const canvas = createCanvas(find.canvas(".ground"), find.canvas(".over"));
  const picture = createPicture(find.canvas(".picture"));
  const panel = createPanel(root, switchView, step);
  const motion = createMotion();
  const gliding = createGliding(state);
  const camera = createCamera(state, () => tell(REST_MS));
  const layout = createLayout(root, canvas, picture);
  const colouring = createColouring(root, () => void loading.recolour());
  const grids = createGrids(root, (error) => panel.notice(error.message));
  /** Counts how often the room for the plane has changed. */
  const room = signal(0);
  const measure = () => void (room.value = room.peek() + 1);
  const observer = new ResizeObserver(measure);
  observer.observe(root);
  window.addEventListener("resize", measure);
  window.addEventListener("pointerdown", tellBefore, true);
  const steps = createSteps({
    view, show: (next) => loading.show(next), tell: () => send("view", told()), tellNow,
    tellLater: () => steps.quietly(tell), receive,
  });
  /** @type {(name: string, value: unknown) => void} */
  let send = () => {};
  /** @type {(() => void)|null} */
  let stopListening = null;
  let [telling, turns] = [0, 0];
  /** Whether the view is to be told once another model is here: until then it is that of the one before. */
  let owed = false;

  /** @param {import("./pointer.js").Share} share */
  const toLatent = (share) => latentAt(state.camera.value, share, state.axes.value.extent, state.axes.value.cdf);

  loop.effect(() => {
    void room.value;
    const [model, layers] = [state.model.value, state.layers.value];
    if (model) layout.fit(model, layers === "tiles");
  });

  const selection = createSelection({ root, state, effect: loop.effect, tell, toLatent, notice: panel.notice });
  const trust = createTrust({ root, state, effect: loop.effect, switchView });

  /** What the ground shows, and how it lies there. @type {import("../util/signals.js").Readable<import("./canvas.js").Scene|null>} */
  const scene = derived(() => {
    const model = state.model.value;
    if (!model || !layout.ready) return null;
    const { encodings, extent, names, glyphs, cells, imageShape } = model;
    return {
      encodings, extent, names, glyphs, cells, imageShape,
      colours: state.colours.value,
      layers: state.layers.value,
      mix: state.mix.value,
      camera: state.camera.value,
      images: state.images.value,
      grids: grids.grids,
      passing: model.step !== null,
      scaled: model.place.kind !== "tsne",
      background: trust.background,
      hidden: selection.hidden,
      marks: selection.marks,
      covered: layout.covered,
    };
  });

  /** What is looked at: all that a move of the pointer costs. @type {import("../util/signals.js").Readable<import("./feature.js").Shown|null>} */
  const shown = derived(() => {
    if (!state.model.value || !layout.ready) return null;
    const preview = state.preview.value;
    const z = preview ?? features.shift(state.pin.value) ?? state.pin.value;
    // A copy: whoever decodes next has the same array.
    const image = features.decode(z).slice();
    return { z, preview: preview !== null, image, picture: features.picture() ?? image, near: selection.nearest(z) };
  });

  // The axes go from one scale to the other, unless the plane begins there.
  loop.effect(() => {
    const target = state.axis.value === "cdf" ? 1 : 0;
    const from = state.mix.peek();
    motion.stop();
    if (target !== from) motion.run((share) => (state.mix.value = share === 1 ? target : from + (target - from) * share));
  });

  loop.effect(() => {
    const { model, data, layers, axis, camera: sight, rests } = state;
    if (!model.value || !data.value || !rests.value) return;
    grids.setSource(model.value, features.decoderUrl());
    if (layers.value === "points") return;
    grids.want(data.value.worker, axis.value === "cdf", sight.value);
  });

  loop.effect(() => {
    if (state.model.value) panel.showView(state.model.value, state.layers.value, state.axis.value);
  });

  loop.effect(() => panel.showZoom(state.camera.value.zoom));

  loop.effect(() => scene.value && canvas.drawGround(scene.value));

  loop.effect(() => {
    if (layout.ready && state.model.value) layout.keepPictureClear(null, untracked(present));
  });

  loop.effect(() => {
    if (shown.value && state.model.value) picture.draw(shown.value.picture, state.model.value.imageShape);
  }, "urgent");

  loop.effect(() => {
    if (!shown.value || !scene.value) return;
    const [pin, preview, guides] = [state.pin.value, state.preview.value, state.guides.value];
    const posterior = trust.posterior(shown.value.near);
    const outlines = selection.outlines;
    canvas.drawPointer({ pin, preview, guides, posterior, outlines, draw: features.draw }, scene.value);
  }, "urgent");

  loop.effect(() => {
    const model = state.model.value;
    if (!shown.value || !model) return;
    const { z, preview, near } = shown.value;
    const label = near >= 0 && model.encodings?.labels ? model.encodings.labels[near] : null;
    const colours = state.colours.value;
    const colour = colours[label ?? -1] ?? colours[colours.length - 1];
    const word = preview ? "Preview" : (features.status ?? "Pinned");
    const { zoom } = state.camera.value;
    // Beyond the edge are some points of the z plane, none of the Φ plane.
    const bounded = state.axis.value === "z";
    panel.show(model, z, word, label, colour, trust.show(z, near), zoom, bounded);
    root.dataset.z = z.join(",");
    root.dataset.zoom = zoom.toFixed(3);
  }, "urgent");

  const features = createFeatures({
    root, state, canvas, selection, trust,
    effect: loop.effect,
    narrow: () => layout.narrow,
    shown: () => shown.value,
    actions: { pinAt, preview, switchView, rebase, include: camera.include, tell, reload: () => loading.reload(), notice: panel.notice, view, visit, draw: (picture) => send("picture", picture) },
  });

  const loading = createLoading({
    root, state, loop, camera, colouring, features, gliding, layout, panel, selection, steps, trust, tell,
    hush, settle,
    listenOnce: () => (stopListening ??= listen(find.html(".field"), pointer)),
    ended: (url) => send("ended", url),
    arrived: () => void (owed && steps.quietly(tell)),
  });

  /** @type {import("./pointer.js").Listener} */
  const pointer = {
    preview(share, event) {
      preview(toLatent(share));
      layout.keepPictureClear(share, present());
      announceDrawing(root, event);
    },
    pin: (share) => features.click(toLatent(share)) || pinAt(toLatent(share)),
    leave: () => preview(null),
    step(dx, dy) {
      const { extent, cdf } = state.axes.value;
      const delta = [dx, dy].map((value) => (value * STEP[state.axis.value]) / state.camera.value.zoom);
      pinAt(state.pin.value.map((value, k) => moved(value, delta[k], extent, cdf)), REST_MS);
    },
    zoom: camera.zoomBy,
    pan: camera.panBy,
    zoomKey: step,
    scrolled: panel.hintAtZoom,
    draws: () => selection.drawing,
    stroke: selection.stroke,
    key: (name) => features.key(name) || selection.key(name),
  };

  /** The scene while there is a model. */
  function present() {
    return /** @type {import("./canvas.js").Scene} */ (scene.value);
  }

  /** @param {number} direction */
  function step(direction) {
    if (state.model.value) camera.step(direction);
  }

  /** @param {number[]|null} z under the pointer, or under that of another plane; null when it has left */
  function preview(z) {
    state.preview.value = z;
    loop.flush("urgent");
  }

  /** @param {Partial<Pick<View, "layers"|"axis"|"background"|"guides">>} change */
  function switchView({ layers, axis, background, guides }) {
    if (layers !== undefined) state.layers.value = layers;
    if (axis !== undefined) state.axis.value = axis;
    if (background !== undefined) state.background.value = background;
    if (guides !== undefined) state.guides.value = guides;
    state.preview.value = null;
    loop.flush(); // a switch answers at once
    tell();
  }

  /** @param {number[]} z @param {number} [delay] */
  function pinAt(z, delay) {
    state.pin.value = z;
    camera.follow();
    preview(null);
    tell(delay);
  }

  /** The plane lies elsewhere now. @param {number[]} pin @param {boolean} rests */
  function rebase(pin, rests) {
    state.rests.value = rests;
    pinAt(pin, REST_MS);
  }

  /** Pins where an image of one's own is, of which the plane may show a part. @param {number[]} z its mean */
  function pinOwnImage(z) {
    const model = state.model.value;
    if (z.length !== model?.latentDim) return;
    model.place.stayAt(z);
    rebase(model.place.project(z), true);
  }

  /** What a link restores. */
  function view() {
    const { pin, layers, axis, background, guides } = state;
    const { zoom, centre } = state.camera.value;
    return {
      z: pin.value, layers: layers.value, axis: axis.value, background: background.value, guides: guides.value,
      zoom, at: zoom > 1 ? centre : null,
      ...colouring.link, ...selection.link, ...features.link,
    };
  }

  /** @param {string} page that somebody asks for */
  function visit(page) {
    send("visit", { page, asked: Date.now() }); // the same page again is news again
  }

  function tell(delay = 0) {
    clearTimeout(telling);
    steps.note();
    telling = window.setTimeout(tellNow, delay);
  }

  /** What a button does next, that of the menu with the link say, finds the view as it is now. @param {PointerEvent} event */
  function tellBefore(event) {
    const [target] = event.composedPath();
    if (target instanceof Element && target.closest("button")) tellNow();
  }

  function tellNow() {
    if (!telling) return;
    hush();
    owed = loading.leaving;
    if (owed) return;
    steps.told(); // first, so that the server finds the address as it is now
    if (!steps.withhold()) send("view", told());
  }

  /** Draws all at once. What stands around the plane is as high as it will be only then, so its room is measured again. */
  function settle() {
    loop.flush();
    measure();
    loop.flush();
  }

  function hush() {
    clearTimeout(telling);
    telling = 0;
  }

  /** The view, and which word of it this is: the same view later is news. */
  const told = () => ({ ...view(), turn: ++turns });

  /** What the server says of the plane. @param {PlaneData} data */
  function receive(data) {
    root.dataset.compact = String(data.compact);
    const before = state.data.value;
    const changed =
      before?.decoder !== data.decoder || before?.encodings !== data.encodings || before?.live !== data.live;
    const landed = data.landed?.turn === before?.landed?.turn ? null : data.landed;
    state.data.value = data;
    steps.quietly(() => features.update(data));
    const view = steps.update(data) ?? (before === null ? data.view : null);
    if (before === null) state.mix.value = data.view.axis === "cdf" ? 1 : 0;
    if (view && before && !changed) void loading.show(view);
    const loaded = changed ? loading.begin(data, view) : Promise.resolve();
    if (landed) void loaded.then(() => pinOwnImage(landed.z));
  }

  return {
    /** @param {{data: PlaneData, setStateValue: (name: string, value: unknown) => void}} component */
    update({ data, setStateValue }) {
      send = setStateValue;
      receive(data);
    },
    dispose() {
      loading.stop();
      hush();
      steps.dispose();
      loop.stop();
      for (const each of [motion, camera]) each.stop();
      observer.disconnect();
      window.removeEventListener("resize", measure);
      window.removeEventListener("pointerdown", tellBefore, true);
      stopListening?.();
      for (const each of [state.images.value, canvas, grids, trust, features, colouring]) each.dispose();
    },
  };
}
