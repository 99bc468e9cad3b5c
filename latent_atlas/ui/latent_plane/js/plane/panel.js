/** The words and switches around the field: bar, readout, facts, sentence, live region. */
import { planeSentence } from "../features/dimensions/words.js";
import { swatch } from "../features/selection/legend.js";
import { MOST_ZOOM } from "./camera_math.js";
import { explanation, magnified, readout, spoken } from "./words.js";

/** A screen reader should hear where the walk ended, not every step of it. */
const SPEAK_AFTER_MS = 300;
const HINT_MS = 2_000;

/**
 * @param {HTMLElement} root
 * @param {(change: {layers?: any, axis?: any}) => void} onSwitch
 * @param {(direction: number) => void} onZoom 1 in, −1 out, 0 all
 */
export function createPanel(root, onSwitch, onZoom) {
  const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
  const [line, status, nearest] = [".readout", ".status", ".nearest"].map(find);
  const [sentence, live, notice, hint] = [".sentence", ".live", ".notice", ".hint"].map(find);
  const zoomButtons = /** @type {NodeListOf<HTMLButtonElement>} */ (root.querySelectorAll(".zoom [data-zoom]"));
  const buttons = /** @type {NodeListOf<HTMLButtonElement>} */ (root.querySelectorAll(".switch button"));
  const touch = matchMedia("(hover: none)").matches;
  /** @type {import("./model.js").Model|null} */
  let model = null;
  /** @type {string[]} */
  let colours = [];
  /** @type {number|null|undefined} */
  let lastLabel;
  /** Beyond the edge are some points of the z plane, none of the Φ plane. */
  let bounded = true;
  let lastWords = "";
  let zoom = 1;
  let timer = 0;
  let hintTimer = 0;

  for (const button of buttons) {
    button.onclick = () => onSwitch({ ...button.dataset });
  }
  for (const button of zoomButtons) {
    button.onclick = () => onZoom(Number(button.dataset.zoom));
  }

  /** @param {number} label @returns {string} */
  const colourOf = (label) => colours[label] ?? colours[colours.length - 1];

  /** @param {"points"|"tiles"|"both"} layers @param {"z"|"cdf"} axis */
  function setView(layers, axis) {
    for (const button of buttons) {
      const pressed = button.dataset.layers === layers || button.dataset.axis === axis;
      button.setAttribute("aria-pressed", String(pressed));
    }
    bounded = axis === "z";
    if (!model) return;
    const labelled = model.glyphs.length > 0;
    sentence.textContent = explanation(
      { ...model, labelled, layers, cdf: axis === "cdf", touch },
      planeSentence(model),
      model.place.kind === "tsne",
    );
    if (model.complete && model.points === null) {
      sentence.textContent = `No images that fit this model are here, so there are no points. ${sentence.textContent}`;
    }
  }

  /** @param {string} text */
  function speak(text) {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      live.textContent = text;
    }, SPEAK_AFTER_MS);
  }

  return {
    setView,

    /** @param {number} next the magnification */
    setZoom(next) {
      if (next === zoom) return;
      zoom = next;
      for (const button of zoomButtons) {
        const direction = Number(button.dataset.zoom);
        // Disabled would take the focus away from under the user's hand.
        button.setAttribute("aria-disabled", String(direction > 0 ? zoom >= MOST_ZOOM : zoom <= 1));
      }
      speak(magnified(zoom));
    },

    /** Somebody turned the wheel over the plane, which scrolls the page. */
    hintAtZoom() {
      hint.textContent = `${modifier()} + scroll magnifies, Shift + drag moves the view`;
      hint.hidden = false;
      clearTimeout(hintTimer);
      hintTimer = window.setTimeout(() => (hint.hidden = true), HINT_MS);
    },

    /** @param {string} text one sentence for what went wrong */
    notice(text) {
      notice.textContent = text;
      notice.hidden = false;
    },

    /**
     * @param {import("./model.js").Model} next
     * @param {string[]} palette
     * @param {"points"|"tiles"|"both"} layers
     * @param {"z"|"cdf"} axis
     */
    setModel(next, palette, layers, axis) {
      [model, colours, lastLabel] = [next, palette, undefined];
      notice.hidden = true;
      setView(layers, axis);
    },

    /**
     * @param {number[]} z shown coordinates
     * @param {boolean} preview
     * @param {number|null} label class of the nearest encoding
     * @param {string|null} support of z, in a few words
     */
    show(z, preview, label, support) {
      if (!model) return;
      const outside = bounded && root.dataset.narrow !== "true" ? model.outside : 0;
      line.textContent = readout(z, model.names, model.points, outside, zoom);
      const word = preview ? "Preview" : "Pinned";
      // The same words again would be laid out again.
      if (word !== status.textContent) status.textContent = word;
      const name = label === null ? null : (model.classNames[label] ?? String(label));
      if (label !== lastLabel) {
        nearest.replaceChildren(...(label === null ? [] : ["nearest class ", swatch(colourOf(label)), String(name)]));
        lastLabel = label;
      }
      const words = spoken(z, name, support);
      if (words !== lastWords) speak(words);
      lastWords = words;
    },
  };
}

/** The key that goes with the wheel: on Apple's keyboards it is another one. */
function modifier() {
  return /Mac|iP(hone|ad|od)/.test(navigator.platform) ? "⌘" : "Ctrl";
}
