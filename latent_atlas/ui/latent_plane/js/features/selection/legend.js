/**
 * The legend, which filters: a click hides a class or shows it again; a double click, or one with Shift, shows it
 * alone and, once it is alone, all. What is hidden is left out of “nearest” too, and that is said. Among many classes
 * one is found by typing a part of its name.
 */
import { finder } from "../../../../components/elements.js";
import { gradient } from "../../layers/ramps.js";
import { shade } from "../../plane/measures.js";
import { counted } from "../../plane/words.js";

/** Classes that are seen at a glance; more are in a box of a few lines, with a field to find one. */
const FEW = 16;

/**
 * @param {HTMLElement} root
 * @param {import("../../util/signals.js").Signal<number[]>} hidden classes by number
 * @param {() => void} onChange called when the user has hidden others
 */
export function createLegend(root, hidden, onChange) {
  const find = finder(root);
  const [list, note, finding, heard] = [".legend", ".filtered", ".find-class", ".find-class span"].map(find.html);
  const measure = find.html(".measure");
  const field = find.input(".find-class input");
  const [told, all] = [document.createElement("span"), document.createElement("button")];
  let drawn = "";
  /** @type {string[]} */
  let called = [];
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
      hide(detail > 1 || shiftKey ? alone(before, label, called.length) : toggled(now, label));
    };
    item.append(button);
    return item;
  }

  /** Leaves those whose names have what was typed in them. */
  function search() {
    const wanted = plainly(field.value);
    const fits = called.map((name) => plainly(name).includes(wanted));
    [...list.children].forEach((item, label) => void (item instanceof HTMLElement && (item.hidden = !fits[label])));
    const count = fits.filter(Boolean).length;
    heard.textContent = !wanted ? "" : count ? `${count} of ${called.length}` : "No class is called so.";
    return fits.indexOf(true);
  }
  field.oninput = search;
  field.onkeydown = (event) => {
    event.stopPropagation(); // letters are keys of the plane elsewhere
    const first = search();
    if (event.key === "Enter" && field.value && first >= 0) hide(alone(hidden.peek(), first, called.length));
  };

  return {
    /**
     * @param {string[]} names @param {string[]} colours
     * @param {{low: string, high: string}|null} ends of a scale that the colours are of
     */
    draw(names, colours, ends) {
      measure.hidden = !ends;
      if (ends) {
        const bar = document.createElement("span");
        bar.style.backgroundImage = gradient(shade, [0, 1]);
        measure.replaceChildren(ends.low, bar, ends.high);
      }
      const content = JSON.stringify([names, colours]);
      // Its buttons stay the same as points arrive, or the focus would be lost.
      if (content !== drawn) {
        if (called.join("\n") !== names.join("\n")) field.value = ""; // it was about others
        called = names;
        finding.hidden = names.length <= FEW;
        list.classList.toggle("many", names.length > FEW);
        list.replaceChildren(...names.map((name, label) => entry(name, colours[label] ?? colours[colours.length - 1], label)));
      }
      if (content !== drawn) search();
      drawn = content;
      [...list.querySelectorAll("button")].forEach((button, label) => {
        button.setAttribute("aria-pressed", String(!hidden.value.includes(label)));
      });
      note.hidden = hidden.value.length === 0;
      told.textContent = `${hidden.value.length} of ${counted(names.length, "class", "classes")} hidden, from “nearest” too.`;
    },
  };
}

/** As people type it: without accents and capitals. @param {string} name */
export function plainly(name) {
  return name.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase().trim();
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
