/**
 * The picture of doubt beside the picture: how far each pixel that p(x|z) draws strays from its mean. Seen through
 * colours, so that nobody takes it for an image.
 *
 * @typedef {import("../decode/decoder.js").Decoder} Decoder
 */
import { buildDecoder, spreadBehind } from "../decode/decoder.js";
import { gradient, viridis } from "../layers/ramps.js";
import { fetchSafetensors } from "../decode/safetensors.js";

const SHADES = 256;
const COLOURS = Float32Array.from({ length: 3 * SHADES }, (_, n) => viridis(Math.floor(n / 3) / (SHADES - 1))[n % 3] / 255);
/** The scale's upper end; a Bernoulli's deviation cannot exceed it, nor a continuous one's 0.29. */
const MOST = { bernoulli: 0.5 };
const MOST_ELSE = 0.3;

/** @type {Record<string, string>} */
const KINDS = {
  bernoulli: "√(p (1 − p)) here",
  gaussian: "here a σ learned for every pixel",
  "gaussian-shared": "here one σ learned for all pixels",
  "gaussian-fixed": "here one σ chosen before training",
};

/** @param {import("../plane/feature.js").Plane} plane @returns {import("../plane/feature.js").Feature} */
export function createUncertainty(plane) {
  const box = /** @type {HTMLElement} */ (plane.root.querySelector(".uncertainty"));
  const find = (/** @type {string} */ selector) => /** @type {any} */ (box.querySelector(selector));
  const canvas = /** @type {HTMLCanvasElement} */ (plane.root.querySelector(".picture"));
  const [scale, bar, high, words] = [".spread-scale", ".spread-bar", ".spread-high", ".spread-words"].map(find);
  const buttons = /** @type {NodeListOf<HTMLButtonElement>} */ (box.querySelectorAll("[data-picture]"));
  const imageName = canvas.getAttribute("aria-label") ?? "";
  let on = false;
  /** Of a decoder that tells more than the means, where the usual one does not. @type {string|null} */
  let address = null;
  /** @type {Decoder|null} */
  let telling = null;
  let off = new AbortController();
  /** Of the picture that is shown; null where its decoder does not tell. @type {string|null} */
  let likelihood = null;
  let coloured = new Float32Array(0);
  let said = "";
  bar.style.background = gradient(viridis, [0, 1]);

  for (const button of buttons) {
    button.onclick = () => {
      on = button.dataset.picture === "deviation";
      if (on) void fetchTelling();
      plane.redraw.pointer();
      plane.send();
    };
  }

  async function fetchTelling() {
    if (!address || telling) return;
    off.abort();
    const { signal } = (off = new AbortController());
    try {
      const file = await fetchSafetensors(address, signal);
      telling = buildDecoder(file);
      plane.redraw.pointer();
    } catch (error) {
      if (!signal.aborted) plane.notice(/** @type {Error} */ (error).message);
    }
  }

  function dress() {
    const key = `${on} ${likelihood} ${telling !== null}`;
    if (key === said) return;
    said = key;
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String((button.dataset.picture === "deviation") === on));
    }
    const shown = on && likelihood !== null;
    scale.hidden = !shown;
    words.hidden = !on;
    canvas.setAttribute("aria-label", shown ? "Standard deviation of each pixel under p(x|z)" : imageName);
    if (!on) return;
    if (likelihood === null) {
      words.textContent = address && !telling ? "Fetching…" : "Only the mean was kept of these weights, and this is it.";
      return;
    }
    const most = mostOf(likelihood);
    high.textContent = likelihood.startsWith("gaussian") ? `${most} or more` : String(most);
    words.textContent =
      `How far a pixel drawn from p(x|z) strays from the mean: its standard deviation${KINDS[likelihood] ? `, ${KINDS[likelihood]}` : ""}. ` +
      "It is the decoder's noise, not doubt about the model: far from all images it can be small and the picture wrong.";
  }

  return {
    setModel(model, colours, data) {
      const next = data.deviations ?? null;
      if (next === address) return;
      [address, telling] = [next, null];
      if (on) void fetchTelling();
    },
    restore(view) {
      on = view.uncertainty ?? false;
    },
    get link() {
      return { uncertainty: on };
    },
    decode(shown) {
      const model = plane.model();
      return on && telling && model?.latentDim === telling.latentDim ? model.decodeShown(shown, telling.decode) : null;
    },
    picture(image) {
      if (!on) return null;
      const spread = spreadBehind(image);
      likelihood = spread?.likelihood ?? null;
      const shape = plane.model()?.imageShape;
      if (!spread || !shape) return null;
      const area = shape[1] * shape[2];
      if (coloured.length !== 3 * area) coloured = new Float32Array(3 * area);
      return paint(spread.deviations, mostOf(spread.likelihood), coloured);
    },
    show: dress,
    dispose: () => off.abort(),
  };
}

/** @param {string} likelihood */
const mostOf = (likelihood) => MOST[/** @type {keyof typeof MOST} */ (likelihood)] ?? MOST_ELSE;

/**
 * Each pixel in the colour of its deviation; where it has several values, of their root mean square.
 *
 * @param {Float32Array} deviations [C, H, W] flattened @param {number} most of the scale
 * @param {Float32Array} out [3, H, W] flattened, written in place
 */
export function paint(deviations, most, out) {
  const area = out.length / 3;
  const channels = deviations.length / area;
  for (let p = 0; p < area; p++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += deviations[c * area + p] ** 2;
    const shade = Math.min(SHADES - 1, Math.round((Math.sqrt(sum / channels) / most) * (SHADES - 1)));
    for (let k = 0; k < 3; k++) out[k * area + p] = COLOURS[3 * shade + k];
  }
  return out;
}
