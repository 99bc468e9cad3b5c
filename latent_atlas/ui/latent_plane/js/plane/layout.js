/** How large the plane and the picture are, for the room that there is, and where the picture lies on a phone. */
import { emptiestCorner } from "../features/trust/nearest.js";

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
function planeSize(root, strip, band) {
  const width = root.clientWidth;
  const rows = /** @type {HTMLElement[]} */ ([...root.querySelectorAll(".card > .time, .card > .dims")]);
  const taken = rows.reduce((sum, row) => sum + row.offsetHeight, 0); // 0 while they are hidden
  const tallest = Math.max(400, window.innerHeight - SURROUNDINGS - taken);
  // The card's border takes one pixel on each side. Beside another plane there is no room for a picture either.
  if (width < NARROW || root.dataset.twin) {
    const size = Math.min(width - 2, root.dataset.twin && width >= NARROW ? tallest : Infinity);
    const height = strip ? Math.round(size * STRIP) : size;
    return { size, height, narrow: true, pictureRoom: Math.round(size * (strip ? 0.28 : 0.32)) };
  }
  const wanted = strip ? width * 0.62 : Math.min(tallest, 840, width - GAP - 280);
  // A multiple of the grid's 20 cells keeps every tile the same size.
  const size = Math.floor(wanted / 20) * 20;
  const pictureRoom = Math.min(width - size - GAP - 4, strip ? 336 : Math.round(size * 0.62), 560);
  const height = strip ? Math.round(size * (band ? BAND : STRIP)) : size;
  return { size, height, narrow: false, pictureRoom };
}

/**
 * The plane and its picture in the room that there is: measured, set, and measured again when it changes.
 *
 * @param {HTMLElement} root
 * @param {ReturnType<typeof import("./canvas.js").createField>} field
 * @param {ReturnType<typeof import("./picture.js").createPicture>} picture
 */
export function createStage(root, field, picture) {
  const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
  const [fieldElement, side, figure] = [".field", ".side", ".decoded"].map(find);
  let now = { size: 0, height: 0, narrow: false, pictureRoom: 0 };

  return {
    /** Whether anything can be drawn yet. */
    get set() {
      return now.size > 0;
    },
    /** CSS pixels. */
    get pictureRoom() {
      return now.pictureRoom;
    },

    /** Has the next `fit` set everything. */
    clear() {
      now = { ...now, size: 0 };
    },

    /**
     * @param {import("./model.js").Model} model
     * @param {boolean} tilesAlone
     * @returns {boolean} whether something has changed, so that all must be drawn
     */
    fit({ axes, imageShape }, tilesAlone) {
      if (root.clientWidth === 0) return false;
      const next = planeSize(root, axes.length === 1, tilesAlone);
      const same = next.size === now.size && next.height === now.height && next.pictureRoom === now.pictureRoom;
      if (same && window.devicePixelRatio === field.area.ratio) return false;
      now = next;
      root.dataset.narrow = String(next.narrow);
      (next.narrow ? fieldElement : side).prepend(figure);
      picture.fit(imageShape, next.pictureRoom);
      field.resize(next.size, next.height);
      return true;
    },

    /**
     * On a phone the picture lies over the plane.
     *
     * @param {[number, number]|null} s where the finger is, shares of the field, rightward and upward
     * @param {import("./canvas.js").Scene} scene
     */
    keepPictureClear(s, scene) {
      if (!now.narrow) return;
      const finger = /** @type {[number, number]|null} */ (s && [s[0], 1 - s[1]]);
      const css = { width: now.size, height: now.height };
      const positions = () => field.positions(scene);
      figure.dataset.corner = pictureCorner(figure.dataset.corner, css, positions, now.pictureRoom, finger);
    },
  };
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
function pictureCorner(corner, field, positions, room, finger) {
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
