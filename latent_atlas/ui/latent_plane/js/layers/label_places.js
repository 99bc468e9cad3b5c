/**
 * Where the glyph of each class stands: where it is densest, among the places whose nearest dots are mostly of its
 * class. A class that has no such place stands where its share is largest, and faint.
 *
 * A middle of the class would not do: classes bend around each other, and the middle of one is then in another.
 *
 * @typedef {import("./dots.js").Places} Places
 * @typedef {{x: number, y: number, share: number, density: number}} LabelPlace in shares of the plane, with its
 *     class's share of the dots nearest to it, and how close these are
 */

export const NEIGHBOURS = 100;
/** Cells along a side of the histogram by which places are chosen to be looked at. */
const COARSE = 64;
/** Places looked at for each class: the best looking, and so many if none of those is mostly of it. */
const [FIRST, ALL] = [24, 500];
/** So many where the points are about to move on: there a good place now is worth more than the best one. */
const PASSING = 64;
/** Around so many with the largest share of those, a lattice of so many steps is looked at too, that far. */
const [BEST, STEPS, NEAR] = [8, 13, 1.5 / COARSE];
/** Half of what a glyph covers: how close dots are within it does not matter, only whose they are. */
const GLYPH = 0.03;
/** Labels keep this far apart, and from the edge, where they can; in shares of the plane. */
const [APART, EDGE] = [0.06, 0.04];

/**
 * @param {Places} places in shares of the plane
 * @param {import("../decode/safetensors.js").Labels|number[]} labels [N]
 * @param {number} classes
 * @param {boolean} [passing] the points are about to move on
 * @returns {(LabelPlace|null)[]} one for each class; null for one without a dot on the plane
 */
export function labelPlaces(places, labels, classes, passing = false) {
  const { xs, ys } = places;
  const around = neighbourhoods(places, labels);
  const candidates = Array.from({ length: classes }, () => /** @type {number[]} */ ([]));
  for (const { label, index } of likelyPlaces(places, labels, classes)) candidates[label].push(index);
  const looked = candidates.map((dots, label) => {
    const look = (/** @type {number} */ n) => ({ x: xs[n], y: ys[n], ...around(xs[n], ys[n], label) });
    const first = dots.slice(0, FIRST).map(look);
    if (first.some(isMajority)) return first.filter(isMajority);
    const all = [...first, ...dots.slice(FIRST, passing ? PASSING : ALL).map(look)];
    const best = passing ? [] : all.sort((a, b) => b.share - a.share).slice(0, BEST);
    for (const { x, y } of best) {
      for (let k = 0; k < STEPS * STEPS; k++) {
        const [across, down] = [k % STEPS, Math.floor(k / STEPS)].map((step) => ((2 * step) / (STEPS - 1) - 1) * NEAR);
        all.push({ x: x + across, y: y + down, ...around(x + across, y + down, label) });
      }
    }
    const most = Math.max(...all.map(({ share }) => share));
    return most > 0.5 ? all.filter(isMajority) : all.filter(({ share }) => share === most);
  });
  /** @type {(LabelPlace|null)[]} */
  const chosen = Array.from({ length: classes }, () => null);
  // Those with the least choice choose first.
  const order = looked.map((_, label) => label).sort((a, b) => looked[a].length - looked[b].length || a - b);
  for (const label of order) {
    const free = looked[label].filter((each) => chosen.every((other) => !other || distance(each, other) >= APART));
    const within = free.filter(({ x, y }) => isWithin(x, y));
    chosen[label] = densest([within, free, looked[label]].find((list) => list.length > 0) ?? []);
  }
  return chosen;
}

/** Whether a label has room there. @param {number} x @param {number} y */
function isWithin(x, y) {
  return Math.min(x, y, 1 - x, 1 - y) >= EDGE;
}

/** @param {{x: number, y: number}} a @param {{x: number, y: number}} b */
function distance(a, b) {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** @param {{share: number}} place */
export function isMajority({ share }) {
  return share > 0.5;
}

/** @param {LabelPlace[]} list */
function densest(list) {
  const none = /** @type {LabelPlace|null} */ (null);
  return list.reduce((best, each) => (!best || each.density > best.density ? each : best), none);
}

/**
 * A dot of each class in each cell that has some, those first around which most dots are of the class, and many.
 *
 * @param {Places} places @param {import("../decode/safetensors.js").Labels|number[]} labels @param {number} classes
 */
function likelyPlaces({ xs, ys }, labels, classes) {
  const counts = new Float32Array(COARSE * COARSE * classes);
  const [sumX, sumY] = [new Float32Array(counts.length), new Float32Array(counts.length)];
  const cells = new Int32Array(labels.length).fill(-1);
  for (let n = 0; n < labels.length; n++) {
    if (labels[n] >= classes || !(xs[n] >= 0 && xs[n] < 1 && ys[n] >= 0 && ys[n] < 1)) continue;
    const at = (Math.floor(ys[n] * COARSE) * COARSE + Math.floor(xs[n] * COARSE)) * classes + labels[n];
    cells[n] = at;
    counts[at]++;
    sumX[at] += xs[n];
    sumY[at] += ys[n];
  }
  // The dot nearest to the middle of its class in its cell.
  const [best, least] = [new Int32Array(counts.length).fill(-1), new Float32Array(counts.length).fill(Infinity)];
  for (let n = 0; n < labels.length; n++) {
    const at = cells[n];
    if (at < 0) continue;
    const away = (xs[n] - sumX[at] / counts[at]) ** 2 + (ys[n] - sumY[at] / counts[at]) ** 2;
    if (away < least[at]) [best[at], least[at]] = [n, away];
  }
  const found = [];
  for (let at = 0; at < counts.length; at++) {
    if (counts[at] === 0) continue;
    const [label, cell] = [at % classes, Math.floor(at / classes)];
    let [own, all] = [0, 0];
    for (let row = Math.max(0, Math.floor(cell / COARSE) - 1); row <= Math.min(COARSE - 1, Math.floor(cell / COARSE) + 1); row++) {
      for (let column = Math.max(0, (cell % COARSE) - 1); column <= Math.min(COARSE - 1, (cell % COARSE) + 1); column++) {
        const start = (row * COARSE + column) * classes;
        own += counts[start + label];
        for (let k = 0; k < classes; k++) all += counts[start + k];
      }
    }
    found.push({ label, index: best[at], own, share: own / all });
  }
  // Above one where most are of the class: those with room for a label before the others.
  const rank = (/** @type {{index: number, own: number, share: number}} */ { index, own, share }) =>
    share > 0.5 ? (isWithin(xs[index], ys[index]) ? 1 + own : 2 - 1 / own) : share;
  return found.sort((a, b) => rank(b) - rank(a));
}

/**
 * Asks for the dots nearest to a place: a class's share of them, and how many of it there are by area.
 *
 * @param {Places} places @param {import("../decode/safetensors.js").Labels|number[]} labels
 */
function neighbourhoods({ xs, ys }, labels) {
  const side = Math.max(1, Math.min(512, Math.round(Math.sqrt(labels.length / 10))));
  const cell = (/** @type {number} */ v) => Math.max(0, Math.min(side - 1, Math.floor(v * side)));
  // Dots in the order of their cells, and where each cell begins.
  const begins = new Int32Array(side * side + 1);
  for (let n = 0; n < labels.length; n++) begins[cell(ys[n]) * side + cell(xs[n]) + 1]++;
  for (let k = 0; k < side * side; k++) begins[k + 1] += begins[k];
  const [filled, order] = [begins.slice(), new Int32Array(labels.length)];
  for (let n = 0; n < labels.length; n++) order[filled[cell(ys[n]) * side + cell(xs[n])]++] = n;
  const wanted = Math.min(NEIGHBOURS, labels.length);
  const [squares, sorted, near] = [new Float64Array(labels.length), new Float64Array(labels.length), new Int32Array(labels.length)];

  return (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ label) => {
    const [column, row] = [cell(x), cell(y)];
    for (let reach = 1; ; reach++) {
      const [left, right] = [Math.max(0, column - reach), Math.min(side - 1, column + reach)];
      const [low, high] = [Math.max(0, row - reach), Math.min(side - 1, row + reach)];
      let count = 0;
      for (let r = low; r <= high; r++) {
        for (let at = begins[r * side + left]; at < begins[r * side + right + 1]; at++) {
          const n = order[at];
          near[count] = n;
          squares[count] = sorted[count] = (xs[n] - x) ** 2 + (ys[n] - y) ** 2;
          count++;
        }
      }
      const whole = left === 0 && low === 0 && right === side - 1 && high === side - 1;
      if (count < wanted && !whole) continue;
      const farthest = smallest(sorted, count, wanted - 1);
      // Whatever is nearer than `reach` cells was looked at.
      if (!whole && Math.sqrt(farthest) > reach / side) continue;
      let [own, all] = [0, 0];
      for (let k = 0; k < count; k++) {
        if (squares[k] > farthest) continue;
        all++;
        if (labels[near[k]] === label) own++;
      }
      return { share: own / all, density: own / Math.max(farthest, GLYPH ** 2) };
    }
  };
}

/**
 * The k-th smallest of the first `count` values, which it puts into another order (Hoare's selection).
 *
 * @param {Float64Array} values @param {number} count @param {number} k from 0
 */
function smallest(values, count, k) {
  let [low, high] = [0, count - 1];
  while (low < high) {
    const pivot = values[(low + high) >> 1];
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i <= j) {
        const kept = values[i];
        values[i++] = values[j];
        values[j--] = kept;
      }
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else break;
  }
  return values[k];
}
