/**
 * The picture of doubt beside the picture: how far each pixel that p(x|z) draws strays from its mean. Seen through
 * colours, so that nobody takes it for an image.
 *
 * @typedef {import("../decode/decoder.js").Decoder} Decoder
 */
import { buildDecoder } from "../decode/decoder.js";
import { fetchSafetensors } from "../decode/safetensors.js";
import { gradient, viridis } from "../layers/ramps.js";
import { buttonsIn, finder } from "../../../components/elements.js";
import { signal } from "../util/signals.js";

const SHADES = 256;
const COLOURS = Float32Array.from({ length: 3 * SHADES }, (_, n) => viridis(Math.floor(n / 3) / (SHADES - 1))[n % 3] / 255);

/** @type {import("../plane/feature.js").FeatureModule} */
export const feature = { order: 50, create: createUncertainty };

/** @param {import("../plane/feature.js").Plane} plane @returns {import("../plane/feature.js").Feature} */
function createUncertainty({ root, state, effect, decoding, actions }) {
  const { html, canvas: canvasAt } = finder(root);
  const canvas = canvasAt(".picture");
  const [scale, bar, high, words] = [".spread-scale", ".spread-bar", ".spread-high", ".spread-words"].map(html);
  const buttons = buttonsIn(root, ".uncertainty [data-picture]");
  const imageName = canvas.getAttribute("aria-label") ?? "";
  const on = signal(false);
  /** Of a decoder that tells more than the means, where the usual one does not. */
  const address = signal(/** @type {string|null} */ (null));
  const telling = signal(/** @type {Decoder|null} */ (null));
  let off = new AbortController();
  let coloured = new Float32Array(0);
  bar.style.background = gradient(viridis, [0, 1]);

  for (const button of buttons) {
    button.onclick = () => {
      on.value = button.dataset.picture === "deviation";
      actions.tell();
    };
  }

  effect(() => {
    if (on.value && address.value && !telling.value) void fetchTelling(address.value);
  });

  /** @param {string} url */
  async function fetchTelling(url) {
    off.abort();
    const { signal: aborted } = (off = new AbortController());
    try {
      telling.value = buildDecoder(await fetchSafetensors(url, aborted));
    } catch (error) {
      if (!aborted.aborted) actions.notice(/** @type {Error} */ (error).message);
    }
  }

  effect(() => {
    if (!state.model.value) return;
    const { likelihood, deviations } = decoding();
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String((button.dataset.picture === "deviation") === on.value));
    }
    const shown = on.value && deviations !== null;
    scale.hidden = !shown;
    words.hidden = !on.value;
    canvas.setAttribute("aria-label", shown ? "Standard deviation of each pixel under p(x|z)" : imageName);
    if (!on.value) return;
    if (!deviations) {
      const coming = address.value && !telling.value;
      words.textContent = coming ? "Fetching…" : "Only the mean was kept of these weights, and this is it.";
      return;
    }
    high.textContent = likelihood.open ? `${likelihood.scale} or more` : String(likelihood.scale);
    words.textContent =
      `How far a pixel drawn from p(x|z) strays from the mean: its standard deviation${likelihood.sigma ? `, ${likelihood.sigma}` : ""}. ` +
      "It is the decoder's noise, not doubt about the model: far from all images it can be small and the picture wrong.";
  });

  return {
    setModel(_, data) {
      const next = data.deviations ?? null;
      if (next === address.peek()) return;
      address.value = next;
      telling.value = null;
    },
    restore(view) {
      on.value = view.uncertainty ?? false;
    },
    get link() {
      return { uncertainty: on.value };
    },
    get decoder() {
      return on.value ? telling.value : null;
    },
    picture({ likelihood, deviations, imageShape: [, height, width] }) {
      if (!on.value || !deviations) return null;
      if (coloured.length !== 3 * height * width) coloured = new Float32Array(3 * height * width);
      return paint(deviations(), likelihood.scale, coloured);
    },
    dispose: () => off.abort(),
  };
}

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
