/**
 * Which of the points the user wants to see: classes that are hidden, and selections, beside which all else fades.
 *
 * @typedef {import("../../plane/model.js").Model} Model
 * @typedef {{hide: number[], a: number[]|null, b: number[]|null}} Link what a link restores
 */
import { FADED, HIDDEN } from "../../layers/dots.js";
import { derived, signal } from "../../util/signals.js";
import { createLassos } from "./lassos.js";
import { createLegend } from "./legend.js";
import { measured } from "../../plane/measures.js";
import { createNeighbours } from "./neighbours.js";

/** Streamlit hears of the last of several changes. */
const REST_MS = 250;

/**
 * @param {{root: HTMLElement, state: import("../../plane/state.js").State,
 *          effect: import("../../util/signals.js").FrameLoop["effect"], tell: (delay: number) => void,
 *          notice: (text: string) => void,
 *          toLatent: import("./lassos.js").ToLatent}} plane
 */
export function createSelection({ root, state, effect, tell, toLatent, notice }) {
  const hidden = signal(/** @type {number[]} */ ([]));
  /** What is selected in another plane of the same images. */
  const borrowed = signal(/** @type {import("../twin/twin.js").Lent} */ ({ a: null, b: null, picked: null }));
  /** Of images that were selected elsewhere in the app. */
  const picked = signal(/** @type {Uint32Array|null} */ (null));
  const labels = derived(() => state.model.value?.encodings?.labels ?? null);
  const leftOut = derived(() => markHidden(labels.value, hidden.value));
  const points = derived(() => state.model.value?.points ?? 0);
  const changed = () => tell(REST_MS);
  const lassos = createLassos({ root, state, effect, leftOut, toLatent, changed, notice });
  const neighbours = createNeighbours();
  const legend = createLegend(root, hidden, changed);
  const indices = derived(() => lassos.selections.a?.indices ?? borrowed.value.a);
  const others = derived(() => lassos.selections.b?.indices ?? borrowed.value.b);
  const from = derived(() => picked.value ?? borrowed.value.picked);
  const marks = derived(() => markPoints(points.value, leftOut.value, [indices.value, others.value, from.value]));

  effect(() => {
    const model = state.model.value;
    if (model) legend.draw(labels.value ? model.classNames : [], state.colours.value, labels.value && measured(model));
  });

  return {
    /** What is selected: the indices of A and of B. */
    get selections() {
      return lassos.selections;
    },
    /** The points of images that were selected elsewhere. */
    get picked() {
      return picked.value;
    },
    /** @param {Uint32Array|null} next */
    pick(next) {
      picked.value = next;
    },
    /** The classes that are hidden. */
    get hidden() {
      return hidden.value;
    },
    /** How each point is drawn (dots.js); null when all are as usual. */
    get marks() {
      return marks.value;
    },
    /** The outlines to draw, with that which the hand is drawing. */
    get outlines() {
      return lassos.drawn;
    },

    /** Whether a hand on the plane draws an outline. */
    get drawing() {
      return lassos.drawing;
    },
    stroke: lassos.stroke,
    key: lassos.key,
    putAway: lassos.putAway,

    /** The encoding nearest to z of those that are not hidden. @param {number[]} z @returns {number} −1: none */
    nearest(z) {
      return neighbours.nearest(state.model.value?.encodings ?? null, leftOut.value, z);
    },

    /** Another model than `before`, or more of its points. @param {Model|null} before @param {Model} next */
    setModel(before, next) {
      // Another dataset has other classes.
      if (before?.dataset && before.dataset !== next.dataset) hidden.value = [];
      if (before?.encodings && before.column !== next.column) hidden.value = []; // as another column has
      // One that the legend cannot bring back must not stay hidden.
      const kept = hidden.peek().filter((label) => label < next.classNames.length);
      if (next.encodings && kept.length < hidden.peek().length) hidden.value = kept;
    },

    /** Hides no class any more: those that were hidden are of labels that these points do not have. */
    showAll() {
      hidden.value = [];
    },

    /**
     * Shows what is selected in another plane. Each of A and B is one selection: what was drawn here before it goes.
     *
     * @param {import("../twin/twin.js").Lent} next
     */
    borrow(next) {
      borrowed.value = next;
      const { a, b } = lassos.outlines;
      lassos.restore({ a: next.a ? null : a, b: next.b ? null : b });
      changed();
    },

    /** @param {Link} link */
    restore({ hide, a, b }) {
      hidden.value = hide;
      lassos.restore({ a, b });
    },

    /** Forgets the outlines, which are of the plane that they were drawn on. */
    clear() {
      lassos.restore({ a: null, b: null });
    },

    /** @returns {Link} */
    get link() {
      return { hide: hidden.value, ...lassos.outlines };
    },
  };
}

/**
 * @param {import("../../decode/safetensors.js").Labels|null} labels @param {number[]} hidden classes
 * @returns {Uint8Array|null} HIDDEN for each point of theirs, else 0; null when none is
 */
function markHidden(labels, hidden) {
  if (!labels || hidden.length === 0) return null;
  const table = new Uint8Array(1 << 16); // two bytes tell the class of a point, at most
  for (const label of hidden) table[label] = HIDDEN;
  return Uint8Array.from(labels, (label) => table[label]);
}

/**
 * @param {number} count of the points @param {Uint8Array|null} out
 * @param {(Uint32Array|null)[]} selections indices of the selected ones
 */
function markPoints(count, out, selections) {
  if (selections.every((each) => !each)) return out;
  const all = new Uint8Array(count).fill(FADED);
  // Of points that are still on their way some may be selected.
  for (const chosen of selections) chosen?.forEach((n) => n < count && (all[n] = 0));
  out?.forEach((mark, n) => {
    if (mark) all[n] = mark;
  });
  return all;
}
