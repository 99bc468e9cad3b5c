/**
 * The two ways to lay a latent axis on the screen, and the path between them.
 *
 *   linear         s = (z + E) / 2E         the plane as it is, from −E to E
 *   gaussian-cdf   s = Φ(z)                 equal area = equal prior probability (the paper's Figure 4)
 *
 * `mix` runs from 0 (linear) to 1 (gaussian-cdf); screen coordinates s run from 0 to 1, upward.
 */

/**
 * Φ(z), the normal distribution function, to double precision (Hart's rational approximation as given by
 * G. West, "Better approximations to cumulative normal functions", 2005).
 *
 * @param {number} z
 * @returns {number} in (0, 1)
 */
export function normalCdf(z) {
  const a = Math.abs(z);
  let tail = 0;
  if (a <= 37) {
    const e = Math.exp((-a * a) / 2);
    if (a < 7.07106781186547) {
      let top = 3.52624965998911e-2 * a + 0.700383064443688;
      for (const c of [6.37396220353165, 33.912866078383, 112.079291497871, 221.213596169931, 220.206867912376]) {
        top = top * a + c;
      }
      let bottom = 8.83883476483184e-2 * a + 1.75566716318264;
      for (const c of [
        16.064177579207, 86.7807322029461, 296.564248779674, 637.333633378831, 793.826512519948, 440.413735824752,
      ]) {
        bottom = bottom * a + c;
      }
      tail = (e * top) / bottom;
    } else {
      const f = a + 1 / (a + 2 / (a + 3 / (a + 4 / (a + 0.65))));
      tail = e / (f * 2.506628274631);
    }
  }
  return z > 0 ? 1 - tail : tail;
}

// Wichura's PPND16 (AS 241), coefficients from the highest power down; |relative error| about 1e-16.
const CENTRE = [
  [2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
   13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608],
  [5226.495278852854561, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
   5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1],
];
const SHOULDER = [
  [7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
   3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734],
  [1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
   0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1],
];
const TAIL = [
  [2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
   0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772],
  [2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
   0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1],
];

/** @param {number[][]} fraction @param {number} r */
function rational([top, bottom], r) {
  const at = (/** @type {number[]} */ cs) => cs.reduce((sum, c) => sum * r + c, 0);
  return at(top) / at(bottom);
}

/**
 * Φ⁻¹(p).
 *
 * @param {number} p in (0, 1)
 * @returns {number}
 */
export function normalQuantile(p) {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * rational(CENTRE, 0.180625 - q * q);
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  return Math.sign(q) * (r <= 5 ? rational(SHOULDER, r - 1.6) : rational(TAIL, r - 5));
}

/**
 * @param {number} z
 * @param {number} extent E
 * @param {number} mix 0 linear … 1 gaussian-cdf
 * @returns {number} screen coordinate; inside the plane in [0, 1]
 */
export function toScreen(z, extent, mix) {
  const linear = (z + extent) / (2 * extent);
  if (mix === 0) return linear;
  const cdf = normalCdf(z);
  return mix === 1 ? cdf : linear + mix * (cdf - linear);
}

/**
 * The inverse of `toScreen` at the two ends. The pointer never leaves the range a user can see: ±E, or the
 * central 99.8 % of the prior.
 *
 * @param {number} s
 * @param {number} extent
 * @param {boolean} cdf
 * @returns {number} z
 */
export function fromScreen(s, extent, cdf) {
  if (cdf) return normalQuantile(Math.min(0.999, Math.max(0.001, s)));
  return Math.min(extent, Math.max(-extent, (2 * s - 1) * extent));
}

/**
 * z, moved by a step along its axis.
 *
 * @param {number} z @param {number} delta in z, or in Φ(z) when `cdf` @param {number} extent @param {boolean} cdf
 */
export function moved(z, delta, extent, cdf) {
  return fromScreen(cdf ? normalCdf(z) + delta : (z + delta + extent) / (2 * extent), extent, cdf);
}

/**
 * Cell centres of an n-cell grid along one axis, low to high (vae_core.latent.manifold_coordinates).
 *
 * @param {number} n
 * @param {number} extent
 * @param {boolean} cdf Φ⁻¹((i + 0.5) / n) when true, else −E + (i + 0.5) · 2E / n
 * @param {[number, number]} [range] the part of the axis to divide, in screen coordinates
 * @returns {number[]}
 */
export function gridCentres(n, extent, cdf, [low, high] = [0, 1]) {
  return Array.from({ length: n }, (_, i) => {
    const u = low + ((i + 0.5) / n) * (high - low);
    return cdf ? normalQuantile(u) : (2 * u - 1) * extent;
  });
}

/**
 * The n + 1 edges of the same grid; the outer edges of the whole gaussian-cdf axis are at infinity.
 *
 * @param {number} n
 * @param {number} extent
 * @param {boolean} cdf
 * @param {[number, number]} [range]
 * @returns {number[]}
 */
export function gridEdges(n, extent, cdf, [low, high] = [0, 1]) {
  return Array.from({ length: n + 1 }, (_, i) => {
    const u = low + (i / n) * (high - low);
    if (!cdf) return (2 * u - 1) * extent;
    return u <= 0 ? -Infinity : u >= 1 ? Infinity : normalQuantile(u);
  });
}
