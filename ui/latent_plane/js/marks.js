/** The pointer's own marks, on a canvas of their own: where it is, and where the pin is. */
import { SURFACE } from "./frame.js";

const ACCENT = "#7FB0FF";
const INK = "#E8EAED";

/** @typedef {import("./frame.js").Area} Area */

/**
 * Two hair lines through a place; one, in a strip, where y is null.
 *
 * @param {CanvasRenderingContext2D} context @param {Area} area
 * @param {number} x @param {number|null} y
 */
export function cross(context, { width, height, ratio }, x, y) {
  context.globalAlpha = 0.55;
  context.strokeStyle = INK;
  context.lineWidth = ratio;
  context.beginPath();
  context.moveTo(x, 0);
  context.lineTo(x, height);
  if (y !== null) {
    context.moveTo(0, y);
    context.lineTo(width, y);
  }
  context.stroke();
  context.globalAlpha = 1;
}

/**
 * The pin: a ring and a point in the accent, on a dark halo so that it stands on tiles too.
 *
 * @param {CanvasRenderingContext2D} context @param {Area} area
 * @param {number} x @param {number|null} y @param {number} opacity
 */
export function mark(context, { height, ratio }, x, y, opacity) {
  context.globalAlpha = opacity;
  for (const [colour, width] of /** @type {[string, number][]} */ ([[SURFACE, 5], [ACCENT, 2]])) {
    context.strokeStyle = colour;
    context.lineWidth = width * ratio;
    context.beginPath();
    if (y === null) {
      context.moveTo(x, 0);
      context.lineTo(x, height);
    } else {
      context.arc(x, y, 9 * ratio, 0, 2 * Math.PI);
      context.moveTo(x + 2 * ratio, y);
      context.arc(x, y, 2 * ratio, 0, 2 * Math.PI);
    }
    context.stroke();
  }
  context.globalAlpha = 1;
}
