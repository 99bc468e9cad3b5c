/**
 * The maps that the server draws of the plane, each fetched when it is first wanted and kept.
 *
 * @typedef {"support"|"holes"|"magnification"|"classes"} Kind
 * @typedef {{values: Float32Array, classes: Uint8Array|null, levels: Float32Array|null, rows: number,
 *            columns: number, extent: number, cdf: boolean}} PlaneMap
 * `values` [rows, columns], row 0 where the second coordinate is largest; see ui/latent_plane/maps.py
 */
import { fetchSafetensors } from "./safetensors.js";

/** @param {() => void} onArrival hears of each map, and of each that will not come */
export function createMaps(onArrival) {
  /** @type {string|null} */
  let address = null;
  let extent = 0;
  /** @type {Map<string, PlaneMap|Error|null>} null on its way */
  let known = new Map();
  let off = new AbortController();

  /** @param {string} name @param {boolean} cdf */
  async function fetchMap(name, cdf) {
    const [asked, signal] = [known, off.signal];
    try {
      const { tensors } = await fetchSafetensors(`${address}/${name}.safetensors`, signal);
      const { data, shape } = /** @type {import("./safetensors.js").Tensor} */ (tensors.get("values"));
      asked.set(name, {
        values: /** @type {Float32Array} */ (data),
        classes: /** @type {Uint8Array|undefined} */ (tensors.get("classes")?.data) ?? null,
        levels: /** @type {Float32Array|undefined} */ (tensors.get("levels")?.data) ?? null,
        rows: shape[0],
        columns: shape[1],
        extent: Number(name.split("-")[2]),
        cdf,
      });
    } catch (error) {
      if (signal.aborted) return;
      asked.set(name, /** @type {Error} */ (error));
    }
    if (asked === known) onArrival();
  }

  return {
    /** @param {string|null} nextAddress null where there are none @param {number} nextExtent of the plane */
    setSource(nextAddress, nextExtent) {
      if (nextAddress === address && nextExtent === extent) return;
      [address, extent] = [nextAddress, nextExtent];
      off.abort();
      [off, known] = [new AbortController(), new Map()];
    },

    /**
     * What there is of a map; what there is not is asked for.
     *
     * @param {Kind} kind @param {boolean} cdf
     * @returns {PlaneMap|Error|null} null while it is on its way, and where there are no maps
     */
    get(kind, cdf) {
      const name = `${kind}-${cdf ? "cdf" : "z"}-${extent}`;
      if (!address) return null;
      if (!known.has(name)) {
        known.set(name, null);
        void fetchMap(name, cdf);
      }
      return known.get(name) ?? null;
    },

    dispose() {
      off.abort();
    },
  };
}
