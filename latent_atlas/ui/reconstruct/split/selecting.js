/**
 * What is chosen of a split by brushes: numbers in, numbers out. Python reads the same text
 * (`latent_atlas/ui/reconstruct/selection.py`), so both choose the same images.
 *
 * A brush is written `A:120,340` (what an image costs under A), `A-B:0,` (how much more under A than under B),
 * `AxB:90,120,80,110` (both), or `z:-1,1,-1,1` (where it is encoded); an end that is left out is open. `c:3` are the
 * images of a class. Several are joined by `~`, and choose what all of them choose.
 *
 * @typedef {"A"|"A-B"|"AxB"|"z"|"c"} Kind
 * @typedef {{kind: Kind, first: number, second: number, ends: number[]}} Brush
 * `first`, `second`: which models, from 0; `ends`: low and high of x, then of y; infinite where open; of a class twice its number
 * @typedef {{costs: Float32Array[], places: Float32Array, count: number, labels?: Uint16Array|null}} Numbers
 * `costs` an image under each model, `places` x, y, x, y, …; of so many images all of it is known
 */

const LETTERS = "ABCDEFGHIJKL";
const NUMBER = String.raw`(-?[0-9]{1,9}(?:\.[0-9]{1,9})?(?:e-?[0-9]{1,2})?)?`;
const PAIR = new RegExp(`^([A-L])(?:([-x])([A-L]))?:${NUMBER},${NUMBER}(?:,${NUMBER},${NUMBER})?$`);
const CLASS = /^c:([0-9]{1,4})$/;
const MAP = new RegExp(`^z:${NUMBER},${NUMBER},${NUMBER},${NUMBER}$`);

/** @param {string} text @param {number} models @returns {Brush[]} those that are understood, of models there are */
export function brushesOf(text, models) {
  return text.split("~").slice(0, 4).map((part) => brushOf(part, models)).filter((each) => each !== null);
}

/** @param {string} text @param {number} models @returns {Brush|null} */
function brushOf(text, models) {
  const map = MAP.exec(text);
  if (map) return { kind: "z", first: 0, second: 0, ends: ends(map.slice(1)) };
  const label = CLASS.exec(text);
  if (label) return { kind: "c", first: 0, second: 0, ends: [Number(label[1]), Number(label[1])] };
  const found = PAIR.exec(text);
  if (!found) return null;
  const [first, second] = [LETTERS.indexOf(found[1]), LETTERS.indexOf(found[3] ?? found[1])];
  const numbers = found.slice(4);
  const plane = found[2] === "x";
  const whole = text.split(",").length === (plane ? 4 : 2);
  if (!whole || first >= models || second >= models) return null;
  const kind = plane ? "AxB" : found[2] ? "A-B" : "A";
  return { kind, first, second, ends: ends(plane ? numbers : numbers.slice(0, 2)) };
}

/** @param {(string|undefined)[]} texts */
function ends(texts) {
  return texts.map((text, n) => (text === undefined || text === "" ? (n % 2 ? Infinity : -Infinity) : Number(text)));
}

/** @param {Brush[]} brushes @returns {string} */
export function textOf(brushes) {
  return brushes
    .map(({ kind, first, second, ends }) => {
      if (kind === "c") return `c:${ends[0]}`;
      const names = { A: LETTERS[first], "A-B": `${LETTERS[first]}-${LETTERS[second]}`, AxB: `${LETTERS[first]}x${LETTERS[second]}`, z: "z" };
      return `${names[kind]}:${ends.map((end) => (Number.isFinite(end) ? String(end) : "")).join(",")}`;
    })
    .join("~");
}

/** What is written is what is meant: four digits of the room that there is. @param {number} value @param {number} room */
export function rounded(value, room) {
  if (!Number.isFinite(value) || !(room > 0)) return value;
  const places = Math.min(9, Math.max(0, 3 - Math.floor(Math.log10(room))));
  return Math.round(value * 10 ** places) / 10 ** places;
}

/**
 * @param {Brush[]} brushes @param {Numbers} numbers
 * @param {Uint8Array} into one an image, 1 for chosen; all are where there is no brush
 * @returns {number} how many are
 */
export function choose(brushes, { costs, places, count, labels }, into) {
  into.fill(1, 0, count);
  for (const { kind, first, second, ends } of brushes) {
    const [low, high, bottom, top] = ends;
    const [one, other] = [costs[first], costs[second]];
    for (let n = 0; n < count; n++) {
      const x = kind === "c" ? (labels ? labels[n] : NaN) : kind === "z" ? places[2 * n] : kind === "A-B" ? Math.fround(one[n] - other[n]) : one[n];
      let inside = x >= low && x <= high;
      if (kind === "AxB") inside &&= other[n] >= bottom && other[n] <= top;
      if (kind === "z") inside &&= places[2 * n + 1] >= bottom && places[2 * n + 1] <= top;
      if (!inside) into[n] = 0;
    }
  }
  let chosen = 0;
  for (let n = 0; n < count; n++) chosen += into[n];
  return chosen;
}

const MANY = 8_000; // a fair part of more says as well where they are

/**
 * The range that shows all but a few of the numbers: those beyond belong to its ends. Images come in no order.
 *
 * @param {Float32Array[]} columns
 * @returns {[number, number]}
 */
export function rangeOf(columns) {
  let [low, high] = [Infinity, -Infinity];
  for (const column of columns) {
    const stride = Math.ceil(column.length / MANY);
    const sorted = column.filter((value, n) => n % stride === 0 && Number.isFinite(value)).sort();
    if (!sorted.length) continue;
    const beyond = Math.floor(sorted.length / 1000);
    low = Math.min(low, sorted[beyond]);
    high = Math.max(high, sorted[sorted.length - 1 - beyond]);
  }
  if (!(high >= low)) return [0, 1];
  const room = (high - low) * 0.02 || Math.max(1e-3, Math.abs(high) * 0.01);
  return [low - room, high + room];
}

/**
 * Which bin each number falls into; the outer ones hold what is beyond.
 *
 * @param {Float32Array} values @param {number} count @param {[number, number]} range @param {number} bins
 */
export function binned(values, count, [low, high], bins) {
  const found = new Uint8Array(count);
  const scale = bins / (high - low);
  for (let n = 0; n < count; n++) {
    const bin = Math.floor((values[n] - low) * scale);
    found[n] = bin > 0 ? Math.min(bin, bins - 1) : 0; // also of no number
  }
  return found;
}

/** How many of each bin are chosen. @param {Uint8Array} bins @param {number} most @param {Uint8Array|null} chosen */
export function tally(bins, most, chosen) {
  const counts = new Uint32Array(most);
  const known = chosen ? Math.min(chosen.length, bins.length) : bins.length;
  for (let n = 0; n < known; n++) counts[bins[n]] += chosen ? chosen[n] : 1;
  return counts;
}

/** Round numbers for an axis: three to seven of them. @param {number} low @param {number} high @returns {number[]} */
export function ticks(low, high) {
  const room = high - low;
  if (!(room > 0) || !Number.isFinite(room)) return [];
  const power = 10 ** Math.floor(Math.log10(room / 3));
  const step = power * ([5, 2].find((each) => each * power <= room / 3) ?? 1);
  const found = [];
  for (let at = Math.ceil(low / step); at * step <= high; at++) found.push(Number((at * step).toPrecision(9)));
  return found;
}

/**
 * A brush moved or made larger by keys, kept within what is seen. One that is not there yet takes the middle half.
 *
 * @param {number[]|null} ends low, high, and of a plane bottom, top @param {[number, number][]} ranges of x, and y
 * @param {string} key @param {boolean} resize
 * @returns {number[]}
 */
export function nudged(ends, ranges, key, resize) {
  const there = ends ?? ranges.flatMap(([low, high]) => [low + (high - low) / 4, high - (high - low) / 4]);
  if (!ends) return there;
  const axis = key === "ArrowUp" || key === "ArrowDown" ? ranges.length - 1 : 0;
  const forth = key === "ArrowRight" || key === "ArrowUp" ? 1 : -1;
  const [low, high] = ranges[axis];
  const step = ((high - low) / 40) * forth;
  const next = [...there];
  const [from, to] = [Math.max(low, there[2 * axis]), Math.min(high, there[2 * axis + 1])];
  if (resize) next[2 * axis + 1] = Math.max(from + Math.abs(step), Math.min(high, to + step));
  else {
    const moved = Math.min(high - to, Math.max(low - from, step));
    [next[2 * axis], next[2 * axis + 1]] = [from + moved, to + moved];
  }
  return next;
}
