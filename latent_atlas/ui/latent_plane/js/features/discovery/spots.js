/**
 * What there is to discover on a plane: two classes that border, and a hole.
 *
 * @typedef {{z: [number, number], radius: number}} Hole
 * @typedef {Pick<import("../../plane/canvas.js").Encodings, "mu"|"labels">} Points of a plane
 */

/** Cells along each side of the square that is looked at. */
const CELLS = 72;
/** Of the prior's circle that the square holds: 86 % of what it draws lies within. */
const REACH = 2;
/** Points that are compared with one another. */
const SOME = 1_200;
/** Of fewer neighbours two classes have strays in common, and no border. */
const FEWEST = 3;

/**
 * The largest round hole among the points where the prior still draws: as far from all of them as can be.
 *
 * @param {Float32Array} mu [N, 2]
 * @returns {Hole|null} null where points are everywhere
 */
export function largestHole(mu) {
  const width = (2 * REACH) / CELLS;
  const taken = new Uint8Array(CELLS * CELLS);
  const cell = (/** @type {number} */ value) => Math.floor((value + REACH) / width);
  for (let n = 0; n < mu.length; n += 2) {
    const [column, row] = [cell(mu[n]), cell(mu[n + 1])];
    if (column >= 0 && column < CELLS && row >= 0 && row < CELLS) taken[row * CELLS + column] = 1;
  }
  /** Where points are, as pairs of cells. @type {[number, number][]} */
  const places = [];
  taken.forEach((is, n) => is && places.push([n % CELLS, Math.floor(n / CELLS)]));
  if (places.length === 0) return null;
  const middle = (/** @type {number} */ at) => (at + 0.5) * width - REACH;
  let [best, found] = [0, /** @type {[number, number]} */ ([0, 0])];
  for (let row = 0; row < CELLS; row++) {
    for (let column = 0; column < CELLS; column++) {
      const [x, y] = [middle(column), middle(row)];
      if (taken[row * CELLS + column] || Math.hypot(x, y) > REACH) continue;
      // As far as the prior's circle is far: a hole at its edge is half outside.
      let free = (REACH - Math.hypot(x, y)) / width + 1;
      for (const [other, line] of places) {
        free = Math.min(free, Math.hypot(other - column, line - row));
        if (free <= best) break;
      }
      if (free > best) [best, found] = [free, [x, y]];
    }
  }
  // Its nearest point may lie at the near side of its cell.
  const radius = (best - 0.75) * width;
  return radius < width ? null : { z: found, radius };
}

/**
 * Which classes lie side by side: those of points whose nearest neighbour is of another class. The first points alone are
 * compared, and again only where they have changed: parts that come later begin with the same ones.
 *
 * @param {Points} points @param {number} columns @param {number} classes
 * @returns {[number, number][]} pairs, the lower one first; those that border most come first
 */
export function borderingClasses({ mu, labels }, columns, classes) {
  if (!labels || classes < 2) return [];
  const some = { mu: mu.subarray(0, SOME * columns), labels: labels.subarray(0, SOME) };
  const question = [columns, classes, ...some.labels, ...some.mu].join();
  if (question !== answered.question) answered = { question, pairs: bordering(some, columns, classes) };
  return answered.pairs;
}

/** The last question, and its answer. @type {{question: string, pairs: [number, number][]}} */
let answered = { question: "", pairs: [] };

/**
 * @param {{mu: Float32Array, labels: import("../../decode/safetensors.js").Labels}} points that come shuffled
 * @param {number} columns @param {number} classes
 * @returns {[number, number][]} as above
 */
function bordering({ mu, labels }, columns, classes) {
  const count = labels.length;
  /** @type {Map<number, number>} how often one lies beside the other */
  const beside = new Map();
  for (let n = 0; n < count; n++) {
    let [near, least] = [-1, Infinity];
    for (let m = 0; m < count; m++) {
      if (m === n) continue;
      let square = 0;
      for (let k = 0; k < columns; k++) square += (mu[n * columns + k] - mu[m * columns + k]) ** 2;
      if (square < least) [near, least] = [m, square];
    }
    if (near < 0 || labels[near] === labels[n] || Math.max(labels[near], labels[n]) >= classes) continue;
    const [low, high] = [labels[n], labels[near]].sort((a, b) => a - b);
    const key = low * classes + high;
    beside.set(key, (beside.get(key) ?? 0) + 1);
  }
  return [...beside]
    .filter(([, times]) => times >= FEWEST)
    .sort((a, b) => b[1] - a[1])
    .map(([key]) => [Math.floor(key / classes), key % classes]);
}

/**
 * The classes at whose border a step ends: those that it names, where they border on this plane, else the two that do
 * most.
 *
 * @param {string[]} wanted names @param {string[]} names of the classes @param {[number, number][]} bordering
 * @returns {[number, number]|null}
 */
export function borderOf(wanted, names, bordering) {
  const [one, other] = wanted.map((name) => names.indexOf(name));
  const named = bordering.some(([low, high]) => low === Math.min(one, other) && high === Math.max(one, other));
  return named ? [one, other] : (bordering[0] ?? null);
}
