/** Questions about the encodings: how far they reach, which corner is empty. `neighbours.js` finds the nearest. */

/** Encodings come shuffled, so that some tell of all; sorting two million numbers takes half a second. */
const MOST_JUDGED = 200_000;

/**
 * Half the width of the plane: 3 as in the manifold grids, or, where the encodings reach further, the next
 * half unit that holds 99.5 % of all coordinates. Never more than 8, so that one stray point cannot shrink
 * everything else to a dot.
 *
 * @param {Float32Array} mu
 * @returns {number}
 */
export function fittingExtent(mu) {
  const sizes = Float32Array.from(mu.slice(0, MOST_JUDGED), Math.abs).sort();
  const reach = sizes.length ? sizes[Math.floor(0.995 * (sizes.length - 1))] : 0;
  return Math.min(8, Math.max(3, Math.ceil(reach * 2) / 2));
}

/**
 * The corner that a picture laid over the plane hides least in.
 *
 * @param {Float32Array} xs screen positions in [0, 1], rightward [N]
 * @param {Float32Array} ys screen positions in [0, 1], downward [N]
 * @param {number} width of the picture, as a share of the plane
 * @param {number} height of the picture, as a share of the plane
 * @param {[number, number]|null} avoid a place that must stay visible (the finger, the pin)
 * @returns {"nw"|"ne"|"sw"|"se"}
 */
export function emptiestCorner(xs, ys, width, height, avoid) {
  const count = { nw: 0, ne: 0, sw: 0, se: 0 };
  const add = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ weight) => {
    const column = x < width ? "w" : x > 1 - width ? "e" : null;
    const row = y < height ? "n" : y > 1 - height ? "s" : null;
    if (row && column) count[/** @type {keyof typeof count} */ (row + column)] += weight;
  };
  for (let n = 0; n < xs.length; n++) add(xs[n], ys[n], 1);
  if (avoid) add(avoid[0], avoid[1], Infinity);
  const order = /** @type {const} */ (["ne", "nw", "se", "sw"]);
  return order.reduce((best, corner) => (count[corner] < count[best] ? corner : best));
}
