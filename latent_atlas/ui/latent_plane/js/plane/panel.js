/**
 * The words and switches around the field: bar, readout, facts, sentence, live region.
 *
 * @typedef {import("./model.js").Model} Model
 * @typedef {import("./state.js").Layers} Layers
 * @typedef {import("./state.js").Axis} Axis
 */
import { planeSentence } from "../features/dimensions/words.js";
import { swatch } from "../features/selection/legend.js";
import { buttonsIn, finder } from "../../../components/elements.js";
import { MOST_ZOOM } from "./camera_math.js";
import { explain } from "./terms.js";
import { explanation, magnified, readout, spoken } from "./words.js";

/** A screen reader should hear where the walk ended, not every step of it. */
const SPEAK_AFTER_MS = 300;
const HINT_MS = 2_000;

/**
 * @param {HTMLElement} root
 * @param {(change: {layers?: Layers, axis?: Axis}) => void} onSwitch
 * @param {(direction: number) => void} onZoom 1 in, −1 out, 0 all
 */
export function createPanel(root, onSwitch, onZoom) {
  const { html } = finder(root);
  const [line, status, nearest] = [".readout", ".status", ".nearest"].map(html);
  const [sentence, notice, hint] = [".sentence", ".notice", ".hint"].map(html);
  // Each has a place of its own in the live region: what is told of one takes no other's away.
  const speakSpot = speaker(html(".live [data-told=spot]"));
  const speakMagnification = speaker(html(".live [data-told=magnification]"));
  const zoomButtons = buttonsIn(root, ".zoom [data-zoom]");
  const buttons = buttonsIn(root, "[data-layers], [data-axis]");
  const touch = matchMedia("(hover: none)").matches;
  /** @type {HTMLElement[]} */
  const lineParts = [];
  /** The class and the colour that “nearest class” tells. */
  let told = "";
  let lastWords = "";
  let magnification = 1;
  let hintTimer = 0;

  for (const button of buttons) {
    const { layers, axis } = /** @type {{layers?: Layers, axis?: Axis}} */ (button.dataset);
    button.onclick = () => onSwitch(layers ? { layers } : { axis });
  }
  for (const button of zoomButtons) {
    button.onclick = () => onZoom(Number(button.dataset.zoom));
  }

  return {
    /**
     * What the switches stand on, and what is seen there in a sentence.
     *
     * @param {Model} model @param {Layers} layers @param {Axis} axis
     */
    showView(model, layers, axis) {
      for (const button of buttons) {
        const pressed = button.dataset.layers === layers || button.dataset.axis === axis;
        button.setAttribute("aria-pressed", String(pressed));
      }
      const words = explanation(
        {
          ...model,
          labelled: Boolean(model.encodings?.labels),
          column: model.columns.length > 1 ? model.columns[model.column] : null,
          layers,
          cdf: axis === "cdf",
          touch,
        },
        planeSentence(model),
        model.place.kind === "tsne",
      );
      const pointless = model.complete && model.points === null;
      const moving = model.step === null ? "" : `This model is still learning: what you see moves. ${model.slower && `${model.slower} `}`;
      explain(
        sentence,
        pointless ? `There are no points: no images that fit this model are here, or it has learned without an encoder. ${words}` : `${moving}${words}`,
      );
    },

    /** @param {number} zoom the magnification */
    showZoom(zoom) {
      if (zoom === magnification) return;
      magnification = zoom;
      for (const button of zoomButtons) {
        const direction = Number(button.dataset.zoom);
        // Disabled would take the focus away from under the user's hand.
        const spent = direction > 0 ? zoom >= MOST_ZOOM : direction < 0 ? zoom <= 1 : zoom === 1;
        button.setAttribute("aria-disabled", String(spent));
      }
      speakMagnification(magnified(zoom));
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

    /** What was wrong is no longer so. */
    clearNotice() {
      notice.hidden = true;
    },

    /**
     * What is shown at a spot.
     *
     * @param {Model} model @param {number[]} z shown coordinates
     * @param {string} word whether it is pinned
     * @param {number|null} label class of the nearest encoding @param {string} colour of that class
     * @param {string|null} support of z, in a few words
     * @param {number} zoom @param {boolean} bounded points can lie beyond the edge
     */
    show(model, z, word, label, colour, support, zoom, bounded) {
      const parts = readout(z, model.names, model.points, bounded ? model.outside : 0, zoom);
      while (lineParts.length > parts.length) lineParts.pop()?.remove();
      parts.forEach((part, n) => {
        const element = (lineParts[n] ??= line.appendChild(document.createElement("span")));
        if (element.textContent !== part) element.textContent = part;
      });
      // The same words again would be laid out again.
      if (word !== status.textContent) status.textContent = word;
      const name = label === null ? null : (model.classNames[label] ?? String(label));
      const next = `${name} ${colour}`;
      if (next !== told) {
        nearest.replaceChildren(...(name === null ? [] : ["nearest class ", swatch(colour), name]));
        told = next;
      }
      const words = spoken(z, name, support);
      if (words !== lastWords) speakSpot(words);
      lastWords = words;
    },
  };
}

/**
 * Says the last of what it is given, once nothing more has come for a moment.
 *
 * @param {HTMLElement} place in a live region @returns {(text: string) => void}
 */
function speaker(place) {
  let timer = 0;
  return (text) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => (place.textContent = text), SPEAK_AFTER_MS);
  };
}

/** The key that goes with the wheel: on Apple's keyboards it is another one. */
function modifier() {
  return /Mac|iP(hone|ad|od)/.test(navigator.platform) ? "⌘" : "Ctrl";
}
