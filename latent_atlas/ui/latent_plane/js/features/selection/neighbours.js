/**
 * Which encoding is nearest to z: asked at every move of the pointer. The encodings lie sorted into the cells of a
 * grid, so that only those around z are looked at.
 *
 * Measured on two busy cores (median and 99th percentile of a question at a random place): all of 70,000 looked at
 * 0.13 and 4 ms, all of 1,000,000 2.0 and 8 ms; by the grid 0.003 and 0.4, 0.003 and 0.6 ms. Sorting: 8 and 60 ms,
 * once.
 *
 * @typedef {{mu: Float32Array, columns: number, order: Uint32Array, starts: Uint32Array,
 *            low: number[], step: number[], cells: number[]}} Grid
 * `order` holds the indices of the encodings cell by cell, `starts` where each cell begins in it; `low` and `step` are
 * the edge and the width of the cells along each axis. The outer cells reach to infinity.
 */

const IN_A_CELL = 4;
const MOST_CELLS = 2 ** 18;
/** Encodings to judge by where the grid should lie: they come shuffled, so that some tell of all. */
const MOST_JUDGED = 10_000;

/**
 * @param {Float32Array} mu [N, K] row by row
 * @param {number} columns K, 1 or 2
 * @param {Uint8Array|null} [marks] [N], not 0 for an encoding to leave out
 * @returns {Grid}
 */
export function sortIntoCells(mu, columns, marks = null) {
  const count = mu.length / columns;
  const side = Math.max(1, Math.ceil(Math.min(MOST_CELLS, count / IN_A_CELL) ** (1 / columns)));
  const cells = columns > 1 ? [side, side] : [side, 1];
  const [low, step] = [[0, 0], [1, 1]];
  for (let k = 0; k < columns; k++) {
    const some = Float32Array.from({ length: Math.min(count, MOST_JUDGED) }, (_, n) => mu[n * columns + k]).sort();
    // A few stray encodings must not blow up the cells of all others: they go to the outer ones.
    const at = (/** @type {number} */ share) => some[Math.round(share * (some.length - 1))] ?? 0;
    low[k] = at(0.002);
    step[k] = (at(0.998) - low[k]) / cells[k] || 1;
  }
  const starts = new Uint32Array(cells[0] * cells[1] + 1);
  const grid = { mu, columns, order: new Uint32Array(0), starts, low, step, cells };
  const cellOf = new Uint32Array(count);
  let kept = 0;
  for (let n = 0; n < count; n++) {
    if (marks && marks[n]) continue;
    const row = columns > 1 ? cellAlong(grid, 1, mu[n * columns + 1]) : 0;
    cellOf[n] = row * cells[0] + cellAlong(grid, 0, mu[n * columns]);
    starts[cellOf[n] + 1]++;
    kept++;
  }
  for (let c = 1; c < starts.length; c++) starts[c] += starts[c - 1];
  grid.order = new Uint32Array(kept);
  const next = starts.slice();
  for (let n = 0; n < count; n++) {
    if (marks && marks[n]) continue;
    grid.order[next[cellOf[n]]++] = n;
  }
  return grid;
}

/** @param {Grid} grid @param {number} k axis @param {number} value @returns {number} */
function cellAlong({ low, step, cells }, k, value) {
  const cell = Math.floor((value - low[k]) / step[k]);
  return cell > 0 ? Math.min(cell, cells[k] - 1) : 0;
}

/**
 * The index of the encoding nearest to z.
 *
 * @param {Grid} grid @param {ArrayLike<number>} z [K]
 * @returns {number} −1 when there are none
 */
export function nearestIn(grid, z) {
  const { mu, columns, order, starts, low, step, cells } = grid;
  const [a, b] = [z[0], columns > 1 ? z[1] : 0];
  const [column, row] = [cellAlong(grid, 0, a), columns > 1 ? cellAlong(grid, 1, b) : 0];
  let best = -1;
  let least = Infinity;

  /** @param {number} c @param {number} r */
  const look = (c, r) => {
    const cell = r * cells[0] + c;
    for (let i = starts[cell]; i < starts[cell + 1]; i++) {
      const at = order[i] * columns;
      const da = mu[at] - a;
      const db = columns > 1 ? mu[at + 1] - b : 0;
      const distance = da * da + db * db;
      // Of two at one distance the first: what is drawn must not depend on the grid.
      if (distance < least || (distance === least && order[i] < best)) {
        least = distance;
        best = order[i];
      }
    }
  };

  // Ring by ring around the cell of z, until all that is left is farther away than the best.
  for (let ring = 0; order.length; ring++) {
    const [left, right, top, bottom] = [column - ring, column + ring, row - ring, row + ring];
    for (let r = Math.max(0, top); r <= Math.min(cells[1] - 1, bottom); r++) {
      if (r === top || r === bottom) {
        for (let c = Math.max(0, left); c <= Math.min(cells[0] - 1, right); c++) look(c, r);
      } else {
        if (left >= 0) look(left, r);
        if (right < cells[0]) look(right, r);
      }
    }
    const beyond = Math.min(
      left > 0 ? a - (low[0] + left * step[0]) : Infinity,
      right < cells[0] - 1 ? low[0] + (right + 1) * step[0] - a : Infinity,
      top > 0 ? b - (low[1] + top * step[1]) : Infinity,
      bottom < cells[1] - 1 ? low[1] + (bottom + 1) * step[1] - b : Infinity,
    );
    if (beyond === Infinity || (beyond > 0 && beyond * beyond > least)) break;
  }
  return best;
}

/**
 * How many encodings lie within a distance of z.
 *
 * @param {Grid} grid @param {ArrayLike<number>} z [K] @param {number} radius
 * @returns {number}
 */
export function countWithin(grid, z, radius) {
  const { mu, columns, order, starts, cells } = grid;
  const range = (/** @type {number} */ k) => [-radius, radius].map((side) => cellAlong(grid, k, z[k] + side));
  const [[left, right], [top, bottom]] = [range(0), columns > 1 ? range(1) : [0, 0]];
  let count = 0;
  for (let r = top; r <= bottom; r++) {
    for (let i = starts[r * cells[0] + left]; i < starts[r * cells[0] + right + 1]; i++) {
      const at = order[i] * columns;
      const db = columns > 1 ? mu[at + 1] - z[1] : 0;
      if ((mu[at] - z[0]) ** 2 + db * db <= radius * radius) count++;
    }
  }
  return count;
}

/** Remembers the grid of the last encodings. */
export function createNeighbours() {
  /** @type {{mu: Float32Array, marks: Uint8Array|null, grid: Grid}|null} */
  let last = null;
  return {
    /**
     * @param {import("../../plane/canvas.js").Encodings|null} encodings
     * @param {Uint8Array|null} marks not 0 for encodings to leave out
     * @param {ArrayLike<number>} z
     * @returns {number} −1 when there are none
     */
    nearest(encodings, marks, z) {
      if (!encodings) return -1;
      const { mu, columns } = encodings;
      if (last?.mu !== mu || last.marks !== marks) last = { mu, marks, grid: sortIntoCells(mu, columns, marks) };
      return nearestIn(last.grid, z);
    },
  };
}
