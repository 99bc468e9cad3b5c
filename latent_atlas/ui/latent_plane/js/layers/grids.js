/**
 * Which grids of pictures the plane has and still needs: one of the whole plane for each axis, and, while it is
 * magnified, one close-up of what is in sight.
 *
 * @typedef {import("./tiles.js").TileGrid} TileGrid
 * @typedef {{linear: TileGrid|null, cdf: TileGrid|null, close: CloseUp|null}} Grids
 * @typedef {{grid: TileGrid, cdf: boolean, ranges: [number, number][]}} CloseUp
 * @typedef {{decoder: string, flat: import("../plane/base_plane.js").Flat, extent: number, cells: number}} Source
 */
import { STALE, createTileSource } from "./tiles.js";
import { inSight } from "../plane/camera_math.js";
import { signal } from "../util/signals.js";

/** @type {Grids} */
const NONE = { linear: null, cdf: null, close: null };

/** A moving plane needs no close-up yet. */
const REST_MS = 120;

/**
 * @param {HTMLElement} root tells which grids there are, in `data-grids`
 * @param {(error: Error) => void} onError
 */
export function createGrids(root, onError) {
  /** @type {ReturnType<typeof createTileSource>|null} */
  let tiles = null;
  /** @type {Source|null} */
  let source = null;
  const grids = signal(NONE);
  const asked = new Set();
  /** What they are pictures of: a model with other weights, or points, lies in the same place. */
  let of = /** @type {import("../plane/base_plane.js").Place|null} */ (null);
  let wanted = "";
  let timer = 0;

  /** @param {string} workerUrl @param {boolean} cdf @param {[number, number][]} [ranges] */
  async function ask(workerUrl, cdf, ranges) {
    tiles ??= createTileSource(workerUrl);
    const from = /** @type {Source} */ (source);
    try {
      const grid = await tiles.grid(from.decoder, from.flat, from.extent, cdf, from.cells, ranges);
      if (source !== from) return;
      const now = grids.peek();
      grids.value = ranges ? { ...now, close: { grid, cdf, ranges } } : { ...now, [cdf ? "cdf" : "linear"]: grid };
      root.dataset.grids = Object.entries(grids.peek()).flatMap(([key, value]) => (value ? [key] : [])).join(" ");
    } catch (error) {
      if (/** @type {Error} */ (error).message !== STALE) onError(/** @type {Error} */ (error));
    }
  }

  return {
    /** Those that are there. */
    get grids() {
      return grids.value;
    },

    /**
     * With another model all grids are gone; with other weights of it, each is as its new one comes.
     *
     * @param {import("../plane/model.js").Model} model @param {string} decoder
     */
    setSource(model, decoder) {
      const { extent, cells, place } = model;
      const { origin, directions } = place.flat ?? { origin: [], directions: [] };
      const next = { decoder, flat: { origin, directions }, extent, cells };
      if (source && JSON.stringify(source) === JSON.stringify(next)) return;
      const weights = source !== null && place === of;
      [source, of] = [next, place];
      if (!weights) grids.value = NONE;
      asked.clear();
      wanted = "";
      delete root.dataset.grids;
    },

    /**
     * Asks for what is missing, the grid on show first.
     *
     * @param {string} workerUrl
     * @param {boolean} cdf
     * @param {import("../plane/camera_math.js").Camera} camera
     */
    want(workerUrl, cdf, camera) {
      const { flat, extent } = /** @type {Source} */ (source);
      if (flat.origin.length === 0) return; // a sheet has no z but at its points
      for (const other of [cdf, !cdf]) {
        if (asked.has(other)) continue;
        asked.add(other);
        void ask(workerUrl, other);
      }
      const ranges = camera.zoom > 1 ? flat.directions.map((_, k) => inSight(camera, k, extent, cdf ? 1 : 0)) : null;
      const key = ranges ? JSON.stringify([cdf, ranges]) : "";
      if (key === wanted) return;
      wanted = key;
      clearTimeout(timer);
      if (ranges) timer = window.setTimeout(() => void ask(workerUrl, cdf, ranges), REST_MS);
    },

    dispose() {
      clearTimeout(timer);
      tiles?.dispose();
    },
  };
}

/**
 * Whether a close-up shows all that is in sight.
 *
 * @param {CloseUp} close @param {boolean} cdf @param {[number, number][]} ranges
 */
export function covers(close, cdf, ranges) {
  return (
    close.cdf === cdf &&
    ranges.every(([low, high], k) => close.ranges[k][0] <= low + 1e-9 && close.ranges[k][1] >= high - 1e-9)
  );
}
