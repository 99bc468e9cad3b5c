/**
 * Ways from one spot of the plane to another that need no search, and walking along any way at constant speed. What
 * is constant is how fast the picture changes: the length of a way is Σ |f(z′) − f(z)| over many small steps, in pixel
 * values (vae_core.latent.paths).
 *
 * @typedef {"line"|"slerp"|"geodesic"} Way
 * @typedef {{path: number[][], far: Float64Array}} Measured how far along each point of the path is
 */

/** Below this angle, and this close to half a turn, a great circle divides 0 by 0. */
const SMALLEST_ANGLE = 1e-4;
/** What decodes in one go before the page is let draw again. */
const SLICE_MS = 8;

/**
 * Straight, in equal steps.
 *
 * @param {number[]} a @param {number[]} b @param {number} steps
 * @returns {number[][]} steps + 1 points
 */
export function line(a, b, steps) {
  return mixes(a, b, steps, (t) => [1 - t, t]);
}

/**
 * Along the great circle about the origin, straight where there is none.
 *
 * @param {number[]} a @param {number[]} b @param {number} steps
 * @returns {number[][]}
 */
export function slerp(a, b, steps) {
  const [far, near] = [Math.hypot(...a), Math.hypot(...b)];
  const across = (/** @type {number} */ sign) => Math.hypot(...a.map((x, k) => x / far + (sign * b[k]) / near));
  const angle = far * near > 0 ? 2 * Math.atan2(across(-1), across(1)) : 0;
  if (angle < SMALLEST_ANGLE || Math.PI - angle < SMALLEST_ANGLE) return line(a, b, steps);
  const sine = Math.sin(angle);
  return mixes(a, b, steps, (t) => [Math.sin((1 - t) * angle) / sine, Math.sin(t * angle) / sine]);
}

/**
 * @param {number[]} a @param {number[]} b @param {number} steps
 * @param {(t: number) => [number, number]} shares of a and of b
 */
function mixes(a, b, steps, shares) {
  return Array.from({ length: steps + 1 }, (_, n) => {
    const [p, q] = shares(n / steps);
    return a.map((x, k) => p * x + q * b[k]);
  });
}

/**
 * Decodes every point of a path, a few milliseconds at a time.
 *
 * @param {number[][]} path @param {(z: number[]) => Float32Array} decode its array may be reused
 * @param {() => boolean} wanted still
 * @returns {Promise<Measured|null>} null when it is no longer wanted
 */
export async function measure(path, decode, wanted) {
  const far = new Float64Array(path.length);
  let before = new Float32Array(0);
  let began = performance.now();
  for (let n = 0; n < path.length; n++) {
    if (performance.now() - began > SLICE_MS) {
      await new Promise((resolve) => setTimeout(resolve));
      if (!wanted()) return null;
      began = performance.now();
    }
    const image = decode(path[n]);
    if (n === 0) before = image.slice();
    else far[n] = far[n - 1] + difference(before, image);
    before.set(image);
  }
  return { path, far };
}

/** @param {Float32Array} a @param {Float32Array} b */
function difference(a, b) {
  let sum = 0;
  for (let p = 0; p < a.length; p++) sum += (a[p] - b[p]) ** 2;
  return Math.sqrt(sum);
}

/** @param {Measured} way @returns {number} */
export function lengthOf({ far }) {
  return far[far.length - 1];
}

/** Legs that begin where the one before ends, as one. @param {Measured[]} legs @returns {Measured} */
export function joined(legs) {
  const [path, far] = [[...legs[0].path], [...legs[0].far]];
  for (const leg of legs.slice(1)) {
    const behind = far[far.length - 1];
    path.push(...leg.path.slice(1));
    far.push(...leg.far.slice(1).map((value) => behind + value));
  }
  return { path, far: Float64Array.from(far) };
}

/**
 * The point of a way that has this share of its length behind it; where nothing changes, of its points.
 *
 * @param {Measured} way @param {number} share 0 to 1
 * @returns {number[]}
 */
export function pointAt({ path, far }, share) {
  const last = path.length - 1;
  const changes = far[last] > 0;
  const at = (/** @type {number} */ n) => (changes ? far[n] / far[last] : n / last);
  let [low, high] = [0, last];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (at(middle) <= share) low = middle;
    else high = middle;
  }
  const width = at(high) - at(low);
  const t = width > 0 ? Math.min(1, Math.max(0, (share - at(low)) / width)) : 0;
  return path[low].map((x, k) => x + t * (path[high][k] - x));
}
