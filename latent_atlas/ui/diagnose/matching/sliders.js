/**
 * A slider for each active dimension, all of one range and at 0 where they begin.
 *
 * @typedef {{input: HTMLInputElement, output: HTMLElement, mark: HTMLElement}} Row
 */
import { make } from "../../components/elements.js";
import { number } from "../../latent_plane/js/plane/words.js";

/** @param {() => void} moved somebody has turned one */
export function createSliders(moved) {
  const element = make("div", "sliders");
  /** @type {Row[]} */
  let rows = [];
  let [most, perUnit] = [1, 1];

  const words = (/** @type {number} */ steps) => number(steps / perUnit, 1);

  /** @param {Row} row */
  function tell({ input, output }) {
    output.textContent = words(Number(input.value));
    input.setAttribute("aria-valuetext", output.textContent);
  }

  /** @param {string} name @returns {Row & {element: HTMLElement}} */
  function row(name) {
    const input = make("input", "");
    Object.assign(input, { type: "range", min: String(-most), max: String(most), step: "1", value: "0" });
    input.setAttribute("aria-label", name);
    const output = make("span", "value");
    const mark = make("span", "goal");
    mark.hidden = true;
    const made = { input, output, mark, element: make("div", "slider", make("span", "", name), make("div", "track", input, mark), output) };
    input.oninput = () => {
      tell(made);
      moved();
    };
    tell(made);
    return made;
  }

  return {
    element,
    /** Makes them anew. @param {string[]} names @param {number} reach steps to either side @param {number} inUnit steps in a unit of z */
    make(names, reach, inUnit) {
      [most, perUnit] = [reach, inUnit];
      const made = names.map(row);
      rows = made;
      element.replaceChildren(...made.map((each) => each.element));
    },
    /** @returns {number[]} where each stands */
    steps: () => rows.map(({ input }) => Number(input.value)),
    zero() {
      for (const each of rows) {
        each.input.value = "0";
        tell(each);
      }
    },
    /** Marks where each would have to stand. @param {number[]} steps */
    reveal(steps) {
      rows.forEach(({ mark, output }, n) => {
        mark.style.setProperty("--at", String((steps[n] + most) / (2 * most)));
        mark.hidden = false;
        output.title = `The target is at ${words(steps[n])}`;
      });
    },
  };
}
