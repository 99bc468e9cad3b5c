/**
 * The legend, which filters: a click hides a class or shows it again; a double click, or one with Shift, shows it
 * alone and, once it is alone, all. What is hidden is left out of “nearest” too, and that is said.
 */

/**
 * @param {HTMLElement} root
 * @param {(hidden: number[]) => void} onChange hears of the classes that the user wants to be hidden
 */
export function createLegend(root, onChange) {
  const list = /** @type {HTMLElement} */ (root.querySelector(".legend"));
  const note = /** @type {HTMLElement} */ (root.querySelector(".filtered"));
  const [told, all] = [document.createElement("span"), document.createElement("button")];
  /** @type {number[]} */
  let hidden = [];
  let drawn = "";
  all.type = "button";
  all.textContent = "All classes";
  all.onclick = () => {
    list.querySelector("button")?.focus(); // this one goes away
    onChange([]);
  };
  note.append(told, " ", all);

  /** @param {string} name @param {string} colour @param {number} label */
  function entry(name, colour, label) {
    const [item, button] = [document.createElement("li"), document.createElement("button")];
    /** What was hidden before the first click of two. */
    let before = hidden;
    button.type = "button";
    button.title = "Click to hide or show, double click to see this class alone";
    button.append(swatch(colour), name);
    button.onclick = ({ detail, shiftKey }) => {
      if (detail < 2) before = hidden;
      const asked = detail > 1 || shiftKey ? alone(before, label, list.children.length) : toggled(hidden, label);
      onChange(asked);
    };
    item.append(button);
    return item;
  }

  return {
    /** @param {string[]} names @param {string[]} colours @param {number[]} nowHidden classes by number */
    draw(names, colours, nowHidden) {
      hidden = nowHidden;
      const content = JSON.stringify([names, colours]);
      // Its buttons stay the same as points arrive, or the focus would be lost.
      if (content !== drawn) {
        list.replaceChildren(...names.map((name, label) => entry(name, colours[label] ?? colours.at(-1), label)));
      }
      drawn = content;
      [...list.querySelectorAll("button")].forEach((button, label) => {
        button.setAttribute("aria-pressed", String(!hidden.includes(label)));
      });
      note.hidden = hidden.length === 0;
      told.textContent = `${hidden.length} of ${names.length} classes hidden, from “nearest” too.`;
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
