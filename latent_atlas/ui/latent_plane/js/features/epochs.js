/**
 * How a spot was learned: a slider over the epochs whose decoders were kept. The pictures are drawn with the weights
 * of its stop; the points, and all that is said of them, stay those of the model as it is now.
 *
 * @typedef {{at: string, stops: [number, string][], last: number|null, rounded: boolean}} Epochs `latent_atlas/ui/latent_plane/epochs.py`
 * @typedef {import("../decode/decoder.js").Decoder} Decoder
 */
import { createDecoderCache } from "../decode/decoder_cache.js";
import { finder } from "../../../components/elements.js";
import { derived, signal } from "../util/signals.js";

/** While it plays; and a slider that moves on has no use for pictures all over the plane yet. */
const STEP_MS = 400;
const REST_MS = 120;

/** @type {import("../plane/feature.js").FeatureModule} */
export const feature = { order: 30, create: createEpochs };

/** @param {import("../plane/feature.js").Plane} plane @returns {import("../plane/feature.js").Feature} */
function createEpochs({ root, effect, actions }) {
  const box = finder(root).html(".time");
  const { html, input, button: buttonAt } = finder(box);
  const [button, slider, told, words] = [buttonAt(".play"), input("input"), html(".stop"), html(".time-words")];
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const decoders = createDecoderCache();
  const epochs = signal(/** @type {Epochs|null} */ (null));
  /** What the slider stands on; the last stop, after all that were kept, is the model itself. */
  const stop = signal(0);
  /** What the pictures are drawn with, null for the model itself: it follows the slider as soon as it is here. */
  const drawn = signal(/** @type {{epoch: number, url: string, decoder: Decoder}|null} */ (null));
  /** Where what is drawn with has come from, once the slider rests. */
  const settled = signal(/** @type {string|null} */ (null));
  /** A timer; 0 while it does not play. */
  const playing = signal(0);
  /** @type {number|null} of a link */
  let wanted = null;
  let resting = 0;

  const count = () => epochs.value?.stops.length ?? 0;
  const addressOf = (/** @type {number} */ at) => {
    const { at: base, stops } = /** @type {Epochs} */ (epochs.value);
    return `${base}/${stops[at][0]}-${stops[at][1]}.safetensors`;
  };
  const lastName = derived(() => {
    const last = epochs.value?.last ?? null;
    return last === null ? "now" : String(Number(last.toFixed(1)));
  });

  slider.oninput = () => {
    halt();
    goTo(Number(slider.value));
  };
  slider.onchange = () => actions.tell();
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

  /** @param {boolean} [tell] */
  function halt(tell = false) {
    if (!playing.value) return;
    clearInterval(playing.value);
    playing.value = 0;
    if (tell) actions.tell();
  }

  /** @param {number} next @param {boolean} [tell] */
  function goTo(next, tell = false) {
    stop.value = next;
    void follow();
    if (tell) actions.tell();
  }

  /** Draws with the weights of the slider's stop, now if they are here, and has its neighbours come. */
  async function follow() {
    const at = stop.value;
    if (at >= count()) return drawWith(null);
    const url = addressOf(at);
    try {
      const decoder = decoders.here(url) ?? (await decoders.get(url));
      if (!current(at, url)) return; // it has moved on meanwhile
      drawWith({ epoch: /** @type {Epochs} */ (epochs.value).stops[at][0], url, decoder });
      for (const beside of [at + 1, at - 1]) if (beside >= 0 && beside < count()) decoders.want(addressOf(beside));
    } catch (error) {
      if (!current(at, url)) return;
      halt();
      actions.notice(/** @type {Error} */ (error).message);
    }
  }

  /** Whether the slider is still there. @param {number} at @param {string} url */
  const current = (at, url) => at === stop.value && at < count() && url === addressOf(at);

  /** @param {typeof drawn.value} next */
  function drawWith(next) {
    drawn.value = next;
    clearTimeout(resting);
    resting = window.setTimeout(() => (settled.value = next?.url ?? null), REST_MS);
  }

  effect(() => {
    if (drawn.value) root.dataset.epoch = String(drawn.value.epoch);
    else delete root.dataset.epoch;
  });

  effect(() => {
    const epoch = stop.value < count() ? String(epochs.value?.stops[stop.value][0]) : lastName.value;
    const of = stop.value < count() ? `epoch ${epoch} of ${lastName.value}` : `${epoch}, the model itself`;
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
    const rounded = epochs.value?.rounded ? " (8 bits a weight)" : "";
    words.textContent = drawn.value
      ? `Epoch ${drawn.value.epoch} draws the pictures${rounded}; points, support and backgrounds are the model’s, ${own}.`
      : "Earlier weights were kept: see how this spot was learned.";
  });

  return {
    update(data) {
      const next = data.epochs ?? null;
      const now = epochs.value;
      if (JSON.stringify(next) === JSON.stringify(now)) return;
      // A run that goes on has one stop more; another model begins at its end.
      const same = next !== null && next.at === now?.at;
      const before = wanted ?? (same && stop.value < count() ? now?.stops[stop.value][0] : null) ?? null;
      halt();
      if (!same) decoders.clear();
      epochs.value = next;
      wanted = null;
      goTo(nearestStop(next?.stops.map(([epoch]) => epoch) ?? [], before));
    },

    restore({ epoch }) {
      wanted = epoch ?? null;
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
      clearTimeout(resting);
      epochs.value = null;
      decoders.clear();
    },
  };
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
