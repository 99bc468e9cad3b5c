/** Rings on the plane: what lies inside one, and where values cross a level. */

/**
 * What tells whether a place lies inside a closed ring.
 *
 * @param {[number, number][]} ring
 * @returns {(x: number, y: number) => boolean}
 */
export function insideOf(ring) {
  const [xs, ys] = [ring.map(([x]) => x), ring.map(([, y]) => y)];
  const [left, right, bottom, top] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  return (x, y) => {
    if (x < left || x > right || y < bottom || y > top) return false;
    let within = false;
    for (let n = 0, before = ring.length - 1; n < ring.length; before = n++) {
      const [ax, ay, bx, by] = [xs[n], ys[n], xs[before], ys[before]];
      if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) within = !within;
    }
    return within;
  };
}

/**
 * The pieces of line along which values on a grid cross a level (marching squares).
 *
 * @param {Float32Array} values [across, across], which stand in the middles of cells @param {number} across @param {number} level
 * @returns {number[]} x, y, x, y of each piece, in cells from the corner of the first
 */
export function crossings(values, across, level) {
  /** @type {number[]} */
  const pieces = [];
  const share = (/** @type {number} */ a, /** @type {number} */ b) => (Number.isFinite(a) && Number.isFinite(b) ? (level - a) / (b - a) : 0.5);
  for (let row = 0; row + 1 < across; row++) {
    for (let column = 0; column + 1 < across; column++) {
      const at = row * across + column;
      const [a, b, c, d] = [values[at], values[at + 1], values[at + across + 1], values[at + across]];
      const [x, y] = [column + 0.5, row + 0.5];
      /** @type {number[]} */
      const ends = [];
      if (a < level !== b < level) ends.push(x + share(a, b), y);
      if (b < level !== c < level) ends.push(x + 1, y + share(b, c));
      if (d < level !== c < level) ends.push(x + share(d, c), y + 1);
      if (a < level !== d < level) ends.push(x, y + share(a, d));
      pieces.push(...ends); // two ends, or the four of a saddle, which are joined in their order
    }
  }
  return pieces;
}
