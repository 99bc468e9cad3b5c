/** How near a picture is to its target, and what is said of it. */
import { number } from "../../latent_plane/js/plane/words.js";

/**
 * The root of the mean squared difference of the pixels.
 *
 * @param {ArrayLike<number>} one in [0, 1] @param {ArrayLike<number>} other of the same size
 */
export function difference(one, other) {
  let sum = 0;
  for (let p = 0; p < one.length; p++) sum += (one[p] - other[p]) ** 2;
  return Math.sqrt(sum / one.length);
}

/**
 * What is left of the error at the start, in words.
 *
 * @param {number} share 1 at the start @param {number} reached below which the target counts as reached
 */
export function shareWords(share, reached) {
  const told = `${number(100 * share, share < reached ? 1 : 0)} %`;
  if (share === 0) return "Matched exactly: nothing of the error at the start is left.";
  if (share <= reached) return `Reached: ${told} of the error at the start is left.`;
  if (share > 1.005) return `${told} of the error at the start: farther away than you began.`;
  return `${told} of the error at the start is left.`;
}

/** @param {number} seconds @returns {string} 0:07, 12:40 */
export function clock(seconds) {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/**
 * The code that the sliders stand for.
 *
 * @param {ArrayLike<number>} steps where each stands @param {number[]} axes their dimensions
 * @param {number} latentDim @param {number} perUnit steps in a unit of z @returns {Float64Array} z [J], the other dimensions at 0
 */
export function codeOf(steps, axes, latentDim, perUnit) {
  const z = new Float64Array(latentDim);
  axes.forEach((axis, n) => (z[axis] = steps[n] / perUnit));
  return z;
}
