/**
 * How a model was learned: a slider over what was kept of it on the way. The pictures are drawn with the weights of its
 * stop, and the points that were kept with them lie where they lay then; support and backgrounds stay those of the model
 * as it is now.
 *
 * @typedef {{at: string, stops: [number, string][], last: number|null, bits: number, points: string|null,
 *            note: string|null}} Epochs `latent_atlas/ui/latent_plane/epochs.py`
 * @typedef {import("../decode/decoder.js").Decoder} Decoder
 * @typedef {Pick<import("../plane/canvas.js").Encodings, "mu"|"s"|"correlation">} Points
 */
import { buildDecoder } from "../decode/decoder.js";
import { createFileCache } from "../decode/file_cache.js";
import { fetchSafetensors } from "../decode/safetensors.js";
import { createGliding } from "../layers/gliding.js";
import { finder } from "../../../components/elements.js";
import { toQuery } from "../plane/address.js";
import { derived, signal } from "../util/signals.js";
import { createCurveCursor } from "./curve_cursor.js";

/** While it plays; and a slider that moves on has no use for pictures all over the plane yet. */
const STEP_MS = 400;
const REST_MS = 120;

/** @type {import("../plane/feature.js").FeatureModule} */
export const feature = { order: 30, create: createEpochs };

/** @param {import("../plane/feature.js").Plane} plane @returns {import("../plane/feature.js").Feature} */
function createEpochs({ root, state, effect, actions }) {
  const box = finder(root).html(".time");
  const { html, input, button: buttonAt } = finder(box);
  const [button, slider, told, words] = [buttonAt(".play"), input("input"), html(".stop"), html(".time-words")];
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const decoders = createFileCache(fetchDecoder);
  const clouds = createFileCache(fetchPoints);
  const gliding = createGliding(state);
  const cursor = createCurveCursor((at) => {
    halt();
    goTo(at, true);
  });
  const epochs = signal(/** @type {Epochs|null} */ (null));
  /** What the slider stands on; the last stop, after all that were kept, is the model itself. */
  const stop = signal(0);
  /** What the pictures are drawn with, null for the model itself: it follows the slider as soon as it is here. */
  const drawn = signal(/** @type {{epoch: number, url: string, decoder: Decoder}|null} */ (null));
  /** Where what is drawn with has come from, once the slider rests. */
  const settled = signal(/** @type {string|null} */ (null));
  /** A timer; 0 while it does not play. */
  const playing = signal(0);
  /** Where the points that are shown have come from. @type {string|null} */
  let cloud = null;
  /** @type {number|null} of a link */
  let wanted = null;
  /** Of the model of these epochs, where it has more than two. @type {number|null} */
  let dimensions = null;
  let resting = 0;

  const count = () => epochs.value?.stops.length ?? 0;
  const stopAt = (/** @type {number} */ at) => {
    const { at: base, stops } = /** @type {Epochs} */ (epochs.value);
    return `${base}/${stops[at][0]}-${stops[at][1]}`;
  };
  const addressOf = (/** @type {number} */ at) => `${stopAt(at)}.safetensors`;
  /** Of the points of a stop in the plane that is shown; null where there are none. @param {number} at */
  const pointsOf = (at) => {
    const [kept, model] = [epochs.value?.points, state.loaded.value];
    if (!kept || !model?.encodings || model.place.kind === "tsne") return null;
    // The model before is there until that of these epochs has come, and has planes of its own.
    if (model.latentDim !== (dimensions ?? Math.min(2, model.latentDim))) return null;
    return `${stopAt(at)}/${kept}/${model.latentDim > 2 ? model.place.name : "axes"}.safetensors`;
  };
  const lastName = derived(() => {
    const last = epochs.value?.last ?? null;
    return last === null ? "now" : epochName(last);
  });

  slider.oninput = () => {
    halt();
    goTo(Number(slider.value));
  };
  slider.onchange = tell;
  button.onclick = () => {
    if (still.matches) goTo(stop.value < count() ? stop.value + 1 : 0, true);
    else if (playing.value) halt(true);
    else play();
  };

  function play() {
    if (stop.value === count()) goTo(0);
    playing.value = window.setInterval(() => {
      // One epoch is not skipped because its weights are slow to come.
      if (stop.value < count() && drawn.value?.url !== addressOf(stop.value)) return;
      goTo(stop.value + 1);
      if (stop.value === count()) halt(true);
    }, STEP_MS);
  }

  /** @param {boolean} [told] */
  function halt(told = false) {
    if (!playing.value) return;
    clearInterval(playing.value);
    playing.value = 0;
    if (told) tell();
  }

  /** @param {number} next @param {boolean} [told] */
  function goTo(next, told = false) {
    stop.value = next;
    void follow();
    if (told) tell();
  }

  function tell() {
    actions.tell();
    if (!curves.peek()) return; // the address is the plane's, which writes all of its view there
    const url = new URL(location.href);
    const { epoch } = toQuery({ epoch: epochs.value?.stops[stop.value]?.[0] ?? null });
    url.searchParams.delete("epoch");
    if (epoch !== undefined) url.searchParams.set("epoch", epoch);
    history.replaceState(history.state, "", url);
  }

  /** Draws with what was kept at the slider's stop, now if it is here, and has its neighbours come. */
  async function follow() {
    const at = stop.value;
    if (at >= count()) return drawWith(null, null);
    const [url, wantedCloud] = [addressOf(at), pointsOf(at)];
    try {
      const decoder = decoders.here(url) ?? (await decoders.get(url));
      const points = wantedCloud === null ? null : (clouds.here(wantedCloud) ?? (await clouds.get(wantedCloud)));
      if (!current(at, url) || wantedCloud !== pointsOf(at)) return; // it has moved on meanwhile
      cloud = wantedCloud;
      drawWith({ epoch: /** @type {Epochs} */ (epochs.value).stops[at][0], url, decoder }, points);
      for (const beside of [at + 1, at - 1].filter((each) => each >= 0 && each < count())) {
        decoders.want(addressOf(beside));
        if (wantedCloud !== null) clouds.want(/** @type {string} */ (pointsOf(beside)));
      }
    } catch (error) {
      if (!current(at, url)) return;
      halt();
      actions.notice(/** @type {Error} */ (error).message);
    }
  }

  /** Whether the slider is still there. @param {number} at @param {string} url */
  const current = (at, url) => at === stop.value && at < count() && url === addressOf(at);

  /** @param {typeof drawn.value} next @param {Points|null} points */
  function drawWith(next, points) {
    drawn.value = next;
    state.epoch.value = next?.epoch ?? null;
    gliding.show(points);
    clearTimeout(resting);
    resting = window.setTimeout(() => (settled.value = next?.url ?? null), REST_MS);
  }

  effect(() => {
    if (drawn.value) root.dataset.epoch = String(drawn.value.epoch);
    else delete root.dataset.epoch;
  });

  /** Of what is drawn. */
  const drawnStop = derived(() => {
    const [found, stops] = [drawn.value?.epoch, epochs.value?.stops ?? []];
    return found === undefined ? stops.length : stops.findIndex(([epoch]) => epoch === found);
  });
  /** Charts that the epochs are shown on, which know the same stops. */
  const curves = derived(() => {
    const found = state.data.value?.curves ?? null;
    return found?.words.length === count() + 1 ? found : null;
  });

  effect(() => {
    const style = getComputedStyle(root);
    const [line, ground] = ["primary", "background"].map((each) => style.getPropertyValue(`--st-${each}-color`));
    const name = drawn.value ? `epoch ${epochName(drawn.value.epoch)}` : "";
    cursor.show(curves.value, drawnStop.value, name, { line, ground });
  });

  effect(() => {
    const epoch = stop.value < count() ? epochName(epochs.value?.stops[stop.value][0] ?? 0) : lastName.value;
    const place = stop.value < count() ? `epoch ${epoch} of ${lastName.value}` : `${epoch}, the model itself`;
    const of = [place, curves.value?.words[stop.value]].filter((each) => each).join("; ");
    box.hidden = count() === 0;
    slider.max = String(count());
    slider.value = String(stop.value);
    told.textContent = epoch;
    slider.setAttribute("aria-valuetext", of);
  });

  effect(() => {
    const name = still.matches ? "Next epoch" : playing.value ? "Pause" : "Play the epochs";
    button.setAttribute("aria-label", name);
    button.title = name;
    button.dataset.state = playing.value ? "playing" : "resting";
  });

  effect(() => {
    const own = lastName.value === "now" ? "as it is now" : `of epoch ${lastName.value}`;
    const { bits = 32, points = null, note = null } = epochs.value ?? {};
    const rounded = bits < 32 ? ` (${bits} bits a weight)` : "";
    const moved = state.earlier.value !== null;
    const drawing = moved ? `draws pictures and points${rounded};` : `draws the pictures${rounded}; points,`;
    const seen = points === null ? "see how this spot was learned" : "see how the map unfolded";
    const measured = drawn.value ? curves.value?.words[drawnStop.value] : null;
    const by = curves.value ? "slide, or click a curve, to " : "";
    words.textContent = !drawn.value
      ? `Earlier weights were kept: ${by}${seen}.${note === null ? "" : ` ${note}`}`
      : measured
        ? `${measured}.${moved ? "" : " The points are the model’s."}`
        : `Epoch ${epochName(drawn.value.epoch)} ${drawing} support and backgrounds are the model’s, ${own}.`;
    words.title = measured ? rounded.trim() : "";
  });

  return {
    setModel() {
      if (stop.value >= count()) return;
      // On another plane they lay elsewhere.
      if (pointsOf(stop.value) !== cloud) gliding.clear();
      void follow();
    },

    update(data) {
      const next = data.epochs ?? null;
      const now = epochs.value;
      dimensions = data.dims?.count ?? null;
      if (JSON.stringify(next) === JSON.stringify(now)) return;
      // A run that goes on has one stop more; another model begins at its end.
      const same = next !== null && next.at === now?.at;
      const before = wanted ?? (same && stop.value < count() ? now?.stops[stop.value][0] : null) ?? null;
      halt();
      if (!same) for (const each of [decoders, clouds, gliding]) each.clear();
      epochs.value = next;
      wanted = null;
      goTo(nearestStop(next?.stops.map(([epoch]) => epoch) ?? [], before));
    },

    restore({ epoch }) {
      wanted = epoch ?? null;
      if (!epochs.value) return; // `update` will see to it
      halt();
      goTo(nearestStop(epochs.value.stops.map(([each]) => each), wanted));
      wanted = null;
    },

    get link() {
      return { epoch: stop.value < count() ? (epochs.value?.stops[stop.value][0] ?? null) : null };
    },

    get decoder() {
      return drawn.value?.decoder ?? null;
    },

    get decoderUrl() {
      return settled.value;
    },

    dispose() {
      halt();
      cursor.dispose();
      clearTimeout(resting);
      epochs.value = null;
      for (const each of [decoders, clouds, gliding]) each.clear();
    },
  };
}

/** @param {string} url @param {AbortSignal} signal */
async function fetchDecoder(url, signal) {
  return buildDecoder(await fetchSafetensors(url, signal));
}

/** @param {string} url @param {AbortSignal} signal @returns {Promise<Points>} */
async function fetchPoints(url, signal) {
  const { tensors } = await fetchSafetensors(url, signal);
  const [mu, s, correlation = null] = ["mu", "s", "correlation"].map(
    (name) => /** @type {Float32Array|undefined} */ (tensors.get(name)?.data),
  );
  if (!mu || !s) throw new Error("The points of that epoch are not in the file: reload the page.");
  return { mu, s, correlation };
}

/**
 * An epoch, or a part of one, in few digits: 0.021, 2.4, 40.
 *
 * @param {number} epoch
 */
export function epochName(epoch) {
  return String(epoch < 1 ? Number(epoch.toPrecision(2)) : Number(epoch.toFixed(1)));
}

/**
 * The stop of an epoch, or of the first kept one after it.
 *
 * @param {number[]} stops epochs, earliest first @param {number|null} epoch null: the model itself
 * @returns {number} as many as there are stops: the model itself
 */
export function nearestStop(stops, epoch) {
  const found = epoch === null ? -1 : stops.findIndex((each) => each >= epoch);
  return found < 0 ? stops.length : found;
}
