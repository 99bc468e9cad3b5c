/** The ring about the hole that a step of the guided discovery sends to. */
import { across, down } from "../../plane/camera_math.js";
import { SURFACE } from "../../plane/frame.js";

const INK = "#E8EAED";
/** CSS pixels: a smaller ring would be no place to point at. */
export const LEAST = 9;

/**
 * @param {CanvasRenderingContext2D} context @param {import("../../plane/frame.js").Area} area
 * @param {import("../../plane/camera_math.js").Projection} projection @param {import("./spots.js").Hole} hole
 */
export function drawHole(context, { ratio }, projection, { z: [x, y], radius }) {
  const [left, top] = [across(projection, x), down(projection, y)];
  const wide = Math.max(LEAST * ratio, Math.abs(across(projection, x + radius) - left));
  context.save();
  for (const [ink, width] of /** @type {const} */ ([[SURFACE, 5], [INK, 2]])) {
    context.strokeStyle = ink;
    context.lineWidth = width * ratio;
    context.beginPath();
    context.arc(left, top, wide, 0, 2 * Math.PI);
    context.stroke();
  }
  context.restore();
}
