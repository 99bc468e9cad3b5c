/**
 * What a plane shows of a model, from the first answer of the server to a step of the history that brings another view
 * of it: models are loaded, coloured and made known to all who draw them, and views are restored.
 *
 * @typedef {import("./state.js").PlaneData} PlaneData
 * @typedef {import("./state.js").View} View
 * @typedef {import("./model.js").Model} Model
 * @typedef {import("./feature.js").Source} Source
 */
import { createImages } from "../layers/images.js";
import { carried } from "./base_plane.js";
import { loadModel, watchModel } from "./model.js";

/**
 * @param {{root: HTMLElement, state: import("./state.js").State, loop: import("../util/signals.js").FrameLoop,
 *          camera: ReturnType<typeof import("./camera.js").createCamera>,
 *          colouring: ReturnType<typeof import("./colouring.js").createColouring>,
 *          features: ReturnType<typeof import("./feature.js").createFeatures>,
 *          gliding: ReturnType<typeof import("../layers/gliding.js").createGliding>,
 *          layout: ReturnType<typeof import("./layout.js").createLayout>,
 *          panel: ReturnType<typeof import("./panel.js").createPanel>,
 *          selection: ReturnType<typeof import("../features/selection/selection.js").createSelection>,
 *          steps: ReturnType<typeof import("./steps.js").createSteps>,
 *          trust: ReturnType<typeof import("../features/trust/trust.js").createTrust>,
 *          tell: (delay?: number) => void, hush: () => void, settle: () => void, listenOnce: () => void,
 *          ended: (url: string) => void, arrived: () => void}} plane
 * `hush`: what would be told in a moment is not; `settle`: all is drawn, in the room that there is now; `ended`: a run
 * does not train any more; `arrived`: another model is here
 */
export function createLoading(plane) {
  const { root, state, loop, camera, colouring, features, gliding, layout, panel, selection, steps, trust, tell, hush, settle } = plane;
  /** @type {AbortController|null} */
  let loading = null;
  /** As it was loaded, and the addresses that it is from. @type {{model: Model, from: Source}|null} */
  let asLoaded = null;
  /** What is to be seen of the model that is on its way. @type {Partial<View>|null} */
  let arriving = null;
  /** Whether the model that is shown is not the one that is asked for any more. */
  let leaving = false;

  /** What a link, or a step of the history, says is seen. @param {Partial<View>} view */
  function restore(view) {
    state.layers.value = view.layers ?? "points";
    state.axis.value = view.axis ?? "z";
    state.background.value = view.background ?? "none";
    state.guides.value = view.guides ?? false;
    colouring.restore(view.colour ?? null);
    const whole = /** @type {View} */ ({ hide: [], a: null, b: null, dims: null, base: null, epoch: null, path: null, picked: null, ...view });
    for (const each of [selection, features]) each.restore(whole);
  }

  /** Shows a view of the model that is here, at once unless its points are elsewhere. @param {Partial<View>} view */
  async function show(view) {
    hush();
    const [model, data] = [state.loaded.value, state.data.value];
    if (!model || !data || !asLoaded) return;
    state.preview.value = null;
    const coloured = colouring.link.colour;
    restore(view);
    if (addresses(data).encodings !== asLoaded.from.encodings) {
      arriving = view;
      return load(data);
    }
    model.place.stayAt(view.base ?? null);
    place(model, view);
    introduce(model, model, data, asLoaded.from);
    settle();
    if (coloured === (view.colour ?? null)) return;
    await recolour();
    hush();
    selection.restore({ hide: view.hide ?? [], a: view.a ?? null, b: view.b ?? null });
  }

  /** Where the points of a model are, on the plane that is chosen. @param {PlaneData} data */
  function addresses({ decoder, encodings, maps }) {
    return features.source({ decoder, encodings, maps, dims: null });
  }

  /** Other axes put pin and camera back. @param {Model} model @param {Partial<View>|null} from of the link, at the first time */
  function place({ axes }, from) {
    const fitting = (/** @type {number[]|null|undefined} */ z) => (z?.length === axes.length ? z : null);
    state.pin.value = fitting(from?.z) ?? axes.map(() => 0);
    state.preview.value = null;
    const zoom = from?.zoom ?? 1;
    camera.reset(axes.length, zoom > 1 ? { zoom, centre: fitting(from?.at) ?? state.pin.value } : null);
  }

  /** The model in the colours that were asked for; in those that there are where these do not come. @param {Model} model */
  async function coloured(model) {
    try {
      return await colouring.of(model);
    } catch (error) {
      panel.notice(/** @type {Error} */ (error).message);
      colouring.giveUp();
      return model;
    }
  }

  /**
   * Everybody hears of a model, of more of its points, or of other colours.
   *
   * @param {Model|null} before @param {Model} model @param {PlaneData} data @param {Source} from
   */
  function introduce(before, model, data, from) {
    if (model.encodings && !colouring.knows(model)) selection.showAll();
    colouring.show(model);
    selection.setModel(before, model);
    steps.quietly(() => features.setModel(model, data));
    trust.setModel(model, from.maps);
  }

  /** The points stay, and have other colours. */
  async function recolour() {
    const [now, data] = [asLoaded, state.data.value];
    if (!now || !data) return;
    panel.clearNotice();
    const model = await coloured(now.model);
    if (asLoaded !== now) {
      await recolour(); // more points have come meanwhile
      return;
    }
    const before = state.loaded.value;
    // Another plane that is about to show itself does so in these colours.
    if (before?.decoder !== model.decoder || before.place !== model.place) return;
    state.loaded.value = model;
    introduce(before, model, data, now.from);
    loop.flush();
    tell();
  }

  async function reload() {
    if (state.data.value) await load(state.data.value);
  }

  /** @param {PlaneData} data */
  async function load(data) {
    loading?.abort();
    const { signal: off } = (loading = new AbortController());
    state.rests.value = true;
    // The model that is still shown has images of its own, and asks by its own numbers.
    const images = createImages(data.images);
    colouring.setSource(data.labels);
    const { live } = data;
    const from = addresses(data);
    leaving = asLoaded !== null && asLoaded.from.decoder !== from.decoder;
    try {
      for await (const model of live ? watchModel(live, from.dims === "pca", off) : loadModel(from, off, panel.notice)) {
        if (off.aborted) return;
        asLoaded = { model, from };
        panel.clearNotice();
        const shown = await coloured(model);
        if (off.aborted) return;
        const [before, moved] = [state.loaded.value, state.model.value?.encodings];
        state.loaded.value = shown;
        if (state.images.value !== images) {
          state.images.value.dispose();
          state.images.value = images;
        }
        if (live && moved && shown.encodings) gliding.arrive(moved, shown.encodings);
        if (arriving || before?.axes.length !== model.axes.length) {
          place(model, arriving);
          layout.clear();
        }
        else if (before.place.name !== model.place.name) place(model, { z: carried(before, model, state.pin.value) });
        else if (!live) carried(before, model, state.pin.value); // what moves on its own keeps its pin
        plane.listenOnce();
        introduce(before, shown, data, from);
        // Outlines are of the plane that they were drawn on: this one.
        if (arriving) selection.restore({ hide: arriving.hide ?? [], a: arriving.a ?? null, b: arriving.b ?? null });
        arriving = null;
        settle();
        steps.stand();
        root.dataset.decoder = data.decoder ?? "";
        root.dataset.ready = model.complete ? "true" : "picture";
        if (leaving) {
          leaving = false;
          plane.arrived();
        }
      }
      // What there is to see now is the model that the run has left.
      if (live && !data.compact && !off.aborted) plane.ended(live);
    } catch (error) {
      if (off.aborted) return;
      leaving = false;
      panel.notice(/** @type {Error} */ (error).message);
    }
  }

  return {
    show,
    recolour,
    reload,

    /** @param {PlaneData} data @param {Partial<View>|null} view that its model is to be seen in, where it is not as before */
    begin(data, view) {
      if (view) restore(view);
      arriving = view ?? arriving;
      return load(data);
    },

    /** Whether another model is on its way, which nothing can be told of yet. */
    get leaving() {
      return leaving;
    },

    /** A model that is on its way comes no more. */
    stop: () => loading?.abort(),
  };
}
