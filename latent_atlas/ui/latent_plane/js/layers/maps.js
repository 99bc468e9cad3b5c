/**
 * The maps that the server draws of the plane, each fetched when it is first wanted and kept.
 *
 * @typedef {"support"|"holes"|"magnification"|"classes"|"judged"} Kind
 * @typedef {{values: Float32Array, classes: Uint8Array|null, levels: Float32Array|null, rows: number,
 *            columns: number, extent: number, cdf: boolean, scale: SupportLevel[], note: string}} PlaneMap
 * `values` [rows, columns], row 0 where the second coordinate is largest; see latent_atlas/ui/latent_plane/maps.py
 * @typedef {{percent: number, words: string, advice: string}} SupportLevel see vae_core/latent/support_levels.py
 */
import { baseText } from "../plane/base_plane.js";
import { fetchSafetensors } from "../decode/safetensors.js";
import { signal } from "../util/signals.js";

export function createMaps() {
  /** @type {string|null} */
  let address = null;
  let extent = 0;
  /** @type {Map<string, PlaneMap|Error|null>} null on its way */
  let known = new Map();
  let off = new AbortController();
  /** Where all stays that the plane does not show, as part of an address; null while that changes. @type {string|null} */
  let base = "";
  /** Counts what has changed of all this. */
  const turn = signal(0);
  /** What the server says while it draws one that takes long. */
  const waiting = signal("");
  /** Of which classes a map of them is, as part of an address. */
  let labels = "";
  const changed = () => void (turn.value = turn.peek() + 1);

  /** @param {string} name @param {boolean} cdf @param {string} query */
  async function fetchMap(name, cdf, query) {
    const [asked, signal] = [known, off.signal];
    try {
      const { tensors, metadata } = await fetchSafetensors(`${address}/${name}.safetensors${query}`, signal, (words) => (waiting.value = words));
      const { data, shape } = /** @type {import("../decode/safetensors.js").Tensor} */ (tensors.get("values"));
      asked.set(name + query, {
        values: /** @type {Float32Array} */ (data),
        classes: /** @type {Uint8Array|undefined} */ (tensors.get("classes")?.data) ?? null,
        levels: /** @type {Float32Array|undefined} */ (tensors.get("levels")?.data) ?? null,
        rows: shape[0],
        columns: shape[1],
        extent: Number(name.split("-")[2]),
        cdf,
        scale: metadata.scale ?? [],
        note: metadata.note ?? "",
      });
    } catch (error) {
      if (signal.aborted) return;
      asked.set(name + query, /** @type {Error} */ (error));
    }
    if (asked !== known) return;
    waiting.value = "";
    changed();
  }

  return {
    /** @param {string|null} nextAddress null where there are none @param {number} nextExtent of the plane */
    setSource(nextAddress, nextExtent) {
      if (nextAddress === address && nextExtent === extent) return;
      [address, extent] = [nextAddress, nextExtent];
      off.abort();
      [off, known] = [new AbortController(), new Map()];
      changed();
    },

    /** @param {number[]|null|undefined} next z; null for the usual one, undefined while it changes */
    setBase(next) {
      const query = next === undefined ? null : next ? `?base=${baseText(next)}` : "";
      if (query === base) return;
      base = query;
      // Those of other bases are not kept: there could be any number.
      for (const name of known.keys()) if (base !== null && name.includes("?base") && !name.endsWith(base)) known.delete(name);
      changed();
    },

    /** @param {number} column of labels, whose classes a map of them shows */
    setColumn(column) {
      const query = column > 0 ? `?labels=${column}` : "";
      if (query === labels) return;
      labels = query;
      changed();
    },

    /**
     * What there is of a map; what there is not is asked for.
     *
     * @param {Kind} kind @param {boolean} cdf @param {string} [judge] whose regions it shows, as part of an address
     * @returns {PlaneMap|Error|null} null while it is on its way, and where there are no maps
     */
    get(kind, cdf, judge = "") {
      void turn.value; // read, so that whoever asks hears when it has come
      const name = `${kind}-${cdf ? "cdf" : "z"}-${extent}`;
      // The others average over it.
      const query = kind === "support" || kind === "magnification" ? base : kind === "classes" ? labels : judge;
      if (!address || query === null) return null;
      if (!known.has(name + query)) {
        known.set(name + query, null);
        void fetchMap(name, cdf, query);
      }
      return known.get(name + query) ?? null;
    },

    get waiting() {
      return waiting.value;
    },

    dispose() {
      off.abort();
    },
  };
}
