/** Colours for the values of a map. All begin at the plane's own dark surface or near it, so that the points glow. */
import { rgb } from "./points.js";

/** @typedef {[number, number, number]} Colour */

const SURFACE = rgb("#0E1116");
/** Blue and orange, which colour-blind people tell apart; the side where the points are is the darker one. */
const CROWD = rgb("#1C4179");
const HOLE = rgb("#8A430F");
/** Matplotlib's viridis at eight even steps, dimmed so that points stand out from its bright end too. */
const VIRIDIS = ["#440154", "#46327E", "#365C8D", "#277F8E", "#1FA187", "#4AC16D", "#A0DA39", "#FDE725"].map(rgb);
const DIMMED = 0.68;

/** @param {Colour} from @param {Colour} to @param {number} share @returns {Colour} */
export function mix(from, to, share) {
  return /** @type {Colour} */ (from.map((value, k) => Math.round(value + share * (to[k] - value))));
}

/**
 * Two ways from the surface: holes below 0, crowds above.
 *
 * @param {number} share −1 to 1 @returns {Colour}
 */
export function diverging(share) {
  return mix(SURFACE, share < 0 ? HOLE : CROWD, Math.min(1, Math.abs(share)));
}

/** @param {number} share 0 to 1 @returns {Colour} */
export function viridis(share) {
  const at = Math.min(1, Math.max(0, share)) * (VIRIDIS.length - 1);
  const n = Math.min(VIRIDIS.length - 2, Math.floor(at));
  return mix(VIRIDIS[n], VIRIDIS[n + 1], at - n);
}

/** @param {number} share 0 to 1 @returns {Colour} */
export function sequential(share) {
  return mix(SURFACE, viridis(share), DIMMED);
}

/** A class's own colour, the surer the stronger. @param {Colour} colour @param {number} sure 0 to 1 @returns {Colour} */
export function certain(colour, sure) {
  return mix(SURFACE, colour, 0.1 + 0.4 * Math.min(1, Math.max(0, sure)));
}

/** @param {(share: number) => Colour} ramp @param {[number, number]} range @returns {string} for CSS */
export function gradient(ramp, [low, high]) {
  const stops = Array.from({ length: 9 }, (_, k) => `rgb(${ramp(low + (k / 8) * (high - low)).join(" ")})`);
  return `linear-gradient(to right, ${stops.join(", ")})`;
}
