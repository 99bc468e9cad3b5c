/** The quiet lines behind the points: ticks, axis names and the circles that hold 50, 90 and 99 % of the prior. */
import { toScreen } from "./axes.js";

const INK = "232, 234, 237";
const CIRCLES = [0.5, 0.9, 0.99];

/**
 * @typedef {{width: number, height: number, ratio: number}} Area device pixels, and how many a CSS pixel has
 * @typedef {{extent: number, mix: number, names: string[]}} Axes one name for a strip, two for a plane
 */

/** @param {CanvasRenderingContext2D} context @param {Area} area @param {Axes} axes */
export function drawFrame(context, area, axes) {
  context.save();
  context.lineWidth = area.ratio;
  drawTicks(context, area, axes);
  if (axes.names.length > 1) drawPriorCircles(context, area, axes);
  context.restore();
}

/** @param {Axes} axes @returns {{z: number, label: string}[]} whole numbers of z, or fifths of Φ(z) */
function ticks({ extent, mix }) {
  const span = Math.floor(extent);
  const step = span > 4 ? 2 : 1;
  const list = [];
  for (let z = -span + (span % step); z <= span; z += step) {
    if (mix < 0.5 || Math.abs(z) <= 2) list.push({ z, label: String(z).replace("-", "−") });
  }
  return list;
}

/** @param {CanvasRenderingContext2D} context @param {Area} area @param {Axes} axes */
function drawTicks(context, { width, height, ratio }, axes) {
  context.font = `${12 * ratio}px system-ui, sans-serif`;
  context.fillStyle = `rgba(${INK}, 0.62)`;
  for (const { z, label } of ticks(axes)) {
    const s = toScreen(z, axes.extent, axes.mix);
    if (s < 0.02 || s > 0.98) continue;
    context.strokeStyle = `rgba(${INK}, ${z === 0 ? 0.2 : 0.07})`;
    const x = Math.round(s * width) + 0.5;
    line(context, x, 0, x, height);
    context.textAlign = "center";
    context.textBaseline = "bottom";
    context.fillText(label, x, height - 4 * ratio);
    if (axes.names.length < 2) continue;
    const y = Math.round((1 - s) * height) + 0.5;
    line(context, 0, y, width, y);
    context.textAlign = "left";
    context.textBaseline = "middle";
    context.fillText(label, 6 * ratio, y);
  }
  context.fillStyle = `rgba(${INK}, 0.85)`;
  context.textBaseline = "bottom";
  context.textAlign = "right";
  context.fillText(axes.names[0], width - 6 * ratio, height - 4 * ratio);
  if (axes.names.length > 1) {
    context.textAlign = "left";
    context.textBaseline = "top";
    context.fillText(axes.names[1], 6 * ratio, 6 * ratio);
  }
}

/** @param {CanvasRenderingContext2D} context @param {Area} area @param {Axes} axes */
function drawPriorCircles(context, { width, height, ratio }, { extent, mix }) {
  context.font = `${12 * ratio}px system-ui, sans-serif`;
  for (const share of CIRCLES) {
    // In two dimensions |z|² is exponential: P(|z| ≤ r) = 1 − exp(−r²/2).
    const radius = Math.sqrt(-2 * Math.log(1 - share));
    const at = (/** @type {number} */ angle) => [
      toScreen(radius * Math.cos(angle), extent, mix) * width,
      (1 - toScreen(radius * Math.sin(angle), extent, mix)) * height,
    ];
    context.strokeStyle = `rgba(${INK}, 0.22)`;
    context.setLineDash([2 * ratio, 4 * ratio]);
    context.beginPath();
    for (let k = 0; k <= 96; k++) {
      const [x, y] = at((k / 96) * 2 * Math.PI);
      if (k === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    }
    context.stroke();
    context.setLineDash([]);
    const [x, y] = at(-Math.PI / 4);
    if (x > width - 32 * ratio || y > height - 24 * ratio) continue;
    context.textAlign = "left";
    context.textBaseline = "top";
    context.fillStyle = `rgba(${INK}, 0.62)`;
    context.fillText(`${Math.round(share * 100)} %`, x + 3 * ratio, y + 2 * ratio);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1
 */
function line(context, x0, y0, x1, y1) {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}
