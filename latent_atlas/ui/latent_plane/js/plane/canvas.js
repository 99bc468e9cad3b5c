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
import { drawCross, drawOutline, drawPin } from "../layers/marks.js";
import { footOf, mixed, place } from "../layers/places.js";
import { createLabels } from "../layers/labels.js";
import { rgb } from "../layers/points.js";
import { createThumbs } from "../layers/thumbs.js";
import { drawTiles } from "../layers/tiles.js";
import { contextOf } from "../../../components/elements.js";
import { memoized } from "../util/memo.js";
import { signal } from "../util/signals.js";
import { across, down, inSight, project } from "./camera_math.js";

/**
 * @typedef {import("./frame.js").Area} Area
 * @typedef {{mu: Float32Array, s: Float32Array|null, correlation: Float32Array|null, columns: number,
 *            labels: import("../decode/safetensors.js").Labels|null, glide?: {to: Float32Array, share: number}}} Encodings
 * `glide`: where points that are on their way will lie, and how far they are
 * @typedef {{encodings: Encodings|null, grids: import("../layers/grids.js").Grids, extent: number, names: string[],
 *            colours: string[], glyphs: string[], layers: "points"|"tiles"|"both", cells: number,
 *            mix: number, camera: import("./camera_math.js").Camera,
 *            background: import("../layers/backgrounds.js").MapPicture|null,
 *            hidden: number[], marks: Uint8Array|null,
 *            images: import("../layers/images.js").Images, imageShape: [number, number, number],
 *            scaled: boolean, covered: import("./frame.js").Box[], passing: boolean, atOnce?: boolean}} Scene
 * `passing`: of a run that trains, so that the points are about to move on; `scaled`: its axes mean something; `covered` by buttons, in CSS pixels; `mix` runs from 0 (z) to 1 (Φ); `hidden` classes; `marks` of the dots (dots.js)
 * @typedef {{pin: number[], preview: number[]|null, guides: boolean,
 *            posterior: import("../layers/guides.js").Posterior|null,
 *            outlines: import("../layers/marks.js").Outline[], draw: import("./feature.js").Draw}} PointerMarks
 * `pin` and `preview` in shown coordinates of z; `posterior` of the nearest image; `draw`: what features draw
 */

/**
 * @param {HTMLCanvasElement} ground
 * @param {HTMLCanvasElement} over
 */
export function createCanvas(ground, over) {
  const below = contextOf(ground, { alpha: false });
  const above = contextOf(over);
  const area = signal({ width: 0, height: 0, ratio: 1 });
  /** Counts what has come that a ground drawn before lacks: dots that took several frames, pictures of points. */
  const arrivals = signal(0);
  const arrive = () => void (arrivals.value = arrivals.peek() + 1);
  const dots = createDots(arrive);
  const thumbs = createThumbs();
  /** What was drawn last. */
  const last = { scene: /** @type {Scene|null} */ (null), pointer: /** @type {[PointerMarks, Scene]|null} */ (null) };
  // On its way from z to Φ(z) a dot goes straight, so both ends are worked out once and not in every frame.
  const [atZ, atPhi, between] = [memoized(place), memoized(place), memoized(mixed)];
  /**
   * @param {Encodings} encodings @param {number} extent @param {number} mix
   * @param {number|null} rows @param {number} foot
   */
  function placesOf(encodings, extent, mix, rows, foot) {
    if (mix === 0) return atZ(encodings, extent, 0, rows, foot);
    const end = atPhi(encodings, extent, 1, rows, foot);
    return mix === 1 ? end : between(atZ(encodings, extent, 0, rows, foot), end, mix);
  }
  const labelsOf = createLabels();

  return {
    /** Its size, for whoever draws on it. */
    get area() {
      return area.value;
    },

    /**
     * The view as it was drawn last, for keeping.
     *
     * @param {number} ratio its pixels for each CSS pixel
     */
    picture(ratio) {
      const [canvas, marks] = [document.createElement("canvas"), document.createElement("canvas")];
      const copy = createCanvas(canvas, marks);
      const now = area.peek();
      copy.resize(now.width / now.ratio, now.height / now.ratio, ratio);
      if (last.scene) copy.drawGround({ ...last.scene, atOnce: true });
      if (last.pointer) copy.drawPointer(...last.pointer);
      contextOf(canvas).drawImage(marks, 0, 0);
      return canvas;
    },

    /** @param {number} width CSS pixels @param {number} height CSS pixels @param {number} [ratio] device pixels in one */
    resize(width, height, ratio = window.devicePixelRatio) {
      const next = { width: Math.round(width * ratio), height: Math.round(height * ratio), ratio };
      for (const canvas of [ground, over]) {
        canvas.width = next.width;
        canvas.height = next.height;
        canvas.style.width = `${width}px`;
        canvas.style.height = `${height}px`;
      }
      dots.resize(next.width, next.height);
      area.value = next;
    },

    /** @param {Scene} scene */
    drawGround(scene) {
      last.scene = scene;
      void arrivals.value; // read, so that the ground is drawn again when more has come
      const { value: field } = area;
      const plane = project(scene.camera, field, scene.extent, scene.mix);
      below.fillStyle = SURFACE;
      below.fillRect(0, 0, field.width, field.height);
      const strip = scene.names.length < 2;
      if (scene.background) drawMap(below, scene.background, plane);
      if (scene.layers !== "points") drawGrids(below, field, scene, plane);
      // Under "tiles" alone nothing is written over the pictures.
      const framed = scene.scaled && (scene.layers !== "tiles" || strip);
      const axes = { plane, names: scene.names };
      if (framed) drawLines(below, field, axes);
      const { encodings } = scene;
      /** @type {import("./frame.js").Box[]} */
      let taken = [];
      if (scene.layers !== "tiles" && encodings) {
        const foot = strip ? footOf(scene, field) : 0;
        const places = placesOf(encodings, scene.extent, scene.mix, strip ? scene.glyphs.length : null, foot);
        const colours = scene.colours.map(rgb);
        const radius = dotRadius(field, places.xs.length, scene.camera.zoom);
        const moving = scene.mix % 1 !== 0;
        const { labels } = encodings;
        const { marks, images, imageShape } = scene;
        const atOnce = moving || scene.atOnce === true;
        dots.paint({ places, labels, marks, colours, radius, opacity: 0.72, box: plane }, atOnce);
        dots.lay(below, plane);
        if (scene.layers === "points" && !moving) {
          const points = { ...places, labels, marks, colours: scene.colours, box: plane };
          thumbs.draw(below, field, points, images, imageShape, arrive);
        }
        if (labels && scene.glyphs.length > 0) {
          const rows = strip ? scene.glyphs.length : null;
          const points = labelsOf(scene, rows, foot);
          taken = drawGlyphs(below, field, scene, plane, points);
        }
      }
      if (framed) drawLabels(below, field, axes, taken);
    },

    /** @param {PointerMarks} marks @param {Scene} scene */
    drawPointer(marks, scene) {
      last.pointer = [marks, scene];
      const { pin, preview, posterior, guides, outlines, draw } = marks;
      const { value: field } = area;
      const plane = project(scene.camera, field, scene.extent, scene.mix);
      above.clearRect(0, 0, field.width, field.height);
      for (const each of outlines) drawOutline(above, field, plane, each);
      /** @type {(z: number[]) => [number, number|null]} */
      const at = (z) => [across(plane, z[0]), z.length > 1 ? down(plane, z[1]) : null];
      if (preview) drawCross(above, field, ...at(preview));
      drawPin(above, field, ...at(pin), preview ? 0.65 : 1);
      const strip = scene.names.length < 2;
      if (guides) drawGuides(above, field, plane, posterior, strip);
      draw(above, field, plane, strip);
    },

    /** Where the points stand on the field, as shares of it. @param {Scene} scene */
    positions({ encodings, extent, mix, names, glyphs, camera }) {
      if (!encodings) return { xs: new Float32Array(0), ys: new Float32Array(0) };
      const field = area.peek();
      const { left, top, width, height } = project(camera, field, extent, mix);
      const { xs, ys } = placesOf(encodings, extent, mix, names.length < 2 ? glyphs.length : null, 0);
      return {
        xs: xs.map((x) => (left + x * width) / field.width),
        ys: ys.map((y) => (top + y * height) / field.height),
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
