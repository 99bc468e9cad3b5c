/** The quiet lines behind the points: ticks, axis names and the circles that hold 50, 90 and 99 % of the prior. */
import { toScreen } from "./axes.js";

export const SURFACE = "#0E1116";
const INK = "232, 234, 237";
const CIRCLES = [0.5, 0.9, 0.99];

/**
 * @typedef {{width: number, height: number, ratio: number}} Area device pixels, and how many a CSS pixel has
 * @typedef {{extent: number, mix: number, names: string[]}} Axes one name for a strip, two for a plane
 */

/** The lines, for under the points. @param {CanvasRenderingContext2D} context @param {Area} area @param {Axes} axes */
export function drawLines(context, area, axes) {
  const { width, height, ratio } = area;
  const plane = axes.names.length > 1;
  context.save();
  context.lineWidth = ratio;
  for (const { z, s } of ticks(axes)) {
    context.strokeStyle = `rgba(${INK}, ${z === 0 ? 0.2 : 0.07})`;
    const x = Math.round(s * width) + 0.5;
    const y = Math.round((1 - s) * height) + 0.5;
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x, height);
    if (plane) {
      context.moveTo(0, y);
      context.lineTo(width, y);
    }
    context.stroke();
  }
  if (plane) drawPriorCircles(context, area, axes);
  context.restore();
}

/**
 * The words, for over the points, each with a dark rim.
 *
 * @param {CanvasRenderingContext2D} context @param {Area} area @param {Axes} axes
 */
export function drawLabels(context, area, axes) {
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
  for (const { z, s } of ticks(axes)) {
    const label = String(z).replace("-", "−");
    // The last place on each axis belongs to its name.
    if (s < 0.95) write(label, s * width, height - 4 * ratio, "center", "bottom");
    if (plane && s < 0.95) write(label, 6 * ratio, (1 - s) * height, "left", "middle");
  }
  write(axes.names[0], width - 6 * ratio, height - 4 * ratio, "right", "bottom", 0.9);
  if (plane) write(axes.names[1], 6 * ratio, 6 * ratio, "left", "top", 0.9);
  for (const share of plane ? CIRCLES : []) {
    const [x, y] = onCircle(share, -Math.PI / 4, area, axes);
    if (x < width - 40 * ratio && y < height - 32 * ratio) {
      write(`${Math.round(share * 100)} %`, x + 3 * ratio, y + 2 * ratio, "left", "top");
    }
  }
  context.restore();
}

/** @param {Axes} axes @returns {{z: number, s: number}[]} whole numbers of z, and where they are on the screen */
function ticks({ extent, mix }) {
  const span = Math.floor(extent);
  const step = span > 4 ? 2 : 1;
  const list = [];
  for (let z = -span + (span % step); z <= span; z += step) {
    const s = toScreen(z, extent, mix);
    // Towards Φ the outer ones crowd at the edge.
    if ((mix < 0.5 || Math.abs(z) <= 2) && s > 0.02 && s < 0.98) list.push({ z, s });
  }
  return list;
}

/** @param {CanvasRenderingContext2D} context @param {Area} area @param {Axes} axes */
function drawPriorCircles(context, area, axes) {
  context.strokeStyle = `rgba(${INK}, 0.24)`;
  context.setLineDash([2 * area.ratio, 4 * area.ratio]);
  for (const share of CIRCLES) {
    context.beginPath();
    for (let k = 0; k <= 96; k++) {
      const [x, y] = onCircle(share, (k / 96) * 2 * Math.PI, area, axes);
      if (k === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    }
    context.stroke();
  }
}

/**
 * In two dimensions |z|² is exponential: P(|z| ≤ r) = 1 − exp(−r²/2).
 *
 * @param {number} share of the prior inside @param {number} angle @param {Area} area @param {Axes} axes
 * @returns {[number, number]} device pixels
 */
function onCircle(share, angle, { width, height }, { extent, mix }) {
  const radius = Math.sqrt(-2 * Math.log(1 - share));
  return [
    toScreen(radius * Math.cos(angle), extent, mix) * width,
    (1 - toScreen(radius * Math.sin(angle), extent, mix)) * height,
  ];
}
