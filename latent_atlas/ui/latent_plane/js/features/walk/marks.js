/** The path on the plane: its line, its numbered stops, and how far the walk has come. */
import { SURFACE } from "../../plane/frame.js";
import { keepLast } from "../../util/memo.js";
import { across, down } from "../../plane/camera_math.js";

const [INK, ACCENT] = ["#E8EAED", "#7FB0FF"];
const RADIUS = 8;

/** Draws walks; the line is worked out again only when it or the view of it has changed. */
export function createWalkMarks() {
  const lineOf = keepLast(line);
  return {
    /**
     * @param {CanvasRenderingContext2D} context @param {import("../../plane/frame.js").Area} area
     * @param {import("../../plane/camera_math.js").Projection} plane
     * @param {{stops: number[][], path: number[][]|null, head: number[]|null}} walk in shown coordinates of z
     */
    draw(context, area, plane, { stops, path, head }) {
      const { extent, mix, left, top, width, height } = plane;
      const drawn = path && lineOf(path, area.height, extent, mix, left, top, width, height);
      const at = (/** @type {number[]} */ z) => place(z, plane, area.height);
      strokeWalk(context, area.ratio, drawn, stops.map(at), head && at(head));
    },
  };
}

/**
 * A model of one dimension is walked along the middle of its strip.
 *
 * @param {number[]} z @param {import("../../plane/camera_math.js").Projection} plane @param {number} height of the field
 * @returns {[number, number]} device pixels
 */
function place(z, plane, height) {
  return [across(plane, z[0]), z.length > 1 ? down(plane, z[1]) : height / 2];
}

/**
 * @param {number[][]} path @param {number} field its height
 * @param {number} extent @param {number} mix
 * @param {number} left @param {number} top @param {number} width @param {number} height of the projection
 */
function line(path, field, extent, mix, left, top, width, height) {
  const found = new Path2D();
  for (const z of path) found.lineTo(...place(z, { extent, mix, left, top, width, height }, field));
  return found;
}

/**
 * @param {CanvasRenderingContext2D} context @param {number} ratio device pixels in a CSS pixel
 * @param {Path2D|null} path @param {[number, number][]} stops @param {[number, number]|null} head
 */
function strokeWalk(context, ratio, path, stops, head) {
  context.save();
  context.lineJoin = context.lineCap = "round";
  for (const [colour, width] of /** @type {[string, number][]} */ ([[SURFACE, 6], [INK, 2]])) {
    context.strokeStyle = colour;
    context.lineWidth = width * ratio;
    if (path) context.stroke(path);
  }
  context.font = `600 ${11 * ratio}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  stops.forEach(([x, y], n) => {
    dot(context, x, y, (RADIUS + 1) * ratio, SURFACE);
    dot(context, x, y, RADIUS * ratio, INK);
    context.fillStyle = SURFACE;
    context.fillText(String(n + 1), x, y + 0.5 * ratio);
  });
  if (head) {
    dot(context, ...head, 7 * ratio, SURFACE);
    dot(context, ...head, 5 * ratio, ACCENT);
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
