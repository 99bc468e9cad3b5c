/** The glyph of each class, where it is densest: colour is never the only cue. */
import { SURFACE, overlap } from "../plane/frame.js";
import { footOf, rowOf } from "./places.js";
import { pushApart } from "./points.js";
import { across, down } from "../plane/camera_math.js";

/** What a class is drawn with that has the majority nowhere. */
const FAINT = 0.45;

/**
 * @typedef {{z: number[], faint: boolean}} LabelPoint where a label stands
 *
 * @param {CanvasRenderingContext2D} context @param {import("../plane/frame.js").Area} area
 * @param {import("../plane/canvas.js").Scene} scene
 * @param {import("../plane/camera_math.js").Projection} plane
 * @param {(LabelPoint|null)[]} labels of the classes
 * @returns {import("../plane/frame.js").Box[]} where they stand
 */
export function drawGlyphs(context, area, scene, plane, labels) {
  const strip = scene.names.length < 2;
  context.save();
  context.font = `600 ${16 * area.ratio}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 5 * area.ratio;
  const margin = 10 * area.ratio;
  const places = labels.flatMap((point, label) => {
    if (!point || scene.hidden.includes(label)) return [];
    const x = across(plane, point.z[0]);
    const y = strip ? rowOf(label, scene.glyphs.length, footOf(scene, area), 0) * area.height : down(plane, point.z[1]);
    // Close up, a glyph at the edge would point to a class that is elsewhere.
    const edge = scene.camera.zoom > 1 ? margin : -margin;
    const inside = x > edge && y > edge && x < area.width - edge && y < area.height - edge;
    const glyph = scene.glyphs[label];
    const { width } = context.measureText(glyph);
    return inside ? [{ x, y, width, glyph, faint: point.faint }] : [];
  });
  if (!strip) pushApart(places, 18 * area.ratio);
  // At the edge of the Φ plane half a glyph would be cut off.
  const within = (/** @type {number} */ v, /** @type {number} */ end, half = margin) =>
    Math.min(end - half, Math.max(half, v));
  const height = 18 * area.ratio;
  const boxes = [];
  const covered = scene.covered.map((box) => scaled(box, area.ratio));
  for (const { x, y, width, glyph, faint } of places) {
    const half = Math.max(margin, width / 2);
    const top = within(y, area.height);
    const left = beside(within(x, area.width, half), top, { half, height }, covered, area.width);
    context.globalAlpha = faint ? FAINT : 1;
    context.strokeStyle = SURFACE;
    context.strokeText(glyph, left, top);
    context.fillStyle = "#FFFFFF";
    context.fillText(glyph, left, top);
    boxes.push({ left: left - width / 2, top: top - height / 2, width, height });
  }
  context.restore();
  return boxes;
}

/**
 * Where a glyph is not covered: beside what covers it, towards the middle of the field.
 *
 * @param {number} x @param {number} y its middle, device pixels
 * @param {{half: number, height: number}} size half its width, and its height
 * @param {import("../plane/frame.js").Box[]} covered @param {number} width of the field
 */
export function beside(x, y, { half, height }, covered, width) {
  const box = { left: x - half, top: y - height / 2, width: 2 * half, height };
  const over = covered.find((each) => overlap(box, each));
  if (!over) return x;
  return over.left + over.width / 2 < width / 2 ? over.left + over.width + half : over.left - half;
}

/** @param {import("../plane/frame.js").Box} box @param {number} ratio @returns {import("../plane/frame.js").Box} */
function scaled(box, ratio) {
  return { left: box.left * ratio, top: box.top * ratio, width: box.width * ratio, height: box.height * ratio };
}
