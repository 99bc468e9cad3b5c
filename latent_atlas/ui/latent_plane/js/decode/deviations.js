/**
 * How wide p(x|z) is at each pixel: its standard deviation, as a function of what the decoder puts out. Python stays
 * the reference (`PixelLikelihood.deviation`).
 *
 * @typedef {{head: string|null, make: (value: number) => number}} Spread
 * `head`: the layer whose values `make` takes, null for the one that makes the means
 */

/** As `PIXEL_LOGVAR_RANGE` and the smallest shared scale in vae_core. */
const LOGVAR_RANGE = [-10, 10];
const SMALLEST_LOG_SCALE = -6;

/**
 * @param {any} architecture @param {import("./safetensors.js").TensorFile["tensors"]} tensors
 * @returns {Spread|null} null where the file leaves it out
 */
export function spreadOf(architecture, tensors) {
  switch (architecture.likelihood) {
    case "bernoulli":
      return { head: null, make: bernoulliDeviation };
    case "continuous-bernoulli":
      return { head: null, make: continuousBernoulliDeviation };
    case "gaussian-fixed":
      return { head: null, make: () => architecture.scale };
    case "gaussian-shared": {
      const learned = tensors.get("decoder.log_scale")?.data[0];
      return learned === undefined ? null : { head: null, make: () => sharedDeviation(learned) };
    }
    default:
      return told(tensors) ? { head: "decoder.logvar", make: gaussianDeviation } : null;
  }
}

/** @param {import("./safetensors.js").TensorFile["tensors"]} tensors */
const told = (tensors) => [...tensors.keys()].some((name) => name.startsWith("decoder.logvar."));

/** √(p (1 − p)). @param {number} a */
const bernoulliDeviation = (a) => 0.5 / Math.cosh(a / 2);

/** @param {number} logvar */
const gaussianDeviation = (logvar) => Math.exp(0.5 * Math.min(LOGVAR_RANGE[1], Math.max(LOGVAR_RANGE[0], logvar)));

/** @param {number} learned */
const sharedDeviation = (learned) =>
  Math.exp(SMALLEST_LOG_SCALE + Math.log1p(Math.exp(learned - SMALLEST_LOG_SCALE)));

/**
 * √(1/a² − 1/(4 sinh²(a/2))), by its Taylor series where that is ∞ − ∞.
 *
 * @param {number} a
 */
function continuousBernoulliDeviation(a) {
  const square = a * a;
  if (square < 0.25) return Math.sqrt(1 / 12 - square / 240 + square ** 2 / 6_048 - square ** 3 / 172_800);
  return Math.sqrt(1 / square - 0.25 / Math.sinh(a / 2) ** 2);
}
