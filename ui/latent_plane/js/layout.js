/** How large the plane and the picture are, for the room that there is, and where the picture lies on a phone. */
import { emptiestCorner } from "./nearest.js";

/** Below this width the picture lies over the plane. */
const NARROW = 720;
/** What stands above and below the plane on an Explore page that does not scroll: menu, model, bar, readout. */
const SURROUNDINGS = 226;
const GAP = 32;

/** Heights of a field of one latent dimension, as shares of its width: with points, and with tiles alone. */
const STRIP = 0.6;
const BAND = 0.16;

/**
 * @param {HTMLElement} root
 * @param {boolean} strip one latent dimension
 * @param {boolean} band a strip without points
 * @returns {{size: number, height: number, narrow: boolean, pictureRoom: number}} CSS pixels; `size` is the width
 */
export function planeSize(root, strip, band) {
  const width = root.clientWidth;
  // The card's border takes one pixel on each side.
  if (width < NARROW) {
    const size = width - 2;
    const height = strip ? Math.round(size * STRIP) : size;
    return { size, height, narrow: true, pictureRoom: Math.round(size * (strip ? 0.28 : 0.32)) };
  }
  const tallest = Math.max(400, window.innerHeight - SURROUNDINGS);
  const wanted = strip ? width * 0.62 : Math.min(tallest, 840, width - GAP - 280);
  // A multiple of the grid's 20 cells keeps every tile the same size.
  const size = Math.floor(wanted / 20) * 20;
  const pictureRoom = Math.min(width - size - GAP - 4, strip ? 336 : Math.round(size * 0.62), 560);
  const height = strip ? Math.round(size * (band ? BAND : STRIP)) : size;
  return { size, height, narrow: false, pictureRoom };
}

/**
 * The corner of the plane for the picture: the emptiest one, and another when the finger comes to it.
 *
 * @param {string|undefined} corner where it is now
 * @param {{width: number, height: number}} field CSS pixels
 * @param {() => {xs: Float32Array, ys: Float32Array}} positions of the points, as shares of the field
 * @param {number} room CSS pixels of the picture
 * @param {[number, number]|null} finger as shares of the plane from the top left; null to choose afresh
 * @returns {string}
 */
export function pictureCorner(corner, field, positions, room, finger) {
  const side = room + 32;
  const [wide, tall] = [side / field.width, side / field.height];
  if (corner && finger) {
    const [x, y] = finger;
    const near = (corner[1] === "w" ? x < wide : x > 1 - wide) && (corner[0] === "n" ? y < tall : y > 1 - tall);
    if (!near) return corner;
  }
  const { xs, ys } = positions();
  return emptiestCorner(xs, ys, wide, tall, finger);
}
