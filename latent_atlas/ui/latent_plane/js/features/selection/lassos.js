/**
 * Two selections of points, A and B, each drawn around with the hand: which outlines there are, which one the next
 * stroke replaces, and the lines beside the plane that say what is inside.
 *
 * @typedef {import("./lasso.js").Share} Share
 * @typedef {(at: Share) => number[]} ToLatent
 * @typedef {"a"|"b"} Slot
 * @typedef {{outline: number[], indices: Uint32Array}} Selection `outline` as in lasso.js, in shown coordinates of z
 * @typedef {{a: Selection|null, b: Selection|null}} Selections
 * @typedef {{a: number[]|null, b: number[]|null}} Outlines
 */
import { counted } from "../../plane/words.js";
import { finder } from "../../../../components/elements.js";
import { download } from "../../util/download.js";
import { memoized } from "../../util/memo.js";
import { derived, signal } from "../../util/signals.js";
import { breakdown, countByClass } from "./counts.js";
import { filled, selectInside, simplified } from "./lasso.js";
import { swatch } from "./legend.js";
import { tableOf } from "./table.js";

const SLOTS = /** @type {const} */ (["a", "b"]);
/** Shorter strokes, in shares of the field, are clicks. */
const CLICK = 0.01;
const TOLERANCE = 0.0015;

/**
 * @param {{root: HTMLElement, state: import("../../plane/state.js").State,
 *          effect: import("../../util/signals.js").FrameLoop["effect"],
 *          leftOut: import("../../util/signals.js").Readable<Uint8Array|null>, toLatent: ToLatent,
 *          changed: () => void, notice: (text: string) => void}} plane
 * `leftOut`: not 0 for points that are hidden, which nobody can mean to select; `changed`: called when the user has
 * selected something else
 */
export function createLassos({ root, state, effect, leftOut, toLatent, changed, notice }) {
  const { html, button } = finder(root);
  const [box, field, live] = [".selections", ".field", ".live [data-told=selection]"].map(html);
  const tool = button(".tool");
  const how = document.createElement("p");
  const rows = { a: createRow("a"), b: createRow("b") };
  box.append(rows.a.row, rows.b.row, how);
  const touch = matchMedia("(hover: none)").matches;
  const outlines = signal(/** @type {Outlines} */ ({ a: null, b: null }));
  /** The one that a stroke draws. */
  const slot = signal(/** @type {Slot} */ ("a"));
  const drawing = signal(false);
  const stroke = signal(/** @type {Share[]} */ ([]));
  const inside = { a: memoized(selectInside), b: memoized(selectInside) };
  tool.onclick = () => (drawing.value = !drawing.value);

  /** @param {Slot} name @returns {Selection|null} */
  function selected(name) {
    const { encodings = null, axes = [] } = state.model.value ?? {};
    const outline = outlines.value[name];
    // One of another number of axes says nothing here.
    const fits = outline && (axes.length > 1 ? outline.length > 5 : outline.length === 2);
    if (!encodings || !fits) return null;
    return { outline, indices: inside[name](outline, encodings.mu, encodings.columns, leftOut.value) };
  }

  const selections = derived(() => ({ a: selected("a"), b: selected("b") }));

  effect(() => {
    tool.setAttribute("aria-pressed", String(drawing.value));
    field.classList.toggle("drawing", drawing.value);
  });

  effect(() => {
    const [model, colours] = [state.model.value, state.colours.value];
    if (!model) return;
    for (const name of SLOTS) {
      const { indices } = selections.value[name] ?? {};
      const counts = indices && countByClass(indices, model.encodings?.labels ?? null);
      const parts = counts && breakdown(counts, indices.length);
      rows[name].told.replaceChildren(...(parts ? parts.map((part) => wordsOf(part, model, colours)) : ["–"]));
      rows[name].save.hidden = !indices?.length || !state.data.value?.table;
    }
  });

  effect(() => {
    const [on, now, { a, b }] = [drawing.value, slot.value, outlines.value];
    box.hidden = !on && !a && !b;
    for (const name of SLOTS) {
      const { pick, clear } = rows[name];
      pick.setAttribute("aria-pressed", String(on && now === name));
      clear.hidden = !outlines.value[name];
    }
    how.hidden = !on;
    const name = now.toUpperCase();
    const around = `Draw around points with ${touch ? "a finger" : "the mouse"}: they become ${name}`;
    const draw = outlines.value[now] ? `Draw again to replace ${name}` : around;
    const other = a && !b && now === "a" ? ", or press B for others to compare" : "";
    how.textContent = `${draw}${other}.${touch ? "" : " Enter takes all in sight, Escape clears."}`;
  });

  /** @param {Slot} name */
  function createRow(name) {
    const row = document.createElement("div");
    const [pick, save, clear] = ["button", "button", "button"].map(() => document.createElement("button"));
    const told = document.createElement("span");
    pick.textContent = name.toUpperCase();
    pick.setAttribute("aria-label", `Select into ${name.toUpperCase()}`);
    pick.onclick = () => {
      slot.value = name;
      drawing.value = true;
    };
    save.textContent = "CSV";
    save.title = "Save a table of these images: their classes, splits and the names of their files";
    save.setAttribute("aria-label", `Save selection ${name.toUpperCase()} as a table (CSV)`);
    save.onclick = () => void saveTable(name);
    clear.textContent = "Clear";
    clear.setAttribute("aria-label", `Clear selection ${name.toUpperCase()}`);
    clear.onclick = () => {
      pick.focus();
      set(name, null);
    };
    row.append(pick, told, save, clear);
    return { row, pick, told, save, clear };
  }

  /** @param {Slot} name */
  async function saveTable(name) {
    const [address, found] = [state.data.value?.table, selections.value[name]];
    if (!address || !found?.indices.length) return;
    try {
      download(await tableOf(address, found.indices), `selection-${name}.csv`);
    } catch (error) {
      notice(/** @type {Error} */ (error).message);
    }
  }

  /** @param {Slot} name @param {number[]|null} outline */
  function set(name, outline) {
    outlines.value = { ...outlines.value, [name]: outline };
    live.textContent = "";
    changed();
  }

  /** @param {Share[]} corners */
  function take(corners) {
    const name = slot.value;
    set(name, flat(corners.map(toLatent)).map((value) => Number(value.toFixed(4)))); // as in the link
    const count = selections.value[name]?.indices.length ?? 0;
    live.textContent = `${name.toUpperCase()}: ${counted(count, "point")} selected`;
  }

  return {
    get drawing() {
      return drawing.value;
    },
    /** What is selected; for whoever compares A with B. @returns {Selections} */
    get selections() {
      return selections.value;
    },
    get outlines() {
      return outlines.value;
    },
    /** What there is to draw on the plane. @returns {import("../../layers/marks.js").Outline[]} */
    get drawn() {
      const whole = SLOTS.flatMap((name) => {
        const found = selections.value[name];
        return found ? [{ places: found.outline, name: name.toUpperCase() }] : [];
      });
      const line = stroke.value;
      return line.length > 1 ? [...whole, { places: flat(line.map(toLatent)), name: null }] : whole;
    },

    /** @param {Outlines} next of a link */
    restore({ a, b }) {
      outlines.value = { a, b };
      live.textContent = "";
      if (a && !b) slot.value = "b";
    },

    /**
     * The hand draws; where it lifts, what it drew around is selected, and a click clears.
     *
     * @param {Share|null} at null: it did something else after all
     * @param {boolean} end
     */
    stroke(at, end) {
      const before = stroke.value;
      const last = before[before.length - 1];
      const far = at && (!last || Math.hypot(at[0] - last[0], at[1] - last[1]) > TOLERANCE);
      const drawn = far ? [...before, at] : before;
      stroke.value = end ? [] : drawn;
      if (!end || !at) return;
      const reach = Math.max(...[0, 1].map((k) => extentOf(drawn.map((place) => place[k]))));
      if (reach < CLICK || drawn.length < 3) {
        set(slot.value, null);
        return;
      }
      const line = simplified(drawn, TOLERANCE);
      take(state.axes.value.cdf ? filled(line) : line);
    },

    /** The hand draws no longer. */
    putAway() {
      drawing.value = false;
    },

    /**
     * Enter takes all in sight; Escape clears or, when there is nothing to clear, puts the tool away.
     *
     * @param {string} name @returns {boolean} whether there was a use for it
     */
    key(name) {
      if (name === "Enter") {
        if (drawing.value) take([[0, 0], [1, 0], [1, 1], [0, 1]]);
        return drawing.value;
      }
      stroke.value = [];
      const full = [slot.value, ...SLOTS].find((each) => outlines.value[each]);
      if (full) set(full, null);
      else if (drawing.value) drawing.value = false;
      else return false;
      return true;
    },
  };
}

/**
 * @param {{label: number|null, text: string}} part of a breakdown
 * @param {import("../../plane/model.js").Model} model @param {string[]} colours
 */
export function wordsOf({ label, text }, { classNames }, colours) {
  const item = document.createElement("span");
  if (label === null) item.append(text);
  else item.append(swatch(colours[label] ?? colours[colours.length - 1]), `${classNames[label]} · ${text}`);
  return item;
}

/** @param {number[][]} places @returns {number[]} */
function flat(places) {
  if (places[0].length > 1) return places.flat();
  const ends = places.flat();
  return [Math.min(...ends), Math.max(...ends)];
}

/** How far values reach. @param {number[]} values */
function extentOf(values) {
  return Math.max(...values) - Math.min(...values);
}
