/**
 * Guides over the plane: the posterior of the nearest image as ellipses of one and two standard deviations, and the
 * circles that hold 50, 90 and 99 % of the prior. Each is laid on the screen point by point, so that they are true to
 * both axes, close up and under Φ(z) too.
 *
 * @typedef {{mu: number[], s: number[], correlation?: number}} Posterior of the shown coordinates
 */
import { strokeCircles } from "../plane/frame.js";
import { across, down } from "../plane/camera_math.js";

const DEVIATIONS = [1, 2];
const POINTS = 96;
const INK = "#FFFFFF";
const RIM = "rgba(14, 17, 22, 0.8)";

/**
 * The outline of a posterior.
 *
 * @param {Posterior} posterior @param {number} deviations
 * @returns {[number, number][]} points of the plane, the last one the first
 */
function ellipse({ mu, s, correlation = 0 }, deviations) {
  const rest = Math.sqrt(1 - correlation * correlation);
  return Array.from({ length: POINTS + 1 }, (_, k) => {
    const angle = (k / POINTS) * 2 * Math.PI;
    const [x, y] = [Math.cos(angle), Math.sin(angle)];
    return [mu[0] + deviations * s[0] * x, mu[1] + deviations * s[1] * (correlation * x + rest * y)];
  });
}

/**
 * @param {CanvasRenderingContext2D} context whose unit is the device pixel
 * @param {import("../plane/frame.js").Area} area
 * @param {import("../plane/camera_math.js").Projection} plane
 * @param {Posterior|null} posterior
 * @param {boolean} strip one latent dimension: spans instead of ellipses, and no circles
 */
export function drawGuides(context, area, plane, posterior, strip) {
  context.save();
  if (!strip) strokeCircles(context, area, plane, 0.6);
  context.restore();
  if (posterior) drawPosterior(context, area, plane, posterior, strip, INK);
}

/**
 * The ellipses of one and two standard deviations, or their spans.
 *
 * @param {CanvasRenderingContext2D} context whose unit is the device pixel
 * @param {import("../plane/frame.js").Area} area
 * @param {import("../plane/camera_math.js").Projection} plane
 * @param {Posterior} posterior @param {boolean} strip @param {string} ink
 */
export function drawPosterior(context, area, plane, posterior, strip, ink) {
  context.save();
  context.setLineDash([]);
  for (const deviations of DEVIATIONS) {
    const path = strip
      ? span(posterior, deviations, plane, area.height)
      : ring(ellipse(posterior, deviations), plane);
    context.globalAlpha = deviations === 1 ? 1 : 0.75;
    for (const [colour, width] of /** @type {[string, number][]} */ ([[RIM, 3.5], [ink, 1.5]])) {
      context.strokeStyle = colour;
      context.lineWidth = width * area.ratio;
      context.stroke(path);
    }
  }
  context.restore();
}

/** @param {[number, number][]} points @param {import("../plane/camera_math.js").Projection} plane */
function ring(points, plane) {
  const path = new Path2D();
  points.forEach(([x, y], k) => {
    if (k === 0) path.moveTo(across(plane, x), down(plane, y));
    else path.lineTo(across(plane, x), down(plane, y));
  });
  path.closePath();
  return path;
}

/**
 * Two lines that stand at the ends.
 *
 * @param {Posterior} posterior @param {number} deviations
 * @param {import("../plane/camera_math.js").Projection} plane @param {number} height device pixels
 */
function span({ mu, s }, deviations, plane, height) {
  const path = new Path2D();
  for (const side of [-1, 1]) {
    const x = across(plane, mu[0] + side * deviations * s[0]);
    path.moveTo(x, 0);
    path.lineTo(x, height);
  }
  return path;
}
