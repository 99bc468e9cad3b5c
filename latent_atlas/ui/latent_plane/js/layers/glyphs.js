/** The glyph of each class, where it is densest: colour is never the only cue. */
import { SURFACE } from "../plane/frame.js";
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
  for (const { x, y, width, glyph, faint } of places) {
    const [left, top] = [within(x, area.width, Math.max(margin, width / 2)), within(y, area.height)];
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
