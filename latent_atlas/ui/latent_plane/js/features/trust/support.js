/**
 * How well the images back a point: a look-up in a grid of log densities that came from the server once, so that it
 * costs the pointer nothing. What a share of images is called came with the grid.
 *
 * @typedef {import("../../layers/maps.js").PlaneMap} PlaneMap
 * @typedef {import("../../layers/maps.js").SupportLevel} SupportLevel
 * @typedef {{share: number, percent: number, bars: number, words: string, sentence: string}} Support
 * `share` of the images, 0 to 1, that lie where the density is lower, and in whole per cent; `bars` that the meter lights
 */
import { grouped, number } from "../../plane/words.js";

/**
 * @param {PlaneMap} map of kind "support"
 * @param {ArrayLike<number>} z shown coordinates
 * @returns {Support}
 */
export function supportAt(map, z) {
  const levels = /** @type {Float32Array} */ (map.levels);
  return described(shareBelow(levels, valueAt(map, z)), map.scale);
}

/**
 * A share in bars and words, as `support_levels.py` has it.
 *
 * @param {number} share @param {SupportLevel[]} scale from none on, ascending
 * @returns {Support}
 */
export function described(share, scale) {
  // Rounded down, so that it never looks like the next level's.
  const percent = Math.floor(100 * share + 1e-6);
  const bars = scale.filter((level) => percent >= level.percent).length - 1;
  const { words, advice } = scale[bars];
  const much = percent >= 99 ? "Nearly all" : `${percent} %`;
  const said = percent < 1 ? "Hardly any image lies near here" : `${much} of the images lie in emptier spots`;
  return { share, percent, bars, words, sentence: `${said}${advice && `; ${advice}`}.` };
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
export function shareBelow(levels, value) {
  const last = levels.length - 1;
  if (!(value > levels[0])) return 0;
  if (value >= levels[last]) return 1;
  let n = 0;
  while (levels[n + 1] <= value) n++;
  return (n + (value - levels[n]) / (levels[n + 1] - levels[n])) / last;
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
