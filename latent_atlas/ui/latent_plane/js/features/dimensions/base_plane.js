/**
 * Where the spots of the plane are in the latent space. A plane of two axes, or of PCA, is flat: each spot is a z,
 * once it is said where all else stays, the base. A sheet of t-SNE only has places for some encodings, and no z in
 * between: there every spot stands for the encoding nearest to it.
 *
 * @typedef {{origin: number[], directions: number[][]}} Flat z = origin + u·directions[0] + v·directions[1]
 * @typedef {{kind: "axes"|"pca"|"tsne", name: string, flat: Flat|null,
 *            lift: (shown: ArrayLike<number>) => Float64Array,
 *            project: (z: ArrayLike<number>) => number[],
 *            stayAt: (z: ArrayLike<number>|null) => void,
 *            base: () => number[]|null}} Place
 * `flat` is null for a sheet. `lift`: the z [J] of shown coordinates; the array is reused by the next call. `project`:
 * the shown coordinates of z, or of what is nearest to it. `stayAt` chooses the base, null the usual one, which
 * `base` gives as null too.
 */
import { nearestIn, sortIntoCells } from "../selection/neighbours.js";

/** Of two bases that differ less, one would do. */
const SAME = 5e-5;

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
export function dot(a, b) {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j] * b[j];
  return sum;
}

/**
 * @param {Flat} flat @param {ArrayLike<number>} shown
 * @param {{[j: number]: number}} out [J], written in place
 */
export function liftInto({ origin, directions }, shown, out) {
  for (let j = 0; j < origin.length; j++) {
    let value = origin[j];
    for (let k = 0; k < directions.length; k++) value += shown[k] * directions[k][j];
    out[j] = value;
  }
}

/**
 * @param {"axes"|"pca"} kind @param {string} name tells it from all others, `axes-3-7`
 * @param {number[]} origin its usual base, at right angles to the directions
 * @param {number[][]} directions one or two, of length one and at right angles
 * @returns {Place}
 */
export function flatPlace(kind, name, origin, directions) {
  const usual = origin;
  const z = new Float64Array(origin.length);
  const flat = { origin, directions };
  const project = (/** @type {ArrayLike<number>} */ at) => directions.map((each) => dot(each, at));
  return {
    kind,
    name,
    flat,
    project,
    lift(shown) {
      liftInto(flat, shown, z);
      return z;
    },
    stayAt(at) {
      if (!at) flat.origin = usual;
      else {
        const shown = project(at);
        flat.origin = Array.from(at, (value, j) => value - dot(shown, directions.map((each) => each[j])));
      }
    },
    base: () => (flat.origin.some((value, j) => Math.abs(value - usual[j]) > SAME) ? flat.origin : null),
  };
}

/**
 * @param {Float32Array} places [n, 2] @param {Float32Array} means [n, J]
 * @returns {Place}
 */
export function sheetPlace(places, means) {
  const grid = sortIntoCells(places, 2);
  const latentDim = means.length / (places.length / 2);
  const z = new Float64Array(latentDim);
  return {
    kind: "tsne",
    name: "tsne",
    flat: null,
    lift(shown) {
      const near = nearestIn(grid, shown);
      z.set(means.subarray(near * latentDim, (near + 1) * latentDim));
      return z;
    },
    project(at) {
      let [best, least] = [0, Infinity];
      for (let n = 0; n < means.length / latentDim; n++) {
        let distance = 0;
        for (let j = 0; j < latentDim; j++) distance += (means[n * latentDim + j] - at[j]) ** 2;
        if (distance < least) [best, least] = [n, distance];
      }
      return [places[2 * best], places[2 * best + 1]];
    },
    stayAt() {},
    base: () => null,
  };
}

/**
 * A posterior as the plane sees it. Along the axes of PCA the coordinates are correlated.
 *
 * @param {Place} place @param {number[]} mu [J] @param {number[]} s [J], standard deviations
 * @returns {import("../../layers/guides.js").Posterior|null} null on a sheet, where nothing but its own points has a place
 */
export function projected({ flat, project }, mu, s) {
  if (!flat) return null;
  const along = flat.directions.map((each) => each.map((value, j) => value * s[j]));
  const deviation = along.map((each) => Math.sqrt(dot(each, each)));
  const correlation = along.length > 1 ? dot(along[0], along[1]) / (deviation[0] * deviation[1]) : 0;
  return { mu: project(mu), s: deviation, correlation };
}

/**
 * The pin on another view of the same model: the same z, or what is nearest to it there.
 *
 * @param {import("../../plane/model.js").Model} before @param {import("../../plane/model.js").Model} next
 * @param {number[]} pin
 * @returns {number[]|null} null where they have other dimensions
 */
export function carried(before, next, pin) {
  if (before.latentDim !== next.latentDim) return null;
  const z = before.place.lift(pin).slice();
  // Who has chosen nothing yet sees each view as it is at first.
  next.place.stayAt(before.place.base() || pin.some((value) => value !== 0) ? z : null);
  return next.place.project(z);
}
