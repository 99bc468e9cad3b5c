/**
 * log p(x) and p(z|x) of an image by adaptive integration over a grid of z, for models of two latent dimensions. Python
 * stays the reference (vae_core/inference/grid.py); a browser test holds this against it.
 *
 * All images share a coarse grid that is decoded once (`table.js`). The cells of an image are cut in four, level after
 * level, where its posterior is, until every second cell says the same as all of them. Of a posterior that is smooth at
 * the scale of its cells the sum errs by some exp(−2π² s²/h²), h their side, that of every second by four times the
 * square root of that: where the two agree to 0.01 nats, the sum is right to far less. What falls between coarse cells
 * is found by climbing from the highest of them and from the encoder's mean.
 *
 * @typedef {import("./table.js").Table} Table
 * @typedef {(x: number, y: number) => number} Height log p(x, z) anywhere
 * @typedef {{side: number, ix: number[], iy: number[], heights: number[]}} Cells
 * of one side, with their middles at ((ix + ½) · side, (iy + ½) · side); `heights` are log p(x, z) there
 * @typedef {{x: number, y: number, height: number}} Place
 * @typedef {{logP: number, settled: boolean, cells: Cells[], mode: Place}} Grid
 * `cells`: those of each level that were not cut, the coarsest first
 */
import { middleOf } from "./table.js";

/** Nats between all cells and every second one. */
const TOLERANCE = 0.01;
/** Cells this far below the highest are not cut: the coarse ones may hide a slope. */
const DEPTHS = [18, 11];
/** A cell that holds more than this is too large: h > 1.2 s. */
const LARGEST_SHARE = 0.2;
const SHORT = 1; // nats that a cell may be lower than the optimum in it
const [MOST_LEVELS, MOST_CUT] = [10, 6_000];
/** Of a climb: where it starts, how many heights it may ask for, its last step. */
const [PEAKS, MOST_CLIMBED, FINEST_STEP] = [3, 240, 4e-3];
const SPILT = 1e-4;
/** Heights between two chances to do something else. */
const AT_ONCE = 32;
const SIDES = [[1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [1, -1], [-1, 1], [-1, -1]];

/**
 * p(z|x) of an image. Yields between pieces of the work, so that who drives it can do something else meanwhile.
 *
 * @param {Table} table @param {Float64Array} coarse `coarseHeights` of it @param {Height} height
 * @param {[number, number]} mean the encoder's
 * @returns {Generator<void, Grid>}
 */
export function* integrate(table, coarse, height, mean) {
  const optima = [climbed(height, mean, table.side / 2)];
  for (const peak of peaksOf(table, coarse)) {
    yield;
    optima.push(climbed(height, peak, table.side / 2));
  }
  let mode = optima.reduce((best, each) => (each.height > best.height ? each : best));
  let cells = wholeGrid(table, coarse);
  /** @type {Cells[]} */
  const left = [];
  let [aside, logP] = [-Infinity, logMass(cells)];
  let settled = agrees(cells, aside, logP, optima);
  for (let level = 0; level < MOST_LEVELS && !settled; level++) {
    const top = Math.max(mode.height, highest(cells.heights));
    const { cut, kept } = parted(cells, optima, top, top - DEPTHS[Math.min(level, DEPTHS.length - 1)]);
    if (cut.length > MOST_CUT) break;
    left.push(kept);
    aside = logAdded(aside, logMass(kept));
    /** @type {Cells} */
    const next = { side: cells.side / 2, ix: [], iy: [], heights: [] };
    for (const [n, at] of cut.entries()) {
      for (const [dx, dy] of [[0, 0], [1, 0], [0, 1], [1, 1]]) {
        const [x, y] = [2 * cells.ix[at] + dx, 2 * cells.iy[at] + dy];
        push(next, x, y, height((x + 0.5) * next.side, (y + 0.5) * next.side));
      }
      if (n % AT_ONCE === 0) yield;
    }
    cells = next;
    logP = logAdded(aside, logMass(cells));
    settled = agrees(cells, aside, logP, optima);
  }
  for (const [n, each] of cells.heights.entries()) {
    if (each > mode.height) mode = { x: (cells.ix[n] + 0.5) * cells.side, y: (cells.iy[n] + 0.5) * cells.side, height: each };
  }
  return { logP, settled: settled && !spilt(table, coarse), cells: [...left, cells], mode };
}

/**
 * Which cells are high enough to be cut, or touch that of an optimum, and the others.
 *
 * @param {Cells} cells @param {Place[]} optima @param {number} top @param {number} depth
 */
function parted({ side, ix, iy, heights }, optima, top, depth) {
  const places = optima.filter((each) => each.height > depth).map((each) => [Math.floor(each.x / side), Math.floor(each.y / side)]);
  /** @type {number[]} */
  const cut = [];
  /** @type {Cells} */
  const kept = { side, ix: [], iy: [], heights: [] };
  for (let n = 0; n < heights.length; n++) {
    const near = places.some(([x, y]) => Math.abs(ix[n] - x) <= 1 && Math.abs(iy[n] - y) <= 1);
    if (heights[n] >= depth || near) cut.push(n);
    else push(kept, ix[n], iy[n], heights[n]);
  }
  return { cut, kept };
}

/**
 * Whether the cells are fine enough: every second one says the same, none holds much, and those of optima are as high.
 *
 * @param {Cells} cells @param {number} aside the log of the mass that lies elsewhere @param {number} logP
 * @param {Place[]} optima
 */
function agrees(cells, aside, logP, optima) {
  const half = logAdded(aside, logMass(everySecond(cells)) + Math.LN2);
  const top = highest(cells.heights);
  const largest = Math.exp(top + 2 * Math.log(cells.side) - logP);
  return Math.abs(half - logP) <= TOLERANCE && largest <= LARGEST_SHARE && seen(cells, optima, top);
}

/** Whether the cells are about as high as the optima that matter. @param {Cells} cells @param {Place[]} optima @param {number} highestCell */
function seen({ side, ix, iy, heights }, optima, highestCell) {
  const top = optima.reduce((best, { height }) => Math.max(best, height), highestCell);
  return optima.every(({ x, y, height }) => {
    if (height < top - DEPTHS[DEPTHS.length - 1]) return true;
    const [column, row] = [Math.floor(x / side), Math.floor(y / side)];
    return heights.some((each, n) => ix[n] === column && iy[n] === row && each >= height - SHORT);
  });
}

/** Whether too much of the mass lies on the outermost cells. @param {Table} table @param {Float64Array} coarse */
function spilt(table, coarse) {
  const top = highest(coarse);
  let [edge, all] = [0, 0];
  for (let n = 0; n < coarse.length; n++) {
    const mass = Math.exp(coarse[n] - top);
    all += mass;
    if (mass > 0 && Math.hypot(...middleOf(table, n)) > table.extent - table.side) edge += mass;
  }
  return edge > SPILT * all;
}

/** The highest cells that no neighbour tops. @param {Table} table @param {Float64Array} coarse @returns {[number, number][]} */
function peaksOf(table, coarse) {
  const { across } = table;
  const least = highest(coarse) - 3 * DEPTHS[0];
  /** @type {number[]} */
  const peaks = [];
  for (let row = 1; row < across - 1; row++) {
    for (let column = 1; column < across - 1; column++) {
      const n = row * across + column;
      if (coarse[n] > least && SIDES.every(([x, y]) => coarse[n] >= coarse[n + y * across + x])) peaks.push(n);
    }
  }
  peaks.sort((a, b) => coarse[b] - coarse[a]);
  return peaks.slice(0, PEAKS).map((n) => middleOf(table, n));
}

/**
 * Up the hill by steps to eight sides, halved where none of them rises.
 *
 * @param {Height} height @param {[number, number]} start @param {number} step @returns {Place}
 */
function climbed(height, [x, y], step) {
  let best = height(x, y);
  for (let asked = 0; step > FINEST_STEP && asked < MOST_CLIMBED; asked += SIDES.length) {
    let [toX, toY, found] = [x, y, best];
    for (const [dx, dy] of SIDES) {
      const there = height(x + dx * step, y + dy * step);
      if (there > found) [toX, toY, found] = [x + dx * step, y + dy * step, there];
    }
    if (found > best) [x, y, best] = [toX, toY, found];
    else step /= 2;
  }
  return { x, y, height: best };
}

/** @param {Table} table @param {Float64Array} coarse @returns {Cells} */
function wholeGrid({ side, across }, coarse) {
  /** @type {Cells} */
  const cells = { side, ix: [], iy: [], heights: [] };
  for (const [n, each] of coarse.entries()) push(cells, (n % across) - across / 2, Math.floor(n / across) - across / 2, each);
  return cells;
}

/** Those of one colour of a chequerboard. @param {Cells} cells @returns {Cells} */
function everySecond({ side, ix, iy, heights }) {
  return { side, ix, iy, heights: heights.filter((_, n) => (ix[n] + iy[n]) % 2 === 0) };
}

/** @param {Cells} cells @param {number} x @param {number} y @param {number} height */
function push(cells, x, y, height) {
  cells.ix.push(x);
  cells.iy.push(y);
  cells.heights.push(height);
}

/** The log of the integral over cells. @param {Cells} cells */
function logMass({ side, heights }) {
  const top = highest(heights);
  if (top === -Infinity) return top;
  let sum = 0;
  for (const each of heights) sum += Math.exp(each - top);
  return top + Math.log(sum) + 2 * Math.log(side);
}

/** log (eᵃ + eᵇ). @param {number} a @param {number} b */
function logAdded(a, b) {
  const [low, high] = a < b ? [a, b] : [b, a];
  return low === -Infinity ? high : high + Math.log1p(Math.exp(low - high));
}

/** @param {ArrayLike<number>} values */
function highest(values) {
  let top = -Infinity;
  for (let n = 0; n < values.length; n++) if (values[n] > top) top = values[n];
  return top;
}
