/** The quiet lines behind the points: ticks, axis names and the circles that hold 50, 90 and 99 % of the prior. */
import { across, down } from "./camera_math.js";
import { number } from "./words.js";

export const SURFACE = "#0E1116";
const INK = "232, 234, 237";
const CIRCLES = [0.5, 0.9, 0.99];
/** Where a circle's share may stand, the first choice first: its lower right, where a word fits outside. */
const ANGLES = [-45, -38, -52, -30, -60, -22, -68].map((degrees) => (degrees * Math.PI) / 180);

/**
 * @typedef {{width: number, height: number, ratio: number}} Area device pixels, and how many a CSS pixel has
 * @typedef {{plane: import("./camera_math.js").Projection, names: string[]}} Axes one name for a strip, two for a plane
 * @typedef {{left: number, top: number, width: number, height: number}} Box
 */

/** The lines, for under the points. @param {CanvasRenderingContext2D} context @param {Area} area @param {Axes} axes */
export function drawLines(context, area, axes) {
  const { width, height, ratio } = area;
  const plane = axes.names.length > 1;
  context.save();
  context.lineWidth = ratio;
  const ink = (/** @type {number} */ z) => `rgba(${INK}, ${z === 0 ? 0.2 : 0.07})`;
  for (const { z, at } of ticks(axes.plane, width, across)) {
    line(context, ink(z), Math.round(at) + 0.5, 0, Math.round(at) + 0.5, height);
  }
  for (const { z, at } of plane ? ticks(axes.plane, height, down) : []) {
    line(context, ink(z), 0, Math.round(at) + 0.5, width, Math.round(at) + 0.5);
  }
  if (plane) strokeCircles(context, area, axes.plane, 0.24);
  context.restore();
}

/**
 * The words, for over the points, each with a dark rim.
 *
 * @param {CanvasRenderingContext2D} context @param {Area} area @param {Axes} axes
 * @param {Box[]} [taken] where other words stand
 */
export function drawLabels(context, area, axes, taken = []) {
  const { width, height, ratio } = area;
  const plane = axes.names.length > 1;
  context.save();
  context.font = `${12 * ratio}px system-ui, sans-serif`;
  context.lineJoin = "round";
  context.lineWidth = 3 * ratio;
  context.strokeStyle = SURFACE;
  /**
   * @param {string} text @param {number} x @param {number} y
   * @param {CanvasTextAlign} align @param {CanvasTextBaseline} base @param {number} [ink]
   */
  const write = (text, x, y, align, base, ink = 0.7) => {
    context.textAlign = align;
    context.textBaseline = base;
    context.strokeText(text, x, y);
    context.fillStyle = `rgba(${INK}, ${ink})`;
    context.fillText(text, x, y);
  };
  // The last place on each axis belongs to its name.
  for (const { label, at } of ticks(axes.plane, width, across)) {
    if (at < width - 40 * ratio) write(label, at, height - 4 * ratio, "center", "bottom");
  }
  for (const { label, at } of plane ? ticks(axes.plane, height, down) : []) {
    if (at > 24 * ratio) write(label, 6 * ratio, at, "left", "middle");
  }
  write(axes.names[0], width - 6 * ratio, height - 4 * ratio, "right", "bottom", 0.9);
  if (plane) write(axes.names[1], 6 * ratio, 6 * ratio, "left", "top", 0.9);
  for (const share of plane ? CIRCLES : []) {
    const text = `${Math.round(share * 100)} %`;
    const size = { width: context.measureText(text).width, height: 14 * ratio };
    for (const angle of ANGLES) {
      const [x, y] = onCircle(share, angle, axes.plane);
      const box = { left: x + 3 * ratio, top: y + 2 * ratio, ...size };
      const inside = x > 40 * ratio && y > 24 * ratio && x < width - 40 * ratio && y < height - 32 * ratio;
      if (!inside || taken.some((other) => overlap(box, other))) continue;
      write(text, box.left, box.top, "left", "top");
      break;
    }
  }
  context.restore();
}

/** @param {Box} a @param {Box} b */
export function overlap(a, b) {
  const beside = a.left < b.left + b.width && b.left < a.left + a.width;
  return beside && a.top < b.top + b.height && b.top < a.top + a.height;
}

/**
 * @param {CanvasRenderingContext2D} context @param {string} colour
 * @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1
 */
function line(context, colour, x0, y0, x1, y1) {
  context.strokeStyle = colour;
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

/**
 * Round values of z in sight, some five to ten, and where they are.
 *
 * @param {import("./camera_math.js").Projection} plane
 * @param {number} length of the field along the axis, device pixels
 * @param {typeof across} place across or down
 * @returns {{z: number, label: string, at: number}[]}
 */
function ticks(plane, length, place) {
  // Around a plane that is smaller than the field there is more of the axis.
  const reach = plane.extent * Math.max(1, length / (place === across ? plane.width : plane.height)) + 1;
  const ends = [0.02, 0.98].map((share) => inverse(plane, place, share * length, reach));
  const [first, last] = ends.sort((a, b) => a - b);
  const step = roundStep((last - first) / 8);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const list = [];
  for (let n = Math.ceil(first / step); n <= last / step; n++) {
    const z = n * step;
    const at = place(plane, z);
    // Towards Φ the outer ones crowd at the edge.
    const crowded = Math.abs(place(plane, z + step) - place(plane, z - step)) < 0.09 * length;
    if (!crowded) list.push({ z: n === 0 ? 0 : z, label: number(z, digits), at });
  }
  return list;
}

/** @param {number} step @returns {number} the next of 1, 2, 5, 10, … or its like */
export function roundStep(step) {
  const unit = 10 ** Math.floor(Math.log10(step));
  return unit * (step <= unit ? 1 : step <= 2 * unit ? 2 : step <= 5 * unit ? 5 : 10);
}

/**
 * The z that `place` puts at a pixel, by halving: in between z and Φ(z) there is no formula.
 *
 * @param {import("./camera_math.js").Projection} plane @param {typeof across} place @param {number} pixel
 * @param {number} reach of the search, to either side of 0
 */
function inverse(plane, place, pixel, reach) {
  let [low, high] = [-reach, reach];
  const rising = place(plane, high) > place(plane, low);
  for (let k = 0; k < 40; k++) {
    const z = (low + high) / 2;
    if (place(plane, z) < pixel === rising) low = z;
    else high = z;
  }
  return low;
}

/**
 * The circles that hold 50, 90 and 99 % of the prior, as curves on the screen.
 *
 * @param {CanvasRenderingContext2D} context @param {Area} area
 * @param {import("./camera_math.js").Projection} plane @param {number} ink its opacity
 */
export function strokeCircles(context, area, plane, ink) {
  context.lineWidth = area.ratio;
  context.strokeStyle = `rgba(${INK}, ${ink})`;
  context.setLineDash([2 * area.ratio, 4 * area.ratio]);
  for (const share of CIRCLES) {
    context.beginPath();
    for (let k = 0; k <= 192; k++) {
      const [x, y] = onCircle(share, (k / 192) * 2 * Math.PI, plane);
      if (k === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    }
    context.stroke();
  }
}

/**
 * In two dimensions |z|² is exponential: P(|z| ≤ r) = 1 − exp(−r²/2).
 *
 * @param {number} share of the prior inside @param {number} angle
 * @param {import("./camera_math.js").Projection} plane
 * @returns {[number, number]} device pixels
 */
function onCircle(share, angle, plane) {
  const radius = Math.sqrt(-2 * Math.log(1 - share));
  return [across(plane, radius * Math.cos(angle)), down(plane, radius * Math.sin(angle))];
}
