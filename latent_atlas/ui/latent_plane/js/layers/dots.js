/**
 * The layer of points: drawn once for a view, then only laid on the ground.
 *
 * Measured with 70,000 points on a field of 620 × 620 (Chromium on two busy cores without a GPU): a canvas call
 * a dot 180–320 ms; pixels blended as separate bytes 11–29; pixels blended as whole 32-bit words 4–6; WebGL
 * 4, of which nearly all is reading its picture back. So the third: as fast as WebGL without a GPU, the same on
 * every machine, and no context to lose. Larger screens and slower machines need more than a frame, so the work
 * is cut into slices; until it is done, the picture of the last view is stretched to the new one, and the
 * pointer never waits. A million take some ten slices: while the view moves, the points of the first slice stand for
 * all, which they do fairly, because points come shuffled.
 *
 * @typedef {{xs: Float32Array, ys: Float32Array}} Places shares of the whole plane [N], rightward and downward
 * @typedef {{places: Places, labels: import("../decode/safetensors.js").Labels|null, marks: Uint8Array|null, colours: [number, number, number][],
 *            radius: number, opacity: number, box: Box}} Dots
 * `marks` says of each point whether it is SHOWN, FADED or HIDDEN; null: all are shown
 * @typedef {{left: number, top: number, width: number, height: number}} Box the whole plane in device pixels
 */

import { contextOf } from "../../../components/elements.js";

export const SHOWN = 0;
export const FADED = 1;
export const HIDDEN = 2;
/** Of the opacity of a dot that is shown, while those that are faded are blended; then all of them together are dimmed. */
const [FAINT, DIMMED] = [0.7, 0.3];

const SLICE_MS = 8;
const SLICE_POINTS = 2_048;
/** So many points tell what the others would. */
const FAIR_SAMPLE = 50_000;
/** The picture reaches this many pixels beyond the field, so that dots on its edge are cut by it alone. */
const MARGIN = 16;

/** @param {() => void} onDone hears when a picture that took several slices is there */
export function createDots(onDone) {
  const canvas = document.createElement("canvas");
  const context = contextOf(canvas, { willReadFrequently: true });
  /** @type {ImageData|null} */
  let image = null;
  /** @type {Dots|null} */
  let wanted = null;
  /** @type {Box|null} where the plane lies in the picture that is on the canvas */
  let shown = null;
  let next = 0;
  let frame = 0;
  /** A picture is under way that needs more than one slice. */
  let busy = false;
  /** The view has moved on meanwhile. */
  let hurried = false;

  /** @param {Dots} dots @param {number} end performance.now() at which to rest @returns {boolean} all are drawn */
  function work(dots, end) {
    if (!image) return true;
    if (next === 0) image.data.fill(0);
    const count = dots.places.xs.length;
    const passes = passesOf(dots);
    while (next < passes.length * count) {
      const pass = Math.floor(next / count);
      const first = next - pass * count;
      const last = Math.min(count, first + SLICE_POINTS);
      blendDots(image, dots, first, last, passes[pass]);
      next = pass * count + last;
      // Where they lie in crowds, however many, they must not outshine what is shown.
      if (last === count && passes[pass] === FADED) dim(image);
      if (next < passes.length * count && performance.now() > end) return false;
    }
    publish(image, dots.box);
    return true;
  }

  /** @param {ImageData} done @param {Box} box */
  function publish(done, box) {
    straighten(done);
    context.putImageData(done, 0, 0);
    shown = box;
  }

  function later() {
    frame = requestAnimationFrame(() => {
      if (!wanted || !image) return;
      busy = !work(wanted, performance.now() + SLICE_MS);
      const drawn = next - (passesOf(wanted).length - 1) * wanted.places.xs.length;
      const sampled = busy && hurried && drawn >= FAIR_SAMPLE;
      if (sampled) {
        publish(image, wanted.box);
        next = 0;
      }
      hurried = false;
      if (busy) later();
      if (!busy || sampled) onDone();
    });
  }

  return {
    /** @param {number} width device pixels @param {number} height device pixels */
    resize(width, height) {
      cancelAnimationFrame(frame);
      [canvas.width, canvas.height] = [width + 2 * MARGIN, height + 2 * MARGIN];
      image = new ImageData(canvas.width, canvas.height);
      [wanted, shown, busy] = [null, null, false];
    },

    /**
     * Sees to it that the picture shows these dots, now or a few frames later.
     *
     * @param {Dots} dots
     * @param {boolean} atOnce whatever it takes: while the axes move, a stretched picture would be wrong
     */
    paint(dots, atOnce) {
      const { box } = dots;
      dots = { ...dots, box: { ...box, left: box.left + MARGIN, top: box.top + MARGIN } };
      if (wanted && same(wanted, dots)) return;
      cancelAnimationFrame(frame);
      wanted = dots;
      next = 0;
      // The last view was left before its picture was done, and so may this one be: it is begun in the next frame.
      const moving = busy && !atOnce;
      hurried = moving;
      busy = moving || !work(dots, atOnce ? Infinity : performance.now() + SLICE_MS);
      if (busy) later();
    },

    /** @param {CanvasRenderingContext2D} target @param {Box} box where the plane lies now */
    lay(target, box) {
      if (!shown) return;
      const [x, y] = [box.width / shown.width, box.height / shown.height];
      target.drawImage(
        canvas, box.left - shown.left * x, box.top - shown.top * y, canvas.width * x, canvas.height * y,
      );
    },

    stop() {
      cancelAnimationFrame(frame);
    },
  };
}

/** What is faded lies under what is shown. @param {Dots} dots @returns {number[]} marks, one after the other */
function passesOf({ marks }) {
  return marks?.includes(FADED) ? [FADED, SHOWN] : [SHOWN];
}

/** @param {Dots} a @param {Dots} b */
function same(a, b) {
  return (
    a.places === b.places && a.labels === b.labels && a.marks === b.marks && a.radius === b.radius &&
    a.box.left === b.box.left && a.box.top === b.box.top &&
    a.box.width === b.box.width && a.box.height === b.box.height &&
    a.colours.join() === b.colours.join()
  );
}

/**
 * Blends those of dots first … last − 1 that have this mark over the picture. Its pixels are premultiplied while
 * this lasts, so that "over" is the same sum in all four bytes, two at a time.
 *
 * @param {ImageData} image @param {Dots} dots
 * @param {number} first @param {number} last @param {number} [mark]
 */
export function blendDots({ data, width, height }, dots, first, last, mark = SHOWN) {
  const { places, labels, marks, colours, radius, box } = dots;
  const pixels = new Uint32Array(data.buffer);
  const { xs, ys } = places;
  const reach = Math.ceil(radius);
  const { offsets, weights } = dotMask(radius, dots.opacity * (mark === FADED ? FAINT : 1), width);
  const palette = Uint32Array.from(colours, ([r, g, b]) => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0);
  const fallback = palette[palette.length - 1];
  for (let n = first; n < last; n++) {
    if (marks && marks[n] !== mark) continue;
    const x = Math.floor(box.left + xs[n] * box.width + 0.5);
    const y = Math.floor(box.top + ys[n] * box.height + 0.5);
    // Out of sight, with NaN.
    if (!(x >= reach && y >= reach && x < width - reach && y < height - reach)) continue;
    const colour = (labels ? palette[labels[n]] : fallback) ?? fallback;
    const even = colour & 0xff00ff;
    const odd = (colour >>> 8) & 0xff00ff;
    const at = y * width + x;
    for (let k = 0; k < offsets.length; k++) {
      const a = weights[k];
      const rest = 256 - a;
      const below = pixels[at + offsets[k]];
      const low = (Math.imul(below & 0xff00ff, rest) + Math.imul(even, a) + 0x800080) >>> 8;
      const high = Math.imul((below >>> 8) & 0xff00ff, rest) + Math.imul(odd, a) + 0x800080;
      pixels[at + offsets[k]] = (low & 0xff00ff) | (high & 0xff00ff00);
    }
  }
}

/**
 * @param {number} radius device pixels @param {number} opacity @param {number} width of the picture
 * @returns {{offsets: Int32Array, weights: Int32Array}} the pixels a dot touches, and how much, in 256ths
 */
function dotMask(radius, opacity, width) {
  const reach = Math.ceil(radius);
  /** @type {number[][]} */
  const [offsets, weights] = [[], []];
  for (let y = -reach; y <= reach; y++) {
    for (let x = -reach; x <= reach; x++) {
      const cover = Math.min(1, radius + 0.5 - Math.hypot(x, y));
      if (cover <= 0) continue;
      offsets.push(y * width + x);
      weights.push(Math.round(256 * opacity * cover));
    }
  }
  return { offsets: Int32Array.from(offsets), weights: Int32Array.from(weights) };
}

/** All that is there so far, of premultiplied pixels. @param {ImageData} image */
export function dim({ data }) {
  const pixels = new Uint32Array(data.buffer);
  const share = Math.round(256 * DIMMED);
  for (let p = 0; p < pixels.length; p++) {
    const pixel = pixels[p];
    if (pixel === 0) continue;
    const low = Math.imul(pixel & 0xff00ff, share) >>> 8;
    const high = Math.imul((pixel >>> 8) & 0xff00ff, share);
    pixels[p] = (low & 0xff00ff) | (high & 0xff00ff00);
  }
}

/** From premultiplied pixels to what ImageData holds. @param {ImageData} image */
export function straighten({ data }) {
  const pixels = new Uint32Array(data.buffer);
  for (let p = 0; p < pixels.length; p++) {
    const alpha = pixels[p] >>> 24;
    if (alpha === 0 || alpha === 255) continue;
    const scale = 255 / alpha;
    for (let at = 4 * p; at < 4 * p + 3; at++) data[at] = data[at] * scale;
  }
}
