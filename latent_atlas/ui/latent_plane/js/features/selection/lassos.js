/**
 * Two selections of points, A and B, each drawn around with the hand: which outlines there are, which one the next
 * stroke replaces, and the lines beside the plane that say what is inside.
 *
 * @typedef {import("./lasso.js").Share} Share
 * @typedef {(at: Share) => number[]} ToZ
 * @typedef {"a"|"b"} Slot
 * @typedef {{outline: number[], indices: Uint32Array}} Selection `outline` as in lasso.js, in shown coordinates of z
 * @typedef {{a: Selection|null, b: Selection|null}} Selections
 */
import { filled, selectInside, simplified } from "./lasso.js";
import { swatch } from "./legend.js";
import { keepLast } from "../../util/memo.js";
import { breakdown, tally } from "./counts.js";
import { grouped } from "../../plane/words.js";

const SLOTS = /** @type {const} */ (["a", "b"]);
/** Shorter strokes, in shares of the field, are clicks. */
const CLICK = 0.01;
const TOLERANCE = 0.0015;

/**
 * @param {HTMLElement} root
 * @param {() => void} onChange
 */
export function createSelections(root, onChange) {
  const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
  const [tool, box, field, live] = [".tool", ".selections", ".field", ".live"].map(find);
  const how = document.createElement("p");
  const rows = { a: createRow("a"), b: createRow("b") };
  box.append(rows.a.row, rows.b.row, how);
  /** @type {Record<Slot, number[]|null>} */
  const outlines = { a: null, b: null };
  const inside = { a: keepLast(selectInside), b: keepLast(selectInside) };
  /** @type {Selections} */
  let selections = { a: null, b: null };
  /** @type {Slot} the one that a stroke draws */
  let slot = "a";
  let drawing = false;
  /** @type {Share[]} */
  let stroke = [];
  const touch = matchMedia("(hover: none)").matches;
  tool.onclick = () => setDrawing(!drawing);
  setDrawing(false);

  /** @param {Slot} name */
  function createRow(name) {
    const row = document.createElement("div");
    const [pick, told, clear] = ["button", "span", "button"].map((kind) => document.createElement(kind));
    pick.textContent = name.toUpperCase();
    pick.setAttribute("aria-label", `Select into ${name.toUpperCase()}`);
    pick.onclick = () => {
      slot = name;
      setDrawing(true);
    };
    clear.textContent = "Clear";
    clear.setAttribute("aria-label", `Clear selection ${name.toUpperCase()}`);
    clear.onclick = () => {
      pick.focus();
      set(name, null);
    };
    row.append(pick, told, clear);
    return { row, pick, told, clear };
  }

  /** @param {boolean} on */
  function setDrawing(on) {
    drawing = on;
    tool.setAttribute("aria-pressed", String(on));
    field.classList.toggle("drawing", on);
    show();
  }

  /** @param {Slot} name @param {number[]|null} outline */
  function set(name, outline) {
    outlines[name] = outline;
    onChange();
  }

  /** @param {Share[]} corners @param {ToZ} toZ */
  function take(corners, toZ) {
    set(slot, flat(corners.map(toZ)).map((value) => Number(value.toFixed(4)))); // as in the link
    const count = selections[slot]?.indices.length ?? 0;
    live.textContent = `${slot.toUpperCase()}: ${grouped(count)} points selected`;
  }

  function show() {
    box.hidden = !drawing && !outlines.a && !outlines.b;
    for (const name of SLOTS) {
      const { pick, clear } = rows[name];
      pick.setAttribute("aria-pressed", String(drawing && slot === name));
      clear.hidden = !outlines[name];
    }
    how.hidden = !drawing;
    const name = slot.toUpperCase();
    const around = `Draw around points with ${touch ? "a finger" : "the mouse"}: they become ${name}`;
    const draw = outlines[slot] ? `Draw again to replace ${name}` : around;
    const other = outlines.a && !outlines.b && slot === "a" ? ", or press B for others to compare" : "";
    how.textContent = `${draw}${other}.${touch ? "" : " Enter takes all in sight, Escape clears."}`;
  }

  return {
    get drawing() {
      return drawing;
    },
    /** What is selected, as of the last `update`; for whoever compares A with B. @returns {Selections} */
    get selections() {
      return selections;
    },
    /** @returns {{a: number[]|null, b: number[]|null}} */
    get outlines() {
      return { ...outlines };
    },

    /** @param {{a: number[]|null, b: number[]|null}} next of a link */
    restore(next) {
      Object.assign(outlines, next);
      if (outlines.a && !outlines.b) slot = "b";
    },

    /**
     * Finds out again what is inside.
     *
     * @param {import("../../plane/model.js").Model} model @param {string[]} colours
     * @param {Uint8Array|null} left not 0 for points that are hidden, which nobody can mean to select
     */
    update({ encodings, classNames, axes }, colours, left) {
      for (const name of SLOTS) {
        const outline = outlines[name];
        // One of another number of axes says nothing here.
        const fits = encodings && outline && (axes.length > 1 ? outline.length > 5 : outline.length === 2);
        const indices = fits ? inside[name](outline, encodings.mu, encodings.columns, left) : null;
        selections = { ...selections, [name]: indices && { outline, indices } };
        const { told } = rows[name];
        const counts = indices && tally(indices, encodings?.labels ?? null);
        told.replaceChildren(...(counts ? breakdown(counts, indices.length).map(part) : ["–"]));
      }
      show();

      /** @param {{label: number|null, text: string}} words */
      function part({ label, text }) {
        const item = document.createElement("span");
        if (label === null) item.append(text);
        else item.append(swatch(colours[label] ?? colours[colours.length - 1]), `${classNames[label]} · ${text}`);
        return item;
      }
    },

    /**
     * The hand draws; where it lifts, what it drew around is selected, and a click clears.
     *
     * @param {Share|null} at null: it did something else after all
     * @param {boolean} end @param {ToZ} toZ @param {boolean} cdf
     */
    stroke(at, end, toZ, cdf) {
      const last = stroke[stroke.length - 1];
      if (at && (!last || Math.hypot(at[0] - last[0], at[1] - last[1]) > TOLERANCE)) stroke.push(at);
      if (!end) return;
      const drawn = stroke;
      stroke = [];
      const reach = Math.max(...[0, 1].map((k) => spread(drawn.map((place) => place[k]))));
      if (at && (reach < CLICK || drawn.length < 3)) set(slot, null);
      else if (at) take(cdf ? filled(simplified(drawn, TOLERANCE)) : simplified(drawn, TOLERANCE), toZ);
    },

    /** What there is to draw on the plane. @param {ToZ} toZ @returns {import("../../layers/marks.js").Outline[]} */
    drawn(toZ) {
      const whole = SLOTS.flatMap((name) => {
        const found = selections[name];
        return found ? [{ places: found.outline, name: name.toUpperCase() }] : [];
      });
      return stroke.length > 1 ? [...whole, { places: flat(stroke.map(toZ)), name: null }] : whole;
    },

    /**
     * Enter takes all in sight; Escape clears or, when there is nothing to clear, puts the tool away.
     *
     * @param {string} name @param {ToZ} toZ @returns {boolean} whether there was a use for it
     */
    key(name, toZ) {
      if (name === "Enter") {
        if (drawing) take([[0, 0], [1, 0], [1, 1], [0, 1]], toZ);
        return drawing;
      }
      stroke = [];
      const full = [slot, ...SLOTS].find((each) => outlines[each]);
      if (full) set(full, null);
      else if (drawing) setDrawing(false);
      else return false;
      return true;
    },
  };
}

/** @param {number[][]} places @returns {number[]} */
function flat(places) {
  if (places[0].length > 1) return places.flat();
  const ends = places.flat();
  return [Math.min(...ends), Math.max(...ends)];
}

/** @param {number[]} values */
function spread(values) {
  return Math.max(...values) - Math.min(...values);
}
