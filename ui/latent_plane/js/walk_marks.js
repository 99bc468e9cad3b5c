/** The path on the plane: its line, its numbered stops, and how far the walk has come. */
import { SURFACE } from "./frame.js";
import { across, down } from "./view.js";

const [INK, ACCENT] = ["#E8EAED", "#7FB0FF"];
const RADIUS = 8;

/**
 * @param {CanvasRenderingContext2D} context @param {import("./frame.js").Area} area
 * @param {import("./view.js").Projection} plane
 * @param {{stops: number[][], path: number[][], head: number[]|null}} walk in shown coordinates of z
 */
export function drawWalk(context, { height, ratio }, plane, { stops, path, head }) {
  /** A model of one dimension is walked along the middle of its strip. @param {number[]} z @returns {[number, number]} */
  const place = (z) => [across(plane, z[0]), z.length > 1 ? down(plane, z[1]) : height / 2];
  context.save();
  context.lineJoin = context.lineCap = "round";
  const line = new Path2D();
  for (const z of path) line.lineTo(...place(z));
  for (const [colour, width] of /** @type {[string, number][]} */ ([[SURFACE, 6], [INK, 2]])) {
    context.strokeStyle = colour;
    context.lineWidth = width * ratio;
    context.stroke(line);
  }
  context.font = `600 ${11 * ratio}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  stops.forEach((z, n) => {
    const [x, y] = place(z);
    dot(context, x, y, (RADIUS + 1) * ratio, SURFACE);
    dot(context, x, y, RADIUS * ratio, INK);
    context.fillStyle = SURFACE;
    context.fillText(String(n + 1), x, y + 0.5 * ratio);
  });
  if (head) {
    const [x, y] = place(head);
    dot(context, x, y, 7 * ratio, SURFACE);
    dot(context, x, y, 5 * ratio, ACCENT);
  }
  context.restore();
}

/**
 * @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} radius
 * @param {string} colour
 */
function dot(context, x, y, radius, colour) {
  context.fillStyle = colour;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}
