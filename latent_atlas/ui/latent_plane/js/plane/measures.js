/**
 * Columns of labels that measure: age, angle. Their numbers are coloured by a perceptually uniform scale, not by a palette.
 */
import { viridis } from "../layers/ramps.js";

/** Fewer numbers may be classes. */
const FEWEST = 17;
/** Of viridis: what is darker does not stand out from the plane. */
const BEGIN = 0.3;

/**
 * The names of the least and of the most, and the colour of each number, "" of what is none (no label). Null of a column
 * that does not measure: the first is of classes, even where these are numbers.
 *
 * @param {{classNames: string[], column: number}} model
 */
export function measured({ classNames, column }) {
  const values = classNames.map((name) => (name.trim() ? Number(name) : NaN));
  const known = values.filter(Number.isFinite);
  if (column === 0 || known.length < FEWEST || values.length - known.length > 1) return null;
  const [low, high] = [Math.min(...known), Math.max(...known)];
  return {
    low: classNames[values.indexOf(low)],
    high: classNames[values.indexOf(high)],
    colours: values.map((value) => (Number.isFinite(value) ? hex(shade((value - low) / (high - low))) : "")),
  };
}

/** The colour at a part of the way from the least to the most. @param {number} share 0 to 1 */
export const shade = (share) => viridis(BEGIN + (1 - BEGIN) * share);

/** @param {[number, number, number]} colour */
function hex(colour) {
  return `#${colour.map((level) => level.toString(16).padStart(2, "0")).join("")}`;
}
