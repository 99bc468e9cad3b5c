/**
 * Which part of the plane is in sight. A camera is a magnification and a point of the latent plane; everything
 * that draws asks a `Projection`, which is the camera applied to a field of so many device pixels.
 *
 * @typedef {{zoom: number, centre: number[]}} Camera `centre` in shown coordinates of z; a `zoom` below 1 shows what lies
 * around the plane, too
 * @typedef {{extent: number, mix: number, left: number, top: number, width: number, height: number}} Projection
 * the rectangle, in device pixels of the field, that the whole plane would cover
 */
import { fromScreen, toScreen } from "./axes.js";

export const MOST_ZOOM = 64;
/** Of how far away the outermost place is. */
const AROUND = 1.15;

/** @param {number} dimensions @returns {Camera} all of the plane */
export function wholePlane(dimensions) {
  return { zoom: 1, centre: new Array(dimensions).fill(0) };
}

/**
 * What is in sight along one axis, in screen coordinates of the whole plane: 1 / zoom long, within [0, 1] or around it.
 *
 * @param {Camera} camera @param {number} k axis
 * @param {number} extent @param {number} mix
 * @returns {[number, number]}
 */
export function inSight({ zoom, centre }, k, extent, mix) {
  // A strip has no second axis to magnify.
  if (k >= centre.length) return [0, 1];
  const half = 0.5 / zoom;
  const middle = half > 0.5 ? 0.5 : Math.min(1 - half, Math.max(half, toScreen(centre[k], extent, mix)));
  return [middle - half, middle + half];
}

/**
 * @param {Camera} camera
 * @param {{width: number, height: number}} area device pixels
 * @param {number} extent @param {number} mix
 * @returns {Projection}
 */
export function project(camera, area, extent, mix) {
  const [[left, right], [bottom, top]] = [inSight(camera, 0, extent, mix), inSight(camera, 1, extent, mix)];
  const width = area.width / (right - left);
  const height = area.height / (top - bottom);
  return { extent, mix, left: -left * width, top: -(1 - top) * height, width, height };
}

/** @param {Projection} projection @param {number} z @returns {number} device pixels from the left */
export function across({ extent, mix, left, width }, z) {
  return left + toScreen(z, extent, mix) * width;
}

/** @param {Projection} projection @param {number} z @returns {number} device pixels from the top */
export function down({ extent, mix, top, height }, z) {
  return top + (1 - toScreen(z, extent, mix)) * height;
}

/**
 * @param {Camera} camera
 * @param {[number, number]} share of the field, rightward and upward
 * @param {number} extent @param {boolean} cdf
 * @returns {number[]} shown coordinates of z
 */
export function latentAt(camera, share, extent, cdf) {
  return camera.centre.map((_, k) => {
    const [low, high] = inSight(camera, k, extent, cdf ? 1 : 0);
    return fromScreen(low + share[k] * (high - low), extent, cdf);
  });
}

/**
 * Magnifies about a place of the field, which stays where it is. No hand steps farther back than to the whole plane.
 *
 * @param {Camera} camera @param {number} zoom the new one
 * @param {[number, number]} share @param {number} extent @param {boolean} cdf
 * @returns {Camera}
 */
export function zoomAt(camera, zoom, share, extent, cdf) {
  const next = Math.min(MOST_ZOOM, Math.max(Math.min(1, camera.zoom), zoom));
  return { ...move(camera, share, extent, cdf, next), zoom: next };
}

/**
 * Shifts what is in sight.
 *
 * @param {Camera} camera @param {[number, number]} by shares of the field, as the hand moves
 * @param {number} extent @param {boolean} cdf
 * @returns {Camera}
 */
export function panBy(camera, by, extent, cdf) {
  const centre = camera.centre.map((_, k) => {
    const [low, high] = inSight(camera, k, extent, cdf ? 1 : 0);
    return fromScreen((low + high) / 2 - by[k] * (high - low), extent, cdf);
  });
  return settle({ ...camera, centre }, extent, cdf);
}

/**
 * The same camera, or, when z has left its sight, one that has z in its middle.
 *
 * @param {Camera} camera @param {number[]} z @param {number} extent @param {boolean} cdf
 * @returns {Camera}
 */
export function follow(camera, z, extent, cdf) {
  return sees(camera, z, extent, cdf) ? camera : settle({ ...camera, centre: [...z] }, extent, cdf);
}

/** @param {Camera} camera @param {number[]} z @param {number} extent @param {boolean} cdf */
export function sees(camera, z, extent, cdf) {
  return z.every((value, k) => {
    const [low, high] = inSight(camera, k, extent, cdf ? 1 : 0);
    const s = toScreen(value, extent, cdf ? 1 : 0);
    return s >= low - 1e-9 && s <= high + 1e-9;
  });
}

/**
 * How small the plane has to be drawn for some places beyond its edge to be in sight with it, and a little around them.
 *
 * @param {number[][]} zs @param {number} extent @param {boolean} cdf
 * @returns {number} the zoom; 1 where all of them are on the plane
 */
export function zoomToSee(zs, extent, cdf) {
  const far = Math.max(0, ...zs.flat().map((z) => Math.abs(2 * toScreen(z, extent, cdf ? 1 : 0) - 1)));
  return far <= 1 ? 1 : 1 / (AROUND * far);
}

/**
 * @param {number[]} z @param {Camera} camera @param {number} extent @param {boolean} cdf
 * @returns {[number, number]} its share of the field
 */
export function shareOf(z, camera, extent, cdf) {
  const at = z.map((value, k) => {
    const [low, high] = inSight(camera, k, extent, cdf ? 1 : 0);
    return (toScreen(value, extent, cdf ? 1 : 0) - low) / (high - low);
  });
  return [at[0], at[1] ?? 0.5];
}

/**
 * @param {Camera} camera @param {[number, number]} share
 * @param {number} extent @param {boolean} cdf @param {number} zoom
 */
function move(camera, share, extent, cdf, zoom) {
  const centre = camera.centre.map((_, k) => {
    const [low, high] = inSight(camera, k, extent, cdf ? 1 : 0);
    const fixed = low + share[k] * (high - low);
    return fromScreen(fixed - (share[k] - 0.5) / zoom, extent, cdf);
  });
  return settle({ zoom, centre }, extent, cdf);
}

/**
 * Keeps the centre where sight ends at the edge of the plane, so that the way back begins at once.
 *
 * @param {Camera} camera @param {number} extent @param {boolean} cdf @returns {Camera}
 */
function settle(camera, extent, cdf) {
  const centre = camera.centre.map((_, k) => {
    const [low, high] = inSight(camera, k, extent, cdf ? 1 : 0);
    return fromScreen((low + high) / 2, extent, cdf);
  });
  return { ...camera, centre };
}
