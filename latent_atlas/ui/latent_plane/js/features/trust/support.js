/**
 * How well the images back a point: a look-up in a grid of log q(z) that came from the server once, so that it costs
 * the pointer nothing.
 *
 * @typedef {import("../../layers/maps.js").PlaneMap} PlaneMap
 * @typedef {"unsupported"|"thin"|"well"} Backing
 * @typedef {{share: number, backing: Backing, bars: number}} Support
 * `share` of the images, 0 to 1, that lie where q(z) is lower; `bars` of five that the meter lights
 */
import { grouped, number } from "../../plane/words.js";

/** A hundredth of all images is unsupported by this measure: `SupportMeter` in vae_core. */
const UNSUPPORTED = 0.01;
const THIN = 0.1;
/** From these shares on the meter lights one bar more. */
const BARS = [UNSUPPORTED, THIN, 0.3, 0.5, 0.75];

/**
 * @param {PlaneMap} map of kind "support"
 * @param {ArrayLike<number>} z shown coordinates
 * @returns {Support}
 */
export function supportAt(map, z) {
  const share = shareBelow(/** @type {Float32Array} */ (map.levels), valueAt(map, z));
  const backing = share < UNSUPPORTED ? "unsupported" : share < THIN ? "thin" : "well";
  return { share, backing, bars: BARS.filter((least) => share >= least).length };
}

/**
 * The value of an evenly spaced map at a point, between the four nearest cells; beyond the outer ones, theirs.
 *
 * @param {PlaneMap} map on the scale of z @param {ArrayLike<number>} z
 */
function valueAt({ values, rows, columns, extent }, z) {
  const cell = (/** @type {number} */ value, /** @type {number} */ count) =>
    Math.min(count - 1, Math.max(0, ((value + extent) / (2 * extent)) * count - 0.5));
  const x = cell(z[0], columns);
  const y = rows > 1 ? cell(-z[1], rows) : 0;
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, foot] = [Math.min(columns - 1, left + 1), Math.min(rows - 1, top + 1)];
  const row = (/** @type {number} */ r) =>
    values[r * columns + left] * (left + 1 - x) + values[r * columns + right] * (x - left);
  return row(top) * (top + 1 - y) + row(foot) * (y - top);
}

/**
 * @param {Float32Array} levels ascending: the values below which 0, 1, … 100 % are
 * @param {number} value
 * @returns {number} the share below, 0 to 1
 */
function shareBelow(levels, value) {
  const last = levels.length - 1;
  if (!(value > levels[0])) return 0;
  if (value >= levels[last]) return 1;
  let n = 0;
  while (levels[n + 1] <= value) n++;
  return (n + (value - levels[n]) / (levels[n + 1] - levels[n])) / last;
}

/** @type {Record<Backing, string>} for the eye and for the ear */
export const WORDS = { well: "Well supported", thin: "Thinly supported", unsupported: "Unsupported" };

/** What the meter shows, in words. @param {Support} support */
export function supportSentence({ share, backing }) {
  if (backing === "unsupported") return "Hardly any image lies near here; do not trust the picture.";
  const percent = share >= 0.995 ? "Nearly all" : `${Math.round(100 * share)} %`;
  return `${percent} of the images lie in emptier spots${backing === "thin" ? "; trust the picture less." : "."}`;
}

/**
 * What is said of a spot while its support is on its way.
 *
 * @param {{count: number, radius: number}|null} near how many images lie within a radius, where that can be counted
 */
export function meanwhile(near) {
  if (!near) return "Measuring how crowded each spot is with images…";
  const { count, radius } = near;
  const some = count === 0 ? "No image lies" : count === 1 ? "1 image lies" : `${grouped(count)} images lie`;
  return `${some} within ${number(radius, radius < 0.1 ? 3 : 2)} of here; more is being measured…`;
}
