/**
 * The legend, which filters: a click hides a class or shows it again; a double click, or one with Shift, shows it
 * alone and, once it is alone, all. What is hidden is left out of “nearest” too, and that is said.
 */
import { finder } from "../../../../components/elements.js";
import { counted } from "../../plane/words.js";

/**
 * @param {HTMLElement} root
 * @param {import("../../util/signals.js").Signal<number[]>} hidden classes by number
 * @param {() => void} onChange called when the user has hidden others
 */
export function createLegend(root, hidden, onChange) {
  const [list, note] = [".legend", ".filtered"].map(finder(root).html);
  const [told, all] = [document.createElement("span"), document.createElement("button")];
  let drawn = "";
  all.type = "button";
  all.textContent = "All classes";
  all.onclick = () => {
    list.querySelector("button")?.focus(); // this one goes away
    hide([]);
  };
  note.append(told, " ", all);

  /** @param {number[]} next */
  function hide(next) {
    hidden.value = next;
    onChange();
  }

  /** @param {string} name @param {string} colour @param {number} label */
  function entry(name, colour, label) {
    const [item, button] = [document.createElement("li"), document.createElement("button")];
    /** What was hidden before the first click of two. */
    let before = hidden.peek();
    button.type = "button";
    button.title = "Click to hide or show, double click to see this class alone";
    button.append(swatch(colour), name);
    button.onclick = ({ detail, shiftKey }) => {
      const now = hidden.peek();
      if (detail < 2) before = now;
      hide(detail > 1 || shiftKey ? alone(before, label, list.children.length) : toggled(now, label));
    };
    item.append(button);
    return item;
  }

  return {
    /** @param {string[]} names @param {string[]} colours */
    draw(names, colours) {
      const content = JSON.stringify([names, colours]);
      // Its buttons stay the same as points arrive, or the focus would be lost.
      if (content !== drawn) {
        list.replaceChildren(...names.map((name, label) => entry(name, colours[label] ?? colours[colours.length - 1], label)));
      }
      drawn = content;
      [...list.querySelectorAll("button")].forEach((button, label) => {
        button.setAttribute("aria-pressed", String(!hidden.value.includes(label)));
      });
      note.hidden = hidden.value.length === 0;
      told.textContent = `${hidden.value.length} of ${counted(names.length, "class", "classes")} hidden, from “nearest” too.`;
    },
  };
}

/** @param {number[]} hidden @param {number} label @returns {number[]} */
export function toggled(hidden, label) {
  return hidden.includes(label) ? hidden.filter((n) => n !== label) : [...hidden, label].sort((a, b) => a - b);
}

/**
 * One class alone; all of them when it was alone already.
 *
 * @param {number[]} hidden @param {number} label @param {number} classes
 * @returns {number[]}
 */
export function alone(hidden, label, classes) {
  const others = Array.from({ length: classes }, (_, n) => n).filter((n) => n !== label);
  return hidden.join() === others.join() ? [] : others;
}

/** @param {string} colour */
export function swatch(colour) {
  const dot = document.createElement("span");
  dot.className = "swatch";
  dot.style.setProperty("--class", colour);
  return dot;
}
