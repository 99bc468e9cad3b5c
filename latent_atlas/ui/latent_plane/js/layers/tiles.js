/**
 * The decoded manifold as a grid of pictures. The worker decodes; this file asks it for grids and lays them on the
 * plane, also while the axis is on its way from z to Φ(z).
 */
import { gridCentres, gridEdges, toScreen } from "../plane/axes.js";
import { liftInto } from "../plane/base_plane.js";
import { wholeScale } from "../plane/picture.js";
import { contextOf } from "../../../components/elements.js";

const MOST_CELLS = 20;

/**
 * How many pictures a grid has along an axis: as many as a plane of some 560 pixels shows without shrinking them.
 *
 * @param {[number, number, number]} imageShape
 * @returns {number}
 */
export function cellsFor([, height, width]) {
  const side = Math.max(height, width);
  return side <= 28 ? MOST_CELLS : side <= 35 ? 16 : side <= 70 ? 8 : 5;
}

/** A grid that nobody needs any more is told so: not an error. */
export const STALE = "stale";

/**
 * @typedef {{sheet: HTMLCanvasElement, rows: number, height: number, width: number,
 *            xEdges: number[], yEdges: number[]|null}} TileGrid
 * `sheet` holds the pictures one below the other, the row of the largest z₂ first; `yEdges` is null for a strip.
 * @typedef {{pixels: ArrayBuffer, shape: [number, number, number], count: number}} Answer of the worker
 */

/**
 * The points of one grid, in the order of `TileGrid.sheet`.
 *
 * @param {import("../plane/base_plane.js").Flat} flat where the plane lies
 * @param {number} extent
 * @param {boolean} cdf
 * @param {number} cells along an axis
 * @param {[number, number][]} [ranges] the part of each axis, in screen coordinates; all of it by default
 * @returns {Float64Array} [count, J]
 */
export function gridPoints(flat, extent, cdf, cells, ranges = []) {
  const latentDim = flat.origin.length;
  const centres = gridCentres(cells, extent, cdf, ranges[0]);
  const rows = flat.directions.length > 1 ? gridCentres(cells, extent, cdf, ranges[1]).reverse() : [0];
  const zs = new Float64Array(rows.length * cells * latentDim);
  rows.forEach((z2, r) => {
    centres.forEach((z1, c) => {
      const at = (r * cells + c) * latentDim;
      liftInto(flat, [z1, z2], zs.subarray(at, at + latentDim));
    });
  });
  return zs;
}

/** What is relative to the page would be relative to the script, in a worker. @param {string} url */
function absolute(url) {
  // A page that carries its files along may lie anywhere, and knows them by name.
  return location.protocol.startsWith("http") ? new URL(url, document.baseURI).href : url;
}

/** @param {string} url of the worker */
export function createTileSource(url) {
  const worker = new Worker(url, { type: "module" });
  /** @type {Map<number, {resolve: (answer: Answer) => void, reject: (error: Error) => void}>} */
  const waiting = new Map();
  let next = 0;
  worker.onmessage = ({ data }) => {
    const promise = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.error) promise?.reject(new Error(data.error));
    else promise?.resolve(data);
  };

  /**
   * The pictures of points, one below the other.
   *
   * @param {string} url decoder @param {Float64Array} zs [count, J] @param {number} latentDim J
   * @param {boolean} urgent it goes first, and one that is asked for later makes it stale
   * @returns {Promise<{sheet: HTMLCanvasElement, height: number, width: number, count: number}>} of one picture
   */
  async function decoded(url, zs, latentDim, urgent) {
    const id = next++;
    /** @type {Promise<Answer>} */
    const answer = new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      worker.postMessage({ id, url: absolute(url), zs, latentDim, closeUp: urgent });
    });
    const { pixels, shape, count } = await answer;
    const [, height, width] = shape;
    const sheet = document.createElement("canvas");
    [sheet.width, sheet.height] = [width, height * count];
    const image = new ImageData(new Uint8ClampedArray(pixels), width, height * count);
    contextOf(sheet).putImageData(image, 0, 0);
    return { sheet, height, width, count };
  }

  return {
    decoded,

    /**
     * @param {string} url decoder
     * @param {import("../plane/base_plane.js").Flat} flat where the plane lies
     * @param {number} extent
     * @param {boolean} cdf
     * @param {number} cells along an axis
     * @param {[number, number][]} [ranges] a close-up; one that is asked for later makes it stale
     * @returns {Promise<TileGrid>}
     */
    async grid(url, flat, extent, cdf, cells, ranges) {
      const zs = gridPoints(flat, extent, cdf, cells, ranges);
      const { sheet, height, width, count } = await decoded(url, zs, flat.origin.length, ranges !== undefined);
      const xEdges = gridEdges(cells, extent, cdf, ranges?.[0]);
      const yEdges = flat.directions.length > 1 ? gridEdges(cells, extent, cdf, ranges?.[1]) : null;
      return { sheet, rows: count / cells, height, width, xEdges, yEdges };
    },
    dispose() {
      worker.terminate();
    },
  };
}

/**
 * Lays a grid on the plane. Cells that hold a whole multiple of the picture show exactly that, in their middle;
 * narrower ones (a phone, or the axis on its way) are filled and smoothed.
 *
 * @param {CanvasRenderingContext2D} context whose unit is the device pixel
 * @param {TileGrid} grid
 * @param {import("../plane/camera_math.js").Projection} plane where all of the plane lies
 * @param {number} opacity
 */
export function drawTiles(context, grid, { extent, mix, left, top, width, height }, opacity) {
  const place = (/** @type {number} */ z) => Math.min(1, Math.max(0, toScreen(z, extent, mix)));
  const xs = grid.xEdges.map((z) => Math.round(left + place(z) * width));
  const ys = grid.yEdges
    ? grid.yEdges.map((z) => Math.round(top + (1 - place(z)) * height))
    : [top + height, top];
  const { canvas } = context;
  const columns = grid.xEdges.length - 1;

  context.save();
  context.globalAlpha = opacity;
  for (let r = 0; r < grid.rows; r++) {
    const [head, foot] = [ys[grid.rows - r], ys[grid.rows - r - 1]];
    for (let c = 0; c < columns; c++) {
      const [start, end] = [xs[c], xs[c + 1]];
      const [w, h] = [end - start, foot - head];
      if (w < 1 || h < 1 || end < 0 || start > canvas.width || foot < 0 || head > canvas.height) continue;
      const from = (r * columns + c) * grid.height;
      const scale = Math.min(wholeScale(grid.width, w, 1), wholeScale(grid.height, h, 1));
      const whole = scale * grid.width <= w && scale * grid.height <= h && scale * grid.height >= 0.7 * Math.min(w, h);
      // A settled cell keeps the picture's proportions; on its way the plane is a rubber sheet.
      const fit = whole ? scale : Math.min(w / grid.width, h / grid.height);
      const [dw, dh] = whole || mix % 1 === 0 ? [fit * grid.width, fit * grid.height] : [w, h];
      context.imageSmoothingEnabled = !whole;
      context.imageSmoothingQuality = "high";
      context.drawImage(
        grid.sheet, 0, from, grid.width, grid.height,
        start + Math.floor((w - dw) / 2), head + Math.floor((h - dh) / 2), dw, dh,
      );
    }
  }
  context.restore();
}
