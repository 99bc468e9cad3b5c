/**
 * What is found of one image: its posterior as numbers, and as a picture of the part of the plane where it is.
 *
 * @typedef {import("./grid.js").Grid} Grid
 * @typedef {{z: Float32Array, logQ: Float32Array, weights: Float32Array}} Nodes
 * of a quadrature under q(z|x): places [K, 2], log q(z|x) there and what each counts [K]
 * @typedef {[number, number][]} Ring closed
 * @typedef {{image: number, logP: number, elbo: number, settled: boolean, shares: number[],
 *            mode: {x: number, y: number}, lower: number, levels: number[],
 *            window: import("./window.js").Window}} Found
 * `shares`: how much of p(z|x) lies inside each ring of q; `lower`: nats that p(x, z) is lower at the encoder's mean
 * than at the mode; `levels`: depths below the mode inside which the highest half and nine tenths of p(z|x) lie
 */
import { insideOf } from "./rings.js";
import { windowOf } from "./window.js";

const HELD = [0.5, 0.9];
const AT_ONCE = 32;
/** A share that is as good as none. */
const LEAST = 1e-9;

/**
 * The bound by quadrature: E_q[log p(x, z) − log q(z|x)], one z after the other.
 *
 * @param {import("./grid.js").Height} height @param {Nodes} nodes @returns {Generator<void, number>}
 */
export function* boundOf(height, { z, logQ, weights }) {
  let sum = 0;
  for (let k = 0; k < weights.length; k++) {
    sum += weights[k] * (height(z[2 * k], z[2 * k + 1]) - logQ[k]);
    if (k % AT_ONCE === 0) yield;
  }
  return sum;
}

/**
 * @param {number} image @param {Grid} grid @param {number} elbo @param {number} atMean log p(x, mu)
 * @param {Ring[]} rings of q, outwards; the window holds all but the last, which is large
 * @returns {Found}
 */
export function foundOf(image, grid, elbo, atMean, rings) {
  const { logP, settled, cells, mode } = grid;
  const [outer, inner] = [rings[rings.length - 1], rings.slice(0, -1)];
  const window = windowOf(cells, mode.height, inner.flat());
  return {
    image,
    logP,
    elbo,
    settled,
    // The pixels are finer than the cells, and hold the inner rings; the outer one may leave the window.
    shares: [...inner.map((ring) => shareSeen(window, mode.height - logP, ring)), shareInside(grid, outer)],
    mode: { x: mode.x, y: mode.y },
    lower: mode.height - atMean,
    levels: HELD.map((share) => levelOf(window, share)),
    window,
  };
}

/** @param {import("./window.js").Window} window @param {number} top log p(z|x) at the mode @param {Ring} ring */
function shareSeen({ left, bottom, side, across, depths }, top, ring) {
  const inside = insideOf(ring);
  let sum = 0;
  for (let n = 0; n < depths.length; n++) {
    const [x, y] = [left + ((n % across) + 0.5) * side, bottom + (Math.floor(n / across) + 0.5) * side];
    if (inside(x, y)) sum += side ** 2 * Math.exp(top - depths[n]);
  }
  return Math.min(1, sum);
}

/** @param {Grid} grid @param {Ring} ring */
function shareInside({ cells, logP }, ring) {
  const inside = insideOf(ring);
  let sum = 0;
  for (const { side, ix, iy, heights } of cells) {
    for (let n = 0; n < heights.length; n++) {
      const mass = side ** 2 * Math.exp(heights[n] - logP);
      if (mass > LEAST && inside((ix[n] + 0.5) * side, (iy[n] + 0.5) * side)) sum += mass;
    }
  }
  return Math.min(1, sum);
}

/** The depth inside which so much lies of what is seen. @param {import("./window.js").Window} window @param {number} share */
function levelOf({ depths }, share) {
  const sorted = depths.toSorted();
  const total = sorted.reduce((sum, depth) => sum + Math.exp(-depth), 0);
  let sum = 0;
  return sorted.find((depth) => (sum += Math.exp(-depth)) >= share * total) ?? 0;
}
