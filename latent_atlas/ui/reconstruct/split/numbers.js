/** The numbers of a split, fetched as they are measured. */
import { fetchSafetensors } from "../../latent_plane/js/decode/safetensors.js";

const AGAIN_MS = 350;
const UNDER_WAY = ["waiting", "running"];

/**
 * Asks for what is new until all is there, and tells each time.
 *
 * @param {string} address @param {number} models @param {AbortSignal} signal
 * @param {(shown: import("./brush.js").Shown) => void} tell
 */
export async function followed(address, models, signal, tell) {
  const costs = Array.from({ length: models }, () => new Float32Array(0));
  let places = new Float32Array(0);
  /** @type {Uint16Array|null} */
  let labels = null;
  for (;;) {
    const have = costs.map(({ length }) => length).join(",");
    const { tensors, metadata } = await fetchSafetensors(new URL(`${address}?have=${have}`, document.baseURI).href, signal);
    const { states, images } = /** @type {{states: string[], images: number}} */ (/** @type {unknown} */ (metadata));
    if (!states.length) return; // the server was started anew, and draws the page again
    for (let n = 0; n < models; n++) costs[n] = joined(costs[n], Float32Array, tensors.get(`cost${n}`)?.data);
    places = joined(places, Float32Array, tensors.get("places")?.data);
    const more = tensors.get("labels")?.data;
    if (more) labels = joined(labels ?? new Uint16Array(0), Uint16Array, more);
    const done = !states.some((state) => UNDER_WAY.includes(state));
    const count = Math.min(...costs.map(({ length }) => length));
    tell({ costs: [...costs], places, labels, count, images, done });
    if (done) return;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    signal.throwIfAborted();
  }
}

/**
 * @template {Float32Array|Uint16Array} Kind
 * @param {Kind} before @param {new (length: number) => Kind} Type @param {ArrayLike<number>} [more]
 * @returns {Kind}
 */
function joined(before, Type, more) {
  if (!more?.length) return before;
  const all = new Type(before.length + more.length);
  all.set(before);
  all.set(more, before.length);
  return all;
}
