/**
 * Close up, where there is room, the real images stand at their points instead of dots, each in a frame of its class's
 * colour. They come when they come: until then, and where there is no room beside another, the dot is there.
 *
 * @typedef {{xs: Float32Array, ys: Float32Array, marks: Uint8Array|null, labels: import("../decode/safetensors.js").Labels|null, colours: string[],
 *            box: import("./dots.js").Box}} Points
 */
import { FADED, HIDDEN, SHOWN } from "./dots.js";
import { contextOf } from "../../../components/elements.js";
import { paintMeans, wholeScale } from "../plane/picture.js";

/** CSS pixels that each point has to itself, in both directions, on average. */
const ROOM = 24;
const MUCH_ROOM = 80;
/** CSS pixels of a picture's longer side, at most; more where there is much room. */
const SIDE = 40;
const LARGE_SIDE = 64;
const FRAME = 2;
/** Pixels of the sheet that holds the pictures which were drawn lately. */
const SHEET_PIXELS = 2 ** 21;
const MOST_SLOTS = 1_024;

export function createThumbs() {
  const sheet = document.createElement("canvas");
  const context = contextOf(sheet);
  /** @type {Map<number, number>} point → place on the sheet, the one drawn longest ago first */
  const slots = new Map();
  /** @type {ImageData|null} */
  let pixels = null;
  let source = /** @type {object|null} */ (null);
  let most = 0;

  /** @param {object} images @param {[number, number, number]} shape */
  function reset(images, [, height, width]) {
    source = images;
    slots.clear();
    pixels = new ImageData(width, height);
    most = Math.min(MOST_SLOTS, Math.max(1, Math.floor(SHEET_PIXELS / (width * height))));
    const columns = Math.ceil(Math.sqrt(most));
    [sheet.width, sheet.height] = [columns * width, Math.ceil(most / columns) * height];
  }

  /**
   * @param {number} point @param {import("./images.js").Images} images @param {[number, number, number]} shape
   * @returns {[number, number]|null} where its picture is on the sheet
   */
  function find(point, images, shape) {
    const [, height, width] = shape;
    const columns = sheet.width / width;
    let slot = slots.get(point);
    if (slot === undefined) {
      const bytes = images.get(point);
      if (!bytes || !pixels) return null;
      const [oldest, its] = slots.size < most ? [-1, slots.size] : first(slots);
      slots.delete(oldest);
      slot = its;
      paintMeans(Float32Array.from(bytes, (value) => value / 255), shape, pixels);
      context.putImageData(pixels, (slot % columns) * width, Math.floor(slot / columns) * height);
    }
    slots.delete(point);
    slots.set(point, slot);
    return [(slot % columns) * width, Math.floor(slot / columns) * height];
  }

  return {
    /**
     * @param {CanvasRenderingContext2D} target @param {import("../plane/frame.js").Area} area
     * @param {Points} points @param {import("./images.js").Images} images
     * @param {[number, number, number]} shape of an image
     * @param {() => void} redraw called when pictures have come that were not here
     */
    draw(target, area, points, images, shape, redraw) {
      if (!images.offered) return;
      const [, height, width] = shape;
      const { ratio } = area;
      const spacing = spacingOf(points, area);
      if (spacing === null) return;
      const room = (spacing < MUCH_ROOM * ratio ? SIDE : LARGE_SIDE) * ratio;
      const scale = Math.min(wholeScale(Math.max(height, width), room, 1), room / Math.max(height, width));
      const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
      const frame = FRAME * ratio;
      if (source !== images) reset(images, shape);
      const shown = layOut(points, area, w + 2 * frame, h + 2 * frame).slice(0, most);
      images.want(shown.map(({ n }) => n), redraw);
      target.save();
      target.imageSmoothingEnabled = scale < 1;
      const colourOf = (/** @type {number} */ n) =>
        (points.labels && points.colours[points.labels[n]]) ?? points.colours[points.colours.length - 1];
      for (const { n, x, y } of shown) {
        const at = find(n, images, shape);
        if (!at) continue;
        target.globalAlpha = points.marks && points.marks[n] !== SHOWN ? 0.3 : 1;
        target.fillStyle = colourOf(n);
        target.fillRect(x, y, w + 2 * frame, h + 2 * frame);
        target.drawImage(sheet, at[0], at[1], width, height, x + frame, y + frame, w, h);
      }
      target.restore();
    },
  };
}

/** @param {Map<number, number>} map @returns {[number, number]} */
function first(map) {
  return /** @type {[number, number]} */ (map.entries().next().value);
}

/**
 * The side of the square that each point in sight has to itself, in device pixels, or null where that is too little.
 *
 * @param {Points} points @param {import("../plane/frame.js").Area} area @returns {number|null}
 */
export function spacingOf({ xs, ys, marks, box }, { width, height, ratio }) {
  const most = (width * height) / (ROOM * ratio) ** 2;
  const [left, right] = [-box.left / box.width, (width - box.left) / box.width];
  const [top, bottom] = [-box.top / box.height, (height - box.top) / box.height];
  let count = 0;
  for (let n = 0; n < xs.length; n++) {
    const x = xs[n];
    if (x < left || x > right || ys[n] < top || ys[n] > bottom || (marks && marks[n] === HIDDEN)) continue;
    if (++count > most) return null;
  }
  return Math.sqrt((width * height) / Math.max(1, count));
}

/**
 * Where the pictures go: each over its point, and none over another; selected ones first.
 *
 * @param {Points} points @param {import("../plane/frame.js").Area} area
 * @param {number} w @param {number} h device pixels
 * @returns {{n: number, x: number, y: number}[]} their left upper corners; points without room are left out
 */
export function layOut({ xs, ys, marks, box }, { width, height }, w, h) {
  const found = [];
  // Cells of a picture's size: whatever touches a picture begins in its cell or in one beside it.
  const taken = new Map();
  const key = (/** @type {number} */ c, /** @type {number} */ r) => c * 65_536 + r;
  const passes = marks ? [SHOWN, FADED] : [SHOWN];
  for (let k = 0; k < passes.length * xs.length; k++) {
    const n = k % xs.length;
    if (marks && marks[n] !== passes[Math.floor(k / xs.length)]) continue;
    const x = Math.round(box.left + xs[n] * box.width - w / 2);
    const y = Math.round(box.top + ys[n] * box.height - h / 2);
    // Those that begin beyond the edge are laid out too, so that nothing jumps when they come into sight.
    if (!(x > -2 * w && y > -2 * h && x < width + w && y < height + h)) continue;
    const [column, row] = [Math.floor(x / w) + 8, Math.floor(y / h) + 8];
    let free = true;
    for (let c = column - 1; free && c <= column + 1; c++) {
      for (let r = row - 1; free && r <= row + 1; r++) {
        const other = taken.get(key(c, r));
        if (other && Math.abs(other.x - x) < w && Math.abs(other.y - y) < h) free = false;
      }
    }
    if (!free) continue;
    taken.set(key(column, row), { x, y });
    found.push({ n, x, y });
  }
  return found;
}
