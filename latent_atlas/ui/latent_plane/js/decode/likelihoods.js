/**
 * What the page knows of each likelihood p(x|z), in one entry: how a pixel's mean and standard deviation follow from what
 * the decoder puts out, and what is said of them. Python stays the reference (`PixelLikelihood`); a browser test
 * holds both against PyTorch.
 *
 * @typedef {import("./safetensors.js").Architecture} Architecture
 * @typedef {import("./safetensors.js").TensorFile["tensors"]} Tensors
 * @typedef {{linear: (value: number, deviation: number) => number, square: ((deviation: number) => number)|null,
 *            rest: (value: number, deviation: number) => number}} Nats
 * log p(x|z) of a pixel in nats as `linear` · x + `square` · x² + `rest`, so that of a z these are worked out once for all
 * images; `square` is null where there is no such term, and then no deviation is needed. Null of a likelihood that is not so made
 * @typedef {{mean: (value: number) => number,
 *            nats: Nats|null,
 *            reads: string[],
 *            head: string|null,
 *            deviation: (architecture: Architecture, tensors: Tensors) => (value: number, output: number) => number,
 *            scale: number, open: boolean, sigma: string}} Likelihood
 * `mean` of what the layer `decoder.output` gives for a pixel. `reads`: what else of a decoder's file the deviation
 * needs, tensors or layers by name; a file may leave them out. `head`: the layer whose values `deviation` takes, null for
 * the one that makes the means, whose value it is told too. `scale`: the largest deviation that the plane tells apart, `open` where there are larger
 * ones; `sigma`: what the deviation is, in a few words, or none
 */

/** As `PIXEL_LOGVAR_RANGE` and the smallest shared scale in vae_core. */
const LOGVAR_RANGE = [-10, 10];
const SMALLEST_LOG_SCALE = -6;
/** As in the discretised logistic of vae_core. */
const USUAL_LOG_SCALE = -2;
const LOG_SCALE_RANGE = [-6, 1];
const LAST_LEVEL = 255;

/** @param {number} a */
const sigmoid = (a) => 1 / (1 + Math.exp(-a));

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** log (1 + eᵃ); `log1p` would be several times as slow, and the error of a sum is none the less. @param {number} a */
const softplus = (a) => (a > 0 ? a : 0) + Math.log(1 + Math.exp(a > 0 ? -a : a));

/** Of N(x; mean, deviation²). @param {(value: number) => number} mean @returns {Nats} */
function gaussianNats(mean) {
  return {
    linear: (value, deviation) => mean(value) / deviation ** 2,
    square: (deviation) => -0.5 / deviation ** 2,
    rest: (value, deviation) => -HALF_LOG_TWO_PI - Math.log(deviation) - 0.5 * (mean(value) / deviation) ** 2,
  };
}

/** By the name in a model's file. @type {Record<string, Likelihood>} */
export const LIKELIHOODS = {
  bernoulli: {
    mean: sigmoid,
    nats: { linear: (a) => a, square: null, rest: (a) => -softplus(a) },
    reads: [],
    head: null,
    deviation: () => (a) => 0.5 / Math.cosh(a / 2), // √(p (1 − p))
    scale: 0.5,
    open: false,
    sigma: "√(p (1 − p)) here",
  },
  "continuous-bernoulli": {
    mean: continuousBernoulliMean,
    nats: { linear: (a) => a, square: null, rest: (a) => continuousBernoulliNormaliser(a) - softplus(a) },
    reads: [],
    head: null,
    deviation: () => continuousBernoulliDeviation,
    scale: 0.3, // it never exceeds 0.29
    open: false,
    sigma: "",
  },
  gaussian: {
    mean: sigmoid,
    nats: gaussianNats(sigmoid),
    reads: ["decoder.logvar"],
    head: "decoder.logvar",
    deviation: () => (logvar) => Math.exp(0.5 * Math.min(LOGVAR_RANGE[1], Math.max(LOGVAR_RANGE[0], logvar))),
    scale: 0.3,
    open: true,
    sigma: "here a σ learned for every pixel",
  },
  "gaussian-shared": {
    mean: sigmoid,
    nats: gaussianNats(sigmoid),
    reads: ["decoder.log_scale"],
    head: null,
    deviation(_, tensors) {
      const learned = tensors.get("decoder.log_scale")?.data[0] ?? NaN;
      const shared = Math.exp(SMALLEST_LOG_SCALE + Math.log1p(Math.exp(learned - SMALLEST_LOG_SCALE)));
      return () => shared;
    },
    scale: 0.3,
    open: true,
    sigma: "here one σ learned for all pixels",
  },
  "gaussian-fixed": {
    mean: sigmoid,
    nats: gaussianNats(sigmoid),
    reads: [],
    head: null,
    deviation: (architecture) => () => architecture.scale,
    scale: 0.3,
    open: true,
    sigma: "here one σ chosen before training",
  },
  "gaussian-linear": {
    mean: (a) => a, // may leave 0 to 1
    nats: gaussianNats((a) => a),
    reads: [],
    head: null,
    deviation: (architecture) => () => architecture.scale,
    scale: 0.3,
    open: true,
    sigma: "here one σ chosen before training",
  },
  "discretised-logistic": {
    mean: sigmoid,
    nats: null,
    reads: ["decoder.log_width"],
    head: "decoder.log_width",
    deviation: () => discretisedLogisticDeviation,
    scale: 0.3,
    open: true,
    sigma: "here of 256 levels, a scale learned for every pixel",
  },
};

/** @param {string} name @returns {Likelihood} raises a sentence for people where this page has no entry for it */
export function likelihoodOf(name) {
  if (!Object.hasOwn(LIKELIHOODS, name)) {
    throw new Error(`The likelihood “${name}” cannot be drawn here: the plane has no entry for it.`);
  }
  return LIKELIHOODS[name];
}

/** Whether a decoder's file holds all that the deviation needs. @param {Likelihood} likelihood @param {Tensors} tensors */
export function tellsDeviation({ reads }, tensors) {
  const names = [...tensors.keys()];
  return reads.every((wanted) => names.some((name) => name === wanted || name.startsWith(`${wanted}.`)));
}

/**
 * 1 / (1 − e⁻ᵃ) − 1 / a, by its Taylor series where that is 0/0.
 *
 * @param {number} a
 */
function continuousBernoulliMean(a) {
  if (Math.abs(a) < 0.05) return 0.5 + a / 12 - (a * a * a) / 720;
  return -1 / Math.expm1(-a) - 1 / a;
}

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

/**
 * log (a / tanh(a/2)), by its Taylor series where that is 0/0.
 *
 * @param {number} a
 */
function continuousBernoulliNormaliser(a) {
  const square = a * a;
  if (square < 0.0025) return Math.LN2 + square / 12 - (7 * square * square) / 1440;
  return Math.log(a / Math.tanh(a / 2));
}

/**
 * The root of Σ P(v) (v/255 − m)² over all levels: each has the mass of a logistic distribution in the bin around it, the
 * outer two the tails.
 *
 * @param {number} head @param {number} a the logit of the mean m
 */
function discretisedLogisticDeviation(head, a) {
  const s = Math.exp(Math.min(LOG_SCALE_RANGE[1], Math.max(LOG_SCALE_RANGE[0], head + USUAL_LOG_SCALE)));
  const mean = sigmoid(a);
  const up = Math.max(mean / s, Number.MIN_VALUE);
  const down = Math.max(sigmoid(-a) / s, Number.MIN_VALUE);
  const location = up + Math.log(-Math.expm1(-up)) - Math.log(-Math.expm1(-down));
  const half = 0.5 / LAST_LEVEL / s;
  let square = 0;
  for (let level = 0; level <= LAST_LEVEL; level++) {
    const centre = level / LAST_LEVEL / s - location;
    // σ(b) − σ(a) = σ(b) σ(−a) (1 − e^{a−b}); an outer level has one of its ends alone.
    const below = level === LAST_LEVEL ? 1 : sigmoid(centre + half);
    const above = level === 0 ? 1 : sigmoid(half - centre);
    const share = level === 0 || level === LAST_LEVEL ? 1 : -Math.expm1(-2 * half);
    square += below * above * share * (level / LAST_LEVEL - mean) ** 2;
  }
  return Math.sqrt(square);
}
