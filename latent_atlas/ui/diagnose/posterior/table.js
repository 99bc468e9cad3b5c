/**
 * The plane decoded once, coarsely, for all images: since log p(x|z) is Σ linear · x + Σ square · x² + rest, that of an
 * image in every cell is then a sum over its pixels.
 *
 * @typedef {import("../../latent_plane/js/decode/decoder.js").Decoder} Decoder
 * @typedef {{side: number, across: number, extent: number, linear: Float32Array, square: Float32Array|null,
 *            rest: Float64Array}} Table
 * across × across cells about 0, of which those that lie within `extent` of it are looked at; `linear` and `square` are
 * [pixels, cells], `rest` [cells] is −∞ in the others
 */

const LOG_TWO_PI = Math.log(2 * Math.PI);
const SIDE = 0.12;
/** Numbers that a table may have, of four bytes each: larger pictures have larger cells. */
const MOST_NUMBERS = 2 ** 24;
/** Cells between two chances to do something else. */
const AT_ONCE = 16;

/**
 * Decodes the cells, and yields what share is done.
 *
 * @param {Decoder} decoder @param {number} extent how far the grid has to reach
 * @returns {Generator<number, Table>}
 */
export function* decodeTable({ terms, imageShape, likelihood }, extent) {
  if (!terms) throw new Error("The browser cannot integrate p(z|x) under the likelihood of this model: measure the gap below.");
  const pixels = imageShape[0] * imageShape[1] * imageShape[2];
  const kinds = likelihood.nats?.square ? 2 : 1;
  const least = 2 * extent * Math.sqrt((pixels * kinds) / MOST_NUMBERS);
  const side = Math.max(SIDE, least);
  const across = 2 * Math.ceil(extent / side);
  const count = across ** 2;
  /** @type {Table} */
  const table = {
    side,
    across,
    extent,
    linear: new Float32Array(count * pixels),
    square: kinds > 1 ? new Float32Array(count * pixels) : null,
    rest: new Float64Array(count).fill(-Infinity),
  };
  for (let n = 0; n < count; n++) {
    if (n % AT_ONCE === 0) yield n / count;
    const z = middleOf(table, n);
    if (Math.hypot(...z) > extent) continue;
    const { linear, square, rest } = terms(z);
    for (let i = 0, at = n; i < pixels; i++, at += count) table.linear[at] = linear[i];
    if (table.square && square) for (let i = 0, at = n; i < pixels; i++, at += count) table.square[at] = square[i];
    table.rest[n] = rest + logPrior(z);
  }
  return table;
}

/** log p(x, z) in every cell. @param {Table} table @param {Float32Array} x @returns {Float64Array} [across²] */
export function coarseHeights({ linear, square, rest }, x) {
  const heights = Float64Array.from(rest);
  const count = heights.length;
  for (let i = 0; i < x.length; i++) {
    const value = x[i];
    if (value === 0) continue;
    const from = i * count;
    for (let n = 0; n < count; n++) heights[n] += value * linear[from + n];
    if (square) for (let n = 0; n < count; n++) heights[n] += value * value * square[from + n];
  }
  return heights;
}

/**
 * @param {Decoder} decoder @param {Float32Array} x
 * @returns {(x: number, y: number) => number} log p(x, z) anywhere, from the decoder itself
 */
export function heightOf({ terms }, x) {
  const lit = Int32Array.from([...x.keys()].filter((i) => x[i] !== 0)); // black pixels add nothing
  return (first, second) => {
    if (!terms) return NaN;
    const z = [first, second];
    const { linear, square, rest } = terms(z);
    let sum = rest + logPrior(z);
    for (let k = 0; k < lit.length; k++) sum += x[lit[k]] * linear[lit[k]];
    if (square) for (let k = 0; k < lit.length; k++) sum += x[lit[k]] ** 2 * square[lit[k]];
    return Number.isNaN(sum) ? -Infinity : sum;
  };
}

/** @param {{side: number, across: number}} table @param {number} n @returns {[number, number]} the middle of a cell */
export function middleOf({ side, across }, n) {
  return [((n % across) + 0.5 - across / 2) * side, (Math.floor(n / across) + 0.5 - across / 2) * side];
}

/** log N(z; 0, I). @param {number[]} z */
function logPrior([x, y]) {
  return -LOG_TWO_PI - 0.5 * (x * x + y * y);
}
