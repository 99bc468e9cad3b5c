/** The pointer's own marks, on a canvas of their own: where it is, and where the pin is. */
import { SURFACE } from "../plane/frame.js";
import { across, down } from "../plane/camera_math.js";

const ACCENT = "#7FB0FF";
const INK = "#E8EAED";

/**
 * @typedef {import("../plane/frame.js").Area} Area
 * @typedef {{places: number[], name: string|null}} Outline as in lasso.js; the hand is still drawing one without a name
 */

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

/**
 * An outline drawn by hand, with its letter at its top; in a strip, the piece between its two ends.
 *
 * @param {CanvasRenderingContext2D} context @param {Area} area
 * @param {import("../plane/camera_math.js").Projection} plane @param {Outline} outline
 */
export function outline(context, { height, ratio }, plane, { places, name }) {
  const corners = [];
  for (let n = 0; n + 1 < places.length; n += 2) corners.push([across(plane, places[n]), down(plane, places[n + 1])]);
  if (places.length === 2) {
    const [left, right] = places.map((z) => across(plane, z));
    corners.splice(0, 1, [left, -9], [right, -9], [right, height + 9], [left, height + 9]);
  }
  if (corners.length === 0) return;
  context.save();
  context.lineJoin = "round";
  for (const [colour, width] of /** @type {[string, number][]} */ ([[SURFACE, 4], [INK, 1.5]])) {
    context.strokeStyle = colour;
    context.lineWidth = width * ratio;
    // B is told from A by its line too.
    context.setLineDash(name === "B" && colour === INK ? [6 * ratio, 4 * ratio] : []);
    context.beginPath();
    corners.forEach(([x, y]) => context.lineTo(x, y));
    if (name) context.closePath();
    context.stroke();
  }
  if (name) {
    const [x, y] = corners.reduce((best, corner) => (corner[1] < best[1] ? corner : best));
    context.setLineDash([]);
    context.font = `600 ${12 * ratio}px system-ui, sans-serif`;
    context.textAlign = "center";
    context.strokeStyle = SURFACE;
    context.lineWidth = 4 * ratio;
    const foot = Math.max(14 * ratio, y - 5 * ratio);
    context.strokeText(name, x, foot);
    context.fillStyle = INK;
    context.fillText(name, x, foot);
  }
  context.restore();
}
