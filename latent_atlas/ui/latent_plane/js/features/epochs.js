/**
 * How a spot was learned: a slider over the epochs whose decoders were kept. The pictures are drawn with the weights
 * of its stop; the points, and all that is said of them, stay those of the model as it is now.
 *
 * @typedef {{at: string, stops: [number, string][], last: number|null, rounded: boolean}} Epochs `latent_atlas/ui/latent_plane/epochs.py`
 * @typedef {import("../decode/decoder.js").Decoder} Decoder
 */
import { createDecoders } from "../decode/decoder_cache.js";

/** While it plays; and a slider that moves on has no use for pictures all over the plane yet. */
const STEP_MS = 400;
const REST_MS = 120;

/** @param {import("../plane/feature.js").Plane} plane @returns {import("../plane/feature.js").Feature} */
export function createTime(plane) {
  const find = (/** @type {string} */ selector) => /** @type {any} */ (plane.root.querySelector(selector));
  const box = find(".time");
  const [button, slider, told, words] = [".play", "input", ".stop", ".time-words"].map((each) => box.querySelector(each));
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const decoders = createDecoders();
  /** @type {Epochs|null} */
  let epochs = null;
  /** What the slider stands on; the last stop, after all that were kept, is the model itself. */
  let stop = 0;
  /** What the pictures are drawn with, null for the model itself: it follows the slider as soon as it is here. */
  let drawn = /** @type {{epoch: number, url: string, decoder: Decoder}|null} */ (null);
  /** @type {number|null} of a link */
  let wanted = null;
  let playing = 0;
  let resting = 0;

  const count = () => epochs?.stops.length ?? 0;
  const addressOf = (/** @type {number} */ at) => {
    const { at: base, stops } = /** @type {Epochs} */ (epochs);
    return `${base}/${stops[at][0]}-${stops[at][1]}.safetensors`;
  };
  const epochOf = (/** @type {number} */ at) => (at < count() ? String(epochs?.stops[at][0]) : lastName());
  const lastName = () => (epochs?.last == null ? "now" : String(Number(epochs.last.toFixed(1))));

  slider.oninput = () => {
    halt();
    goTo(Number(slider.value));
  };
  slider.onchange = () => plane.send();
  button.onclick = () => {
    if (still.matches) goTo(stop < count() ? stop + 1 : 0, true);
    else if (playing) halt(true);
    else play();
  };

  function play() {
    if (stop === count()) goTo(0);
    playing = window.setInterval(() => {
      // One epoch is not skipped because its weights are slow to come.
      if (stop < count() && drawn?.url !== addressOf(stop)) return;
      goTo(stop + 1);
      if (stop === count()) halt(true);
    }, STEP_MS);
    dress();
  }

  /** @param {boolean} [send] */
  function halt(send = false) {
    if (!playing) return;
    clearInterval(playing);
    playing = 0;
    dress();
    if (send) plane.send();
  }

  /** @param {number} next @param {boolean} [send] */
  function goTo(next, send = false) {
    stop = next;
    slider.value = String(stop);
    dress();
    void follow();
    if (send) plane.send();
  }

  /** Draws with the weights of the slider's stop, now if they are here, and has its neighbours come. */
  async function follow() {
    const at = stop;
    if (at >= count()) return show(null);
    const url = addressOf(at);
    try {
      const decoder = decoders.here(url) ?? (await decoders.get(url));
      if (!current(at, url)) return; // it has moved on meanwhile
      show({ epoch: /** @type {Epochs} */ (epochs).stops[at][0], url, decoder });
      for (const beside of [at + 1, at - 1]) if (beside >= 0 && beside < count()) decoders.want(addressOf(beside));
    } catch (error) {
      if (!current(at, url)) return;
      halt();
      plane.notice(/** @type {Error} */ (error).message);
    }
  }

  /** Whether the slider is still there. @param {number} at @param {string} url */
  const current = (at, url) => at === stop && at < count() && url === addressOf(at);

  /** @param {typeof drawn} next */
  function show(next) {
    drawn = next;
    if (next) plane.root.dataset.epoch = String(next.epoch);
    else delete plane.root.dataset.epoch;
    dress();
    plane.redraw.pointer();
    clearTimeout(resting);
    resting = window.setTimeout(plane.redraw.all, REST_MS);
  }

  /** The words and names of the controls, as things are now. */
  function dress() {
    const [epoch, last] = [epochOf(stop), lastName()];
    told.textContent = epoch;
    slider.setAttribute("aria-valuetext", stop < count() ? `epoch ${epoch} of ${last}` : `${epoch}, the model itself`);
    const name = still.matches ? "Next epoch" : playing ? "Pause" : "Play the epochs";
    button.setAttribute("aria-label", name);
    button.title = name;
    button.dataset.state = playing ? "playing" : "resting";
    const own = last === "now" ? "as it is now" : `of epoch ${last}`;
    words.textContent = drawn
      ? `Epoch ${drawn.epoch} draws the pictures${epochs?.rounded ? " (8 bits a weight)" : ""}; points and support are the model’s, ${own}.`
      : "Earlier weights were kept: see how this spot was learned.";
  }

  return {
    update(data) {
      const next = data.epochs ?? null;
      if (JSON.stringify(next) === JSON.stringify(epochs)) return;
      // A run that goes on has one stop more; another model begins at its end.
      const same = next !== null && next.at === epochs?.at;
      const before = wanted ?? (same && stop < count() ? epochs?.stops[stop][0] : null) ?? null;
      halt();
      if (!same) decoders.clear();
      epochs = next;
      wanted = null;
      box.hidden = count() === 0;
      slider.max = String(count());
      goTo(nearestStop(epochs?.stops.map(([epoch]) => epoch) ?? [], before));
    },

    restore({ epoch }) {
      wanted = epoch ?? null;
    },

    get link() {
      return { epoch: stop < count() ? epochs?.stops[stop][0] : null };
    },

    get decoder() {
      return drawn?.url ?? null;
    },

    decode(shown) {
      const model = plane.model();
      if (!drawn || model?.latentDim !== drawn.decoder.latentDim) return null;
      return model.decodeShown(shown, drawn.decoder.decode);
    },

    dispose() {
      halt();
      clearTimeout(resting);
      epochs = null;
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
