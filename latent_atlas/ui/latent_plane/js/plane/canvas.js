/**
 * The dark field itself: two canvases one on the other. The ground (ticks, tiles, dots, glyphs) is drawn when
 * something about it changes; the pointer's marks have their own canvas, so that a move costs a few strokes.
 */
import { drawMap } from "../layers/backgrounds.js";
import { createDots } from "../layers/dots.js";
import { SURFACE, drawLabels, drawLines } from "./frame.js";
import { drawGlyphs } from "../layers/glyphs.js";
import { covers } from "../layers/grids.js";
import { drawGuides } from "../layers/guides.js";
import { cross, mark, outline } from "../layers/marks.js";
import { footOf, mixed, place } from "../layers/places.js";
import { classCentres, rgb } from "../layers/points.js";
import { keepLast } from "../util/memo.js";
import { createThumbs } from "../layers/thumbs.js";
import { drawTiles } from "../layers/tiles.js";
import { across, down, inSight, project } from "./camera_math.js";

/**
 * @typedef {import("./frame.js").Area} Area
 * @typedef {{mu: Float32Array, s: Float32Array|null, correlation: Float32Array|null, columns: number,
 *            labels: Uint8Array|null}} Encodings
 * @typedef {{encodings: Encodings|null, grids: import("../layers/grids.js").Grids, extent: number, names: string[],
 *            colours: string[], glyphs: string[], layers: "points"|"tiles"|"both", cells: number,
 *            mix: number, camera: import("./camera_math.js").Camera,
 *            background: import("../layers/backgrounds.js").MapPicture|null, guides: boolean,
 *            hidden: number[], marks: Uint8Array|null, outlines: import("../layers/marks.js").Outline[],
 *            images: import("../layers/images.js").Images, imageShape: [number, number, number],
 *            scaled: boolean, drawFeatures: import("./feature.js").Draw, atOnce?: boolean}} Scene
 * `scaled`: its axes mean something; `mix` runs from 0 (z) to 1 (Φ); `hidden` classes; `marks` of the dots (dots.js)
 */

/**
 * @param {HTMLCanvasElement} ground
 * @param {HTMLCanvasElement} over
 * @param {() => void} redraw called when points are ready that took several frames
 */
export function createField(ground, over, redraw) {
  const below = /** @type {CanvasRenderingContext2D} */ (ground.getContext("2d", { alpha: false }));
  const above = /** @type {CanvasRenderingContext2D} */ (over.getContext("2d"));
  const dots = createDots(redraw);
  const thumbs = createThumbs();
  let area = { width: 0, height: 0, ratio: 1 };
  /**
   * What was drawn last; of the pointer: pin, preview, posterior, scene.
   *
   * @type {{scene: Scene|null,
   *         pointer: [number[], number[]|null, import("../layers/guides.js").Posterior|null, Scene]|null}}
   */
  const last = { scene: null, pointer: null };
  // On its way from z to Φ(z) a dot goes straight, so both ends are worked out once and not in every frame.
  const [atZ, atPhi, between] = [keepLast(place), keepLast(place), keepLast(mixed)];
  /**
   * @param {Encodings} encodings @param {number} extent @param {number} mix
   * @param {number|null} rows @param {number} foot
   */
  function placesOf(encodings, extent, mix, rows, foot) {
    if (mix === 0) return atZ(encodings, extent, 0, rows, foot);
    const end = atPhi(encodings, extent, 1, rows, foot);
    return mix === 1 ? end : between(atZ(encodings, extent, 0, rows, foot), end, mix);
  }
  const centresOf = keepLast((/** @type {Encodings} */ { mu, columns, labels }, /** @type {number} */ classes) =>
    classCentres(mu, columns, /** @type {Uint8Array} */ (labels), classes),
  );

  return {
    get area() {
      return area;
    },

    /**
     * The view as it was drawn last, for keeping.
     *
     * @param {number} ratio its pixels for each CSS pixel
     */
    picture(ratio) {
      const [canvas, marks] = [document.createElement("canvas"), document.createElement("canvas")];
      const copy = createField(canvas, marks, () => {});
      copy.resize(area.width / area.ratio, area.height / area.ratio, ratio);
      if (last.scene) copy.drawGround({ ...last.scene, atOnce: true });
      if (last.pointer) copy.drawPointer(...last.pointer);
      /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).drawImage(marks, 0, 0);
      return canvas;
    },

    /** @param {number} width CSS pixels @param {number} height CSS pixels @param {number} [ratio] device pixels in one */
    resize(width, height, ratio = window.devicePixelRatio) {
      area = { width: Math.round(width * ratio), height: Math.round(height * ratio), ratio };
      for (const canvas of [ground, over]) {
        canvas.width = area.width;
        canvas.height = area.height;
        canvas.style.width = `${width}px`;
        canvas.style.height = `${height}px`;
      }
      dots.resize(area.width, area.height);
    },

    /** @param {Scene} scene */
    drawGround(scene) {
      last.scene = scene;
      const plane = project(scene.camera, area, scene.extent, scene.mix);
      below.fillStyle = SURFACE;
      below.fillRect(0, 0, area.width, area.height);
      const strip = scene.names.length < 2;
      if (scene.background) drawMap(below, scene.background, plane);
      if (scene.layers !== "points") drawGrids(below, area, scene, plane);
      // Under "tiles" alone nothing is written over the pictures.
      const framed = scene.scaled && (scene.layers !== "tiles" || strip);
      const axes = { plane, names: scene.names };
      if (framed) drawLines(below, area, axes);
      const { encodings } = scene;
      if (scene.layers !== "tiles" && encodings) {
        const foot = strip ? footOf(scene, area) : 0;
        const places = placesOf(encodings, scene.extent, scene.mix, strip ? scene.glyphs.length : null, foot);
        const colours = scene.colours.map(rgb);
        const radius = dotRadius(area, places.xs.length, scene.camera.zoom);
        const moving = scene.mix % 1 !== 0;
        const { labels } = encodings;
        const { marks, images, imageShape } = scene;
        const atOnce = moving || scene.atOnce === true;
        dots.paint({ places, labels, marks, colours, radius, opacity: 0.72, box: plane }, atOnce);
        dots.lay(below, plane);
        if (scene.layers === "points" && !moving) {
          const points = { ...places, labels, marks, colours: scene.colours, box: plane };
          thumbs.draw(below, area, points, images, imageShape, redraw);
        }
        if (labels && scene.glyphs.length > 0) {
          drawGlyphs(below, area, scene, plane, centresOf(encodings, scene.glyphs.length));
        }
      }
      if (framed) drawLabels(below, area, axes);
    },

    /**
     * @param {number[]} pin @param {number[]|null} preview shown coordinates of z
     * @param {import("../layers/guides.js").Posterior|null} posterior of the nearest image @param {Scene} scene
     */
    drawPointer(pin, preview, posterior, scene) {
      last.pointer = [pin, preview, posterior, scene];
      const plane = project(scene.camera, area, scene.extent, scene.mix);
      above.clearRect(0, 0, area.width, area.height);
      for (const each of scene.outlines) outline(above, area, plane, each);
      /** @returns {[number, number|null]} */
      const at = (/** @type {number[]} */ z) => [across(plane, z[0]), z.length > 1 ? down(plane, z[1]) : null];
      const [px, py] = at(pin);
      if (preview) {
        const [x, y] = at(preview);
        cross(above, area, x, y);
      }
      mark(above, area, px, py, preview ? 0.65 : 1);
      const strip = scene.names.length < 2;
      if (scene.guides) drawGuides(above, area, plane, posterior, strip);
      scene.drawFeatures(above, area, plane, strip);
    },

    /** Where the points stand on the field, as shares of it. @param {Scene} scene */
    positions({ encodings, extent, mix, names, glyphs, camera }) {
      if (!encodings) return { xs: new Float32Array(0), ys: new Float32Array(0) };
      const { left, top, width, height } = project(camera, area, extent, mix);
      const { xs, ys } = placesOf(encodings, extent, mix, names.length < 2 ? glyphs.length : null, 0);
      return {
        xs: xs.map((x) => (left + x * width) / area.width),
        ys: ys.map((y) => (top + y * height) / area.height),
      };
    },

    dispose() {
      dots.stop();
    },
  };
}

/**
 * @param {CanvasRenderingContext2D} context @param {Area} area @param {Scene} scene
 * @param {import("./camera_math.js").Projection} plane
 */
function drawGrids(context, area, scene, plane) {
  const strip = scene.names.length < 2;
  const box = { ...plane };
  if (strip) {
    box.height = Math.round(area.width / scene.cells);
    const free = area.height - box.height;
    box.top = scene.layers === "tiles" ? Math.round(free / 2) : free - 22 * area.ratio;
  }
  const strength = scene.layers === "both" && !strip ? 0.5 : 1;
  const { linear, cdf, close } = scene.grids;
  const { mix, camera, extent } = scene;
  const sight = camera.centre.map((_, k) => inSight(camera, k, extent, mix));
  if (close && camera.zoom > 1 && covers(close, mix === 1, sight)) {
    drawTiles(context, close.grid, box, strength);
    return;
  }
  if (linear && mix < 1) drawTiles(context, linear, box, strength * (1 - mix));
  if (cdf && mix > 0) drawTiles(context, cdf, box, strength * mix);
}

/**
 * Few dots are larger, a small plane has finer ones, and magnified ones grow a little, because they part.
 *
 * @param {Area} area @param {number} count @param {number} zoom
 */
function dotRadius({ width, ratio }, count, zoom) {
  const crowd = count < 4_000 ? 1.5 : count > 30_000 ? 0.8 : 1;
  return (width / ratio < 480 ? 1.1 : 1.5) * crowd * Math.min(2, zoom ** 0.3) * ratio;
}
