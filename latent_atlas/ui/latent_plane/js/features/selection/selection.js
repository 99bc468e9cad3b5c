/**
 * Which of the points the user wants to see: classes that are hidden, and selections, beside which all else fades.
 *
 * @typedef {import("../../plane/model.js").Model} Model
 * @typedef {{hide: number[], a: number[]|null, b: number[]|null}} Link what a link restores
 */
import { FADED, HIDDEN } from "../../layers/dots.js";
import { createLegend } from "./legend.js";
import { createNeighbours } from "./neighbours.js";
import { keepLast } from "../../util/memo.js";
import { createSelections } from "./lassos.js";

/**
 * @param {HTMLElement} root
 * @param {() => void} onChange
 */
export function createChoice(root, onChange) {
  /** @type {number[]} */
  let hidden = [];
  /** @type {Model|null} */
  let model = null;
  /** @type {string[]} */
  let colours = [];
  /** What is selected in another plane of the same images. @type {import("../twin/twin.js").Lent} */
  let borrowed = { a: null, b: null };
  const neighbours = createNeighbours();
  const legend = createLegend(root, (next) => {
    hidden = next;
    changed();
  });
  const selections = createSelections(root, changed);
  const leftOf = keepLast(left);
  const marksOf = keepLast(marks);

  function update() {
    if (!model) return;
    legend.draw(model.glyphs.map((_, label) => /** @type {Model} */ (model).classNames[label]), colours, hidden);
    selections.update(model, colours, leftOut());
  }

  function changed() {
    update();
    onChange();
  }

  const leftOut = () => leftOf(model?.encodings?.labels ?? null, hidden);

  return {
    /** What is selected: the indices of A and of B. */
    get selections() {
      return selections.selections;
    },

    /**
     * What the hands on the field do to it (input.js).
     *
     * @param {import("./lassos.js").ToZ} toZ @param {() => boolean} cdf
     * @param {() => void} show draws what the hand draws
     * @returns {Pick<import("../../plane/pointer.js").Listener, "draws"|"stroke">}
     */
    hands(toZ, cdf, show) {
      return {
        draws: () => selections.drawing,
        stroke(s, end) {
          selections.stroke(s, end, toZ, cdf());
          show();
        },
      };
    },

    /** @param {string} name Enter or Escape @param {import("./lassos.js").ToZ} toZ @returns {boolean} it had a use */
    key: (name, toZ) => selections.key(name, toZ),

    /**
     * What of it is drawn: hidden classes, how each point is drawn (dots.js; null when all are as usual), outlines.
     *
     * @param {import("./lassos.js").ToZ} toZ
     */
    scene(toZ) {
      const { a, b } = selections.selections;
      const marks = marksOf(
        model?.points ?? 0, leftOut(), a?.indices ?? borrowed.a, b?.indices ?? borrowed.b,
      );
      return { hidden, marks, outlines: selections.drawn(toZ) };
    },

    /** The encoding nearest to z of those that are not hidden. @param {number[]} z @returns {number} −1: none */
    nearest(z) {
      return neighbours.nearest(model?.encodings ?? null, leftOut(), z);
    },

    /** @param {Model} next @param {string[]} palette */
    setModel(next, palette) {
      // Another dataset has other classes.
      if (model?.dataset && model.dataset !== next.dataset) hidden = [];
      // One that the legend cannot bring back must not stay hidden.
      if (next.encodings) hidden = hidden.filter((label) => label < next.glyphs.length);
      [model, colours] = [next, palette];
      update();
    },

    /**
     * Shows what is selected in another plane. Each of A and B is one selection: what was drawn here before it goes.
     *
     * @param {import("../twin/twin.js").Lent} next
     */
    borrow(next) {
      borrowed = next;
      const { a, b } = selections.outlines;
      selections.restore({ a: next.a ? null : a, b: next.b ? null : b });
      changed();
    },

    /** @param {Link} link */
    restore({ hide, a, b }) {
      hidden = hide;
      selections.restore({ a, b });
    },

    /** @returns {Link} */
    get link() {
      return { hide: hidden, ...selections.outlines };
    },
  };
}

/**
 * @param {Uint8Array|null} labels @param {number[]} hidden classes
 * @returns {Uint8Array|null} HIDDEN for each point of theirs, else 0; null when none is
 */
function left(labels, hidden) {
  if (!labels || hidden.length === 0) return null;
  const table = new Uint8Array(256);
  for (const label of hidden) table[label] = HIDDEN;
  return labels.map((label) => table[label]);
}

/**
 * @param {number} count of the points @param {Uint8Array|null} out
 * @param {Uint32Array|null} a @param {Uint32Array|null} b indices of the selected ones
 */
function marks(count, out, a, b) {
  if (!a && !b) return out;
  const all = new Uint8Array(count).fill(FADED);
  for (const chosen of [a, b]) chosen?.forEach((n) => (all[n] = 0));
  out?.forEach((mark, n) => {
    if (mark) all[n] = mark;
  });
  return all;
}
