/**
 * The dark field itself: two canvases one on the other. The ground (ticks, tiles, dots, glyphs) is drawn when
 * something about it changes; the pointer's marks have their own canvas, so that a move costs a few strokes.
 */
import { toScreen } from "./axes.js";
import { SURFACE, drawLabels, drawLines } from "./frame.js";
import { classCentres, drawDots, rgb, spread } from "./points.js";
import { drawTiles } from "./tiles.js";

const ACCENT = "#7FB0FF";
const INK = "#E8EAED";

/**
 * @typedef {import("./frame.js").Area} Area
 * @typedef {{mu: Float32Array, columns: number, labels: Uint8Array|null}} Encodings
 * @typedef {{encodings: Encodings|null, grids: {linear: any, cdf: any}, extent: number, names: string[],
 *            colours: string[], glyphs: string[], layers: "points"|"tiles"|"both"}} Scene
 */

/**
 * @param {HTMLCanvasElement} ground
 * @param {HTMLCanvasElement} over
 */
export function createField(ground, over) {
  const below = /** @type {CanvasRenderingContext2D} */ (ground.getContext("2d", { alpha: false }));
  const above = /** @type {CanvasRenderingContext2D} */ (over.getContext("2d"));
  const dots = document.createElement("canvas");
  const dotsContext = /** @type {CanvasRenderingContext2D} */ (dots.getContext("2d", { willReadFrequently: true }));
  let area = { width: 0, height: 0, ratio: 1 };
  /** Screen positions of every dot in device pixels, kept for the corner search. */
  let positions = { xs: new Float32Array(0), ys: new Float32Array(0) };

  return {
    get area() {
      return area;
    },
    get positions() {
      return positions;
    },

    /** @param {number} width CSS pixels @param {number} height CSS pixels */
    resize(width, height) {
      const ratio = window.devicePixelRatio;
      const css = { width, height };
      area = { width: Math.round(css.width * ratio), height: Math.round(css.height * ratio), ratio };
      for (const canvas of [ground, over, dots]) {
        canvas.width = area.width;
        canvas.height = area.height;
        canvas.style.width = `${css.width}px`;
        canvas.style.height = `${css.height}px`;
      }
    },

    /** @param {Scene} scene @param {number} mix 0 linear … 1 gaussian-cdf */
    drawGround(scene, mix) {
      below.fillStyle = SURFACE;
      below.fillRect(0, 0, area.width, area.height);
      const strip = scene.names.length < 2;
      if (scene.layers !== "points") drawGrids(below, area, scene, mix, strip);
      // Under "tiles" alone nothing is written over the pictures.
      const framed = scene.layers !== "tiles" || strip;
      const axes = { extent: scene.extent, mix, names: scene.names };
      if (framed) drawLines(below, area, axes);
      if (scene.layers !== "tiles" && scene.encodings) {
        positions = place(scene, area, mix, strip);
        const image = dotsContext.createImageData(area.width, area.height);
        const colours = scene.colours.map(rgb);
        const radius = dotRadius(area, positions.xs.length);
        drawDots(image, positions.xs, positions.ys, scene.encodings.labels, colours, radius, 0.72);
        dotsContext.putImageData(image, 0, 0);
        below.drawImage(dots, 0, 0);
        drawGlyphs(below, area, scene, mix, strip);
      }
      if (framed) drawLabels(below, area, axes);
    },

    /**
     * @param {number[]} pin @param {number[]|null} preview shown coordinates of z
     * @param {number} extent @param {number} mix
     */
    drawPointer(pin, preview, extent, mix) {
      above.clearRect(0, 0, area.width, area.height);
      /** @returns {[number, number|null]} */
      const at = (/** @type {number[]} */ z) => [
        toScreen(z[0], extent, mix) * area.width,
        z.length > 1 ? (1 - toScreen(z[1], extent, mix)) * area.height : null,
      ];
      const [px, py] = at(pin);
      if (preview) {
        const [x, y] = at(preview);
        cross(above, area, x, y, INK, 0.55);
      }
      mark(above, area, px, py, preview ? 0.65 : 1);
    },
  };
}

/**
 * @param {CanvasRenderingContext2D} context @param {Area} area @param {Scene} scene
 * @param {number} mix @param {boolean} strip
 */
function drawGrids(context, area, scene, mix, strip) {
  const cell = Math.round(area.width / 20);
  const box = { left: 0, top: 0, width: area.width, height: area.height };
  if (strip) {
    box.height = cell;
    box.top = scene.layers === "tiles" ? Math.round((area.height - cell) / 2) : area.height - cell - 22 * area.ratio;
  }
  const strength = scene.layers === "both" && !strip ? 0.5 : 1;
  const { linear, cdf } = scene.grids;
  if (linear && mix < 1) drawTiles(context, linear, box, scene.extent, mix, strength * (1 - mix));
  if (cdf && mix > 0) drawTiles(context, cdf, box, scene.extent, mix, strength * mix);
}

/** Few dots are larger, a small plane has finer ones. @param {Area} area @param {number} count */
function dotRadius({ width, ratio }, count) {
  return (width / ratio < 480 ? 1.1 : 1.5) * (count < 4_000 ? 1.5 : 1) * ratio;
}

/**
 * Where every dot stands. A strip spreads its dots by class rows, so that they do not hide each other; within a
 * row they are spread by their number in a low-discrepancy order, which looks even and never changes.
 *
 * @param {Scene} scene @param {Area} area @param {number} mix @param {boolean} strip
 */
function place(scene, area, mix, strip) {
  const { mu, columns, labels } = /** @type {Encodings} */ (scene.encodings);
  const count = mu.length / columns;
  const xs = new Float32Array(count);
  const ys = new Float32Array(count);
  for (let n = 0; n < count; n++) {
    xs[n] = toScreen(mu[n * columns], scene.extent, mix) * area.width;
    ys[n] = strip
      ? rowOf(labels ? labels[n] : 0, scene, area, ((n * 0.618034) % 1) * 0.72 - 0.36)
      : (1 - toScreen(mu[n * columns + 1], scene.extent, mix)) * area.height;
  }
  return { xs, ys };
}

/** @param {number} label @param {Scene} scene @param {Area} area @param {number} offset in rows */
function rowOf(label, scene, area, offset) {
  const rows = Math.max(1, scene.glyphs.length);
  // The lower edge belongs to the tick labels and, under "both", to the row of pictures.
  const foot = 22 * area.ratio + (scene.layers === "both" ? area.width / 20 + 4 * area.ratio : 0);
  return ((label + 0.5 + offset) / rows) * (area.height - foot);
}

/**
 * @param {CanvasRenderingContext2D} context @param {Area} area @param {Scene} scene
 * @param {number} mix @param {boolean} strip
 */
function drawGlyphs(context, area, scene, mix, strip) {
  const { mu, columns, labels } = /** @type {Encodings} */ (scene.encodings);
  if (!labels || scene.glyphs.length === 0) return;
  const centres = classCentres(mu, columns, labels, scene.glyphs.length);
  context.save();
  context.font = `600 ${16 * area.ratio}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 5 * area.ratio;
  const places = centres.flatMap((centre, label) => {
    if (!centre) return [];
    const x = toScreen(centre[0], scene.extent, mix) * area.width;
    const y = strip ? rowOf(label, scene, area, 0) : (1 - toScreen(centre[1], scene.extent, mix)) * area.height;
    return [{ x, y, glyph: scene.glyphs[label] }];
  });
  if (!strip) spread(places, 18 * area.ratio);
  // At the edge of the Φ plane half a glyph would be cut off.
  const margin = 10 * area.ratio;
  const inside = (/** @type {number} */ v, /** @type {number} */ end) => Math.min(end - margin, Math.max(margin, v));
  for (const { x, y, glyph } of places) {
    context.strokeStyle = SURFACE;
    context.strokeText(glyph, inside(x, area.width), inside(y, area.height));
    context.fillStyle = "#FFFFFF";
    context.fillText(glyph, inside(x, area.width), inside(y, area.height));
  }
  context.restore();
}

/**
 * Two hair lines through a place; one, in a strip, where y is null.
 *
 * @param {CanvasRenderingContext2D} context @param {Area} area
 * @param {number} x @param {number|null} y @param {string} colour @param {number} opacity
 */
function cross(context, { width, height, ratio }, x, y, colour, opacity) {
  context.globalAlpha = opacity;
  context.strokeStyle = colour;
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
function mark(context, { height, ratio }, x, y, opacity) {
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
