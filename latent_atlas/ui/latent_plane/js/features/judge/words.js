/** What is said of a judge. */
import { number } from "../../plane/words.js";

/** @typedef {{at: number, before: number, after: number}} Crossing after this share of a path, from class to class */

/** @param {Crossing[]} crossings @param {string[]} names @returns {string} */
export function crossingsSentence(crossings, names) {
  if (!crossings.length) return "The class stays the same all the way.";
  const told = crossings.map(({ at, before, after }, k) => `${names[before]} → ${names[after]} after ${number(100 * at, 0)}\u00a0%${k ? "" : " of the way"}`);
  return `The class changes: ${told.join("; ")}.`;
}
