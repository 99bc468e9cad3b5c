/** How large the plane and the picture are, for the room that there is, and where the picture lies on a phone. */

import { finder } from "../../../components/elements.js";
import { signal, untracked } from "../util/signals.js";

/** Below this width the picture lies over the plane. */
const NARROW = 720;
/** On a plane of less width what stands around it has to do with less, too: with narrower gaps, … */
const TIGHT = 480;
/** … and with icons that have no words beside them: on a phone two of them do, as fewer stand in its bar. */
const WORDED = { wide: 420, narrow: 300 };
/** The sheet to draw on is as large as the picture above it, within these. */
const PAD = { least: 200, most: 280 };
/** A phone on its side: the bar stands beside the plane, which has the height. */
const LOW = "(max-height: 480px) and (min-width: 480px)";
/** Of the height of such a window, at least. */
const LOW_SHARE = 0.6;
/** What stands beside the plane there: the bar, the border, a gap; and what stands above the picture. */
const LOW_BESIDE = 98;
const LOW_ABOVE = 96;
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
  const rows = [".discovery", ".card > .time", ".card > .dims"].map(finder(root).html);
  const taken = rows.reduce((sum, row) => sum + row.offsetHeight, 0); // 0 while they are hidden
  const tallest = Math.max(400, window.innerHeight - SURROUNDINGS - taken);
  if (isLow(root)) {
    const most = Math.ceil((LOW_SHARE * window.innerHeight) / 20) * 20;
    const size = strip ? Math.floor((width - LOW_BESIDE) / 2) : most;
    const height = strip ? Math.min(most, Math.round(size * STRIP)) : size;
    return { size, height, narrow: false, pictureRoom: Math.min(most - LOW_ABOVE, width - size - LOW_BESIDE) };
  }
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

/** Beside curves or another plane it is as small as it is anyway. @param {HTMLElement} root */
function isLow({ dataset }) {
  return dataset.compact !== "true" && !dataset.twin && matchMedia(LOW).matches;
}

/**
 * The plane and its picture in the room that there is: measured, set, and measured again when it changes.
 *
 * @param {HTMLElement} root
 * @param {ReturnType<typeof import("./canvas.js").createCanvas>} canvas
 * @param {ReturnType<typeof import("./picture.js").createPicture>} picture
 */
export function createLayout(root, canvas, picture) {
  const [field, side, figure] = [".field", ".side", ".decoded"].map(finder(root).html);
  const now = signal({ size: 0, height: 0, narrow: false, pictureRoom: 0 });
  /** @type {import("./frame.js").Box[]} */
  let covered = [];

  return {
    /** Whether anything can be drawn yet. */
    get ready() {
      return now.value.size > 0;
    },
    /** Whether the picture lies over the plane. */
    get narrow() {
      return now.value.narrow;
    },

    /** What lies under buttons, in CSS pixels of the field. On a phone they are over the plane. */
    get covered() {
      void now.value; // read, so that it is asked for again when sizes change
      return covered;
    },

    /** Has the next `fit` set everything. */
    clear() {
      now.value = { ...now.peek(), size: 0 };
    },

    /**
     * Sets all sizes, where they have changed.
     *
     * @param {import("./model.js").Model} model
     * @param {boolean} tilesAlone
     */
    fit({ axes, imageShape }, tilesAlone) {
      const before = now.peek();
      picture.fit(imageShape, before.pictureRoom);
      if (root.clientWidth === 0) return;
      const next = planeSize(root, axes.length === 1, tilesAlone);
      const same = next.size === before.size && next.height === before.height && next.pictureRoom === before.pictureRoom;
      if (same && window.devicePixelRatio === untracked(() => canvas.area.ratio)) return;
      root.dataset.narrow = String(next.narrow);
      root.dataset.tight = String(next.size < TIGHT);
      root.dataset.worded = String(next.size >= WORDED[next.narrow ? "narrow" : "wide"] && !isLow(root));
      root.dataset.low = String(isLow(root));
      (next.narrow ? field : side).prepend(figure);
      picture.fit(imageShape, next.pictureRoom);
      const beside = next.narrow ? PAD.most : Math.max(figure.offsetWidth, figure.offsetHeight, PAD.least);
      root.style.setProperty("--pad-side", `${Math.min(beside, PAD.most)}px`);
      canvas.resize(next.size, next.height);
      covered = next.narrow ? [...root.querySelectorAll(".zoom:not(.tools)")].map((each) => boxIn(field, each)) : [];
      now.value = next;
    },

    /**
     * On a phone the picture lies over the plane.
     *
     * @param {[number, number]|null} s where the finger is, shares of the field, rightward and upward
     * @param {import("./canvas.js").Scene} scene
     */
    keepPictureClear(s, scene) {
      const { size, height, narrow, pictureRoom } = now.peek();
      if (!narrow) return;
      /** @type {[number, number]|null} */
      const finger = s && [s[0], 1 - s[1]];
      const positions = () => canvas.positions(scene);
      figure.dataset.corner = pictureCorner(figure.dataset.corner, { width: size, height }, positions, pictureRoom, finger);
    },
  };
}

/** @param {Element} field @param {Element} element */
function boxIn(field, element) {
  const [outer, { left, top, width, height }] = [field.getBoundingClientRect(), element.getBoundingClientRect()];
  return { left: left - outer.left, top: top - outer.top, width, height };
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

/**
 * The corner that a picture laid over the plane hides least in.
 *
 * @param {Float32Array} xs screen positions in [0, 1], rightward [N]
 * @param {Float32Array} ys screen positions in [0, 1], downward [N]
 * @param {number} width of the picture, as a share of the plane
 * @param {number} height of the picture, as a share of the plane
 * @param {[number, number]|null} avoid a place that must stay visible (the finger, the pin)
 * @returns {"nw"|"ne"|"sw"|"se"}
 */
export function emptiestCorner(xs, ys, width, height, avoid) {
  const count = { nw: 0, ne: 0, sw: 0, se: 0 };
  const add = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ weight) => {
    const column = x < width ? "w" : x > 1 - width ? "e" : null;
    const row = y < height ? "n" : y > 1 - height ? "s" : null;
    if (row && column) count[/** @type {keyof typeof count} */ (row + column)] += weight;
  };
  for (let n = 0; n < xs.length; n++) add(xs[n], ys[n], 1);
  if (avoid) add(avoid[0], avoid[1], Infinity);
  const order = /** @type {const} */ (["ne", "nw", "se", "sw"]);
  return order.reduce((best, corner) => (count[corner] < count[best] ? corner : best));
}
