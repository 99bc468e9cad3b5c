/** What is said beside a path. */
import { number } from "../../plane/words.js";

/** @type {Record<import("./ways.js").Way, string>} */
const NAMES = { line: "Straight line", slerp: "Great circle", geodesic: "Geodesic" };

/**
 * How long the way is, and the straight one: by how much the picture changes, one for a pixel from black to white.
 *
 * @param {import("./ways.js").Way} way @param {number} length @param {number} straight in pixel values
 * @param {boolean} searching some of it is on its way
 */
export function lengthSentence(way, length, straight, searching) {
  const changes = (/** @type {number} */ by) => `the picture changes by ${number(by, 1)} pixel values`;
  if (way === "line") return `${NAMES.line}: ${changes(length)} along it.`;
  if (searching) return `${NAMES[way]}: searching… Along the straight line ${changes(straight)}.`;
  return `${NAMES[way]}: ${changes(length)} along it, by ${number(straight, 1)} along the straight line.`;
}

/**
 * What the numbers below the frames are.
 *
 * @param {number|null} radius in units of z; null where support is told instead
 */
export function nearSentence(radius) {
  if (radius === null) return "Below each frame: the share of images that lie in emptier spots.";
  return `Below each frame: how many images lie within ${number(radius, radius < 0.1 ? 3 : 2)} of it.`;
}

/**
 * What the hand can do next.
 *
 * @param {{drawing: boolean, stops: number, most: number, touch: boolean, offline: boolean}} now
 */
export function nextStep({ drawing, stops, most, touch, offline }) {
  if (!drawing) return offline ? "Geodesics need the app: its server searches for them." : "";
  if (stops >= most) return `A path has at most ${most} stops.`;
  const hand = touch ? "Tap" : "Click";
  const keys = touch ? "" : " Enter sets one at the pin, Escape ends.";
  if (stops === 0) return `${hand} the plane to set the stops of a path.${keys}`;
  if (stops === 1) return `${hand} where it leads.${keys}`;
  return `${hand} to lead it on.${touch ? "" : " Enter sets a stop at the pin, Escape ends."}`;
}
