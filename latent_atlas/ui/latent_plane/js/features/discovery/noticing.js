/**
 * How a step of the guided discovery notices that it has been done: each kind is made anew when its step begins, and is
 * then told all that is seen, until it says yes.
 *
 * @typedef {{z: number[], preview: boolean, label: number|null, view: Partial<import("../../plane/state.js").View>,
 *            landed: string|null}} Seen
 * `z`: the spot that is shown, and whether it is under the pointer; `label`: the class of the nearest point there;
 * `landed` tells one image of one's own from another
 * @typedef {{extent: number, pair: [number, number]|null, hole: import("./spots.js").Hole|null}} Course what the step is
 * about on this plane: its half width, the classes at whose border it ends, the hole
 * @typedef {(course: Course) => (seen: Seen) => boolean} Kind
 */

/** Half widths of the plane that the pointer has to go: a glance over it. */
const FAR = 1.2;
/** Half widths between a spot of one class and a spot of the other: they border there. */
const NEAR = 0.12;

/** @param {number[]} a @param {number[]} b */
const distance = (a, b) => Math.hypot(...a.map((value, k) => value - b[k]));

/** By what a tour calls them. @type {Record<string, Kind>} */
export const KINDS = {
  move({ extent }) {
    /** @type {number[]|null} */
    let last = null;
    let gone = 0;
    return ({ z }) => {
      // The first spot is where the plane was, and a jump back to the pin is no walk, but short.
      if (last?.length === z.length) gone += Math.min(distance(z, last), extent / 4);
      last = z;
      return gone >= FAR * extent;
    };
  },

  border({ extent, pair }) {
    /** @type {Map<number, number[]>} where each of the two was seen last */
    const seen = new Map();
    return ({ z, label }) => {
      if (label === null || !pair?.includes(label)) return false;
      seen.set(label, z);
      const [one, other] = pair.map((each) => seen.get(each));
      return one !== undefined && other !== undefined && distance(one, other) < NEAR * extent;
    };
  },

  // The hole is shown from the beginning: it counts when somebody has gone there.
  hole: ({ hole }) => ({ z, preview, view }) => {
    const gone = preview ? z : view.z;
    return hole !== null && gone?.length === 2 && distance(gone, hole.z) <= hole.radius;
  },

  pin: () => fromFirst(({ view }) => String(view.z)),

  path: () => ({ view, z }) => (view.path?.length ?? 0) >= 2 * z.length,

  epoch: () => fromFirst(({ view }) => String(view.epoch)),

  draw: () => fromFirst(({ landed }) => landed, ({ landed }) => landed !== null),

  // These end by their button.
  train: () => () => false,
  next: () => () => false,
};

/**
 * Something other than it was when the step began.
 *
 * @param {(seen: Seen) => string|null} what @param {(seen: Seen) => boolean} [counts]
 * @returns {(seen: Seen) => boolean}
 */
function fromFirst(what, counts = () => true) {
  /** @type {string|null|undefined} */
  let first;
  return (seen) => {
    const now = what(seen);
    if (first === undefined) first = now;
    return now !== first && counts(seen);
  };
}
