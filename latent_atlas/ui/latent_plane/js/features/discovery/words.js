/**
 * What the guided discovery says, and what it can be about on a plane.
 *
 * @typedef {import("../../plane/model.js").Model} Model
 * @typedef {{pairs: [number, number][], hole: import("./spots.js").Hole|null, holes: boolean}} Offer `holes`: there is one, or
 * there may be, as points are still on their way
 */

/** Half widths of the plane: a hand finds a hole of this size. */
const LEAST_HOLE = 0.03;

/**
 * What is seen, in a sentence.
 *
 * @param {Pick<Model, "axes"|"encodings"|"place">} model @param {string} thing
 */
export function orientation({ axes, encodings, place }, thing) {
  const map = axes.length > 1 ? "map" : "line";
  if (place.kind === "tsne") return `Each dot is a real ${thing}; those that the network finds alike lie together.`;
  const spots = `Each spot of this ${map} is a picture that the network can draw`;
  return encodings ? `${spots}; each dot is a real ${thing}, where the network keeps it.` : `${spots}.`;
}

/**
 * The words of a step for this plane.
 *
 * @param {string} say with `{thing}`, `{first}` and `{second}` @param {string} thing @param {string[]} classes
 */
export function worded(say, thing, [first = "class", second = "another"] = []) {
  const values = { thing, first, second };
  return say.replace(/\{(thing|first|second)\}/g, (_, name) => values[/** @type {keyof typeof values} */ (name)]);
}

/**
 * What there is to discover on the plane of a model.
 *
 * @param {Model} model
 * @param {typeof import("./spots.js").largestHole} holeIn
 * @param {typeof import("./spots.js").borderingClasses} bordering
 * @returns {Offer}
 */
export function course({ encodings, place, latentDim, classNames, extent, complete }, holeIn, bordering) {
  if (!encodings || place.kind === "tsne") return { pairs: [], hole: null, holes: false };
  // The plane of two dimensions among many is thinly held by all the others: its gaps are no holes.
  const hole = latentDim === 2 && complete ? holeIn(encodings.mu) : null;
  return {
    pairs: bordering(encodings, encodings.columns, classNames.length),
    hole: hole && { ...hole, radius: Math.max(hole.radius, LEAST_HOLE * extent) },
    holes: latentDim === 2 && (hole !== null || !complete),
  };
}
