/**
 * The square part of the plane that is drawn of a posterior, and how deep below the mode it is all over it.
 *
 * @typedef {{left: number, bottom: number, side: number, across: number, depths: Float32Array}} Window
 * across × across pixels of that side, those of the least z₂ first; `depths` in nats
 */

/** Nats below the highest that are drawn: no cell that is less deep is left coarse (`grid.js`). */
export const DEEPEST = 10;
/** Nothing is deeper, so that it can be drawn through. */
const BOTTOM = 40;
const [MARGIN, PIXELS, MOST_CELLS] = [1.3, 160, 220];

/**
 * The window that holds what of p(z|x) can be seen, and some marks.
 *
 * @param {import("./grid.js").Cells[]} cells the coarsest first @param {number} top
 * @param {[number, number][]} marks @returns {Window}
 */
export function windowOf(cells, top, marks) {
  let [left, right, bottom, upper] = [Infinity, -Infinity, Infinity, -Infinity];
  /** @param {number} x @param {number} y @param {number} room */
  const hold = (x, y, room) => {
    [left, right] = [Math.min(left, x - room), Math.max(right, x + room)];
    [bottom, upper] = [Math.min(bottom, y - room), Math.max(upper, y + room)];
  };
  for (const [x, y] of marks) hold(x, y, 0);
  for (const { side, ix, iy, heights } of cells) {
    for (let n = 0; n < heights.length; n++) {
      if (heights[n] > top - DEEPEST / 2) hold((ix[n] + 0.5) * side, (iy[n] + 0.5) * side, side / 2);
    }
  }
  const width = MARGIN * Math.max(right - left, upper - bottom);
  // On the lattice of the finest cells, unless they would be too many.
  const side = Math.max(cells[cells.length - 1].side, width / MOST_CELLS);
  const across = Math.ceil(width / side);
  /** @param {number} middle */
  const from = (middle) => (Math.round(middle / side - across / 2) - 2) * side;
  const lattice = {
    left: from((left + right) / 2),
    bottom: from((bottom + upper) / 2),
    side,
    across: across + 4, // with room about it to interpolate in
    depths: new Float32Array((across + 4) ** 2).fill(BOTTOM),
  };
  for (const each of cells) lay(lattice, each, top);
  return smooth(lattice);
}

/** Gives the pixels that cells cover their depths. @param {Window} window @param {import("./grid.js").Cells} cells @param {number} top */
function lay({ left, bottom, side, across, depths }, cells, top) {
  /** The first pixel whose middle is not before that place. @param {number} place */
  const first = (place) => Math.ceil(place / side - 0.5 - 1e-6);
  for (let n = 0; n < cells.heights.length; n++) {
    const depth = Math.min(BOTTOM, top - cells.heights[n]);
    const [x, y] = [cells.ix[n] * cells.side - left, cells.iy[n] * cells.side - bottom];
    const [endX, endY] = [Math.min(across, first(x + cells.side)), Math.min(across, first(y + cells.side))];
    for (let row = Math.max(0, first(y)); row < endY; row++) {
      for (let column = Math.max(0, first(x)); column < endX; column++) depths[row * across + column] = depth;
    }
  }
}

/** The window without its rim in as many pixels as are drawn, by cubics between cells (Catmull and Rom). @param {Window} lattice @returns {Window} */
function smooth(lattice) {
  const inner = lattice.across - 4;
  const times = Math.max(1, Math.ceil(PIXELS / inner));
  const across = inner * times;
  const rows = new Float32Array(lattice.across * across);
  for (let row = 0; row < lattice.across; row++) {
    for (let n = 0; n < across; n++) {
      rows[row * across + n] = between(lattice.depths, row * lattice.across, 1, 1.5 + (n + 0.5) / times);
    }
  }
  const depths = new Float32Array(across ** 2);
  for (let row = 0; row < across; row++) {
    for (let n = 0; n < across; n++) depths[row * across + n] = between(rows, n, across, 1.5 + (row + 0.5) / times);
  }
  const { left, bottom, side } = lattice;
  return { left: left + 2 * side, bottom: bottom + 2 * side, side: side / times, across, depths };
}

/** @param {Float32Array} values @param {number} from @param {number} step between neighbours @param {number} place in steps */
function between(values, from, step, place) {
  const n = Math.floor(place);
  const t = place - n;
  const [a, b, c, d] = [-1, 0, 1, 2].map((by) => values[from + (n + by) * step]);
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}
