/**
 * Decoders by address, of which some are kept: each is fetched when somebody wants it, once.
 *
 * @typedef {import("./decoder.js").Decoder} Decoder
 */
import { buildDecoder } from "./decoder.js";
import { fetchSafetensors } from "./safetensors.js";

/** With the shipped networks some 2 MB each. */
const MOST_KEPT = 12;

/** @param {number} [mostKept] @param {(url: string, signal: AbortSignal) => Promise<Decoder>} [load] */
export function createDecoders(mostKept = MOST_KEPT, load = fetchDecoder) {
  /** Least recently used first. @type {Map<string, {coming: Promise<Decoder>, decoder: Decoder|null}>} */
  const kept = new Map();
  let off = new AbortController();

  /** @param {string} url */
  function entry(url) {
    let found = kept.get(url);
    if (!found) {
      const made = { coming: load(url, off.signal), decoder: /** @type {Decoder|null} */ (null) };
      // One that did not come is asked for again by whoever wants it next.
      made.coming.then((decoder) => (made.decoder = decoder), () => kept.get(url) === made && kept.delete(url));
      found = made;
    }
    kept.delete(url);
    kept.set(url, found);
    for (const oldest of kept.keys()) {
      if (kept.size <= mostKept) break;
      kept.delete(oldest);
    }
    return found;
  }

  return {
    /** @param {string} url @returns {Decoder|null} null while it is not here */
    here: (url) => kept.get(url)?.decoder ?? null,
    /** @param {string} url @returns {Promise<Decoder>} fails with the server's sentence */
    get: (url) => entry(url).coming,
    /** Has it come in its own time. @param {string} url */
    want: (url) => void entry(url),
    clear() {
      off.abort();
      off = new AbortController();
      kept.clear();
    },
  };
}

/** @param {string} url @param {AbortSignal} signal */
async function fetchDecoder(url, signal) {
  return buildDecoder(await fetchSafetensors(url, signal));
}
