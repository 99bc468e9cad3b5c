/**
 * What is made of files by address, of which some are kept: each is fetched when somebody wants it, once.
 */

/** Decoders of the shipped networks are some 2 MB each; the slider of a run has up to 16 stops. */
const MOST_KEPT = 20;

/**
 * @template T
 * @param {(url: string, signal: AbortSignal) => Promise<T>} load
 * @param {number} [mostKept]
 */
export function createFileCache(load, mostKept = MOST_KEPT) {
  /** Least recently used first. @type {Map<string, {coming: Promise<T>, here: T|null}>} */
  const kept = new Map();
  let off = new AbortController();

  /** @param {string} url */
  function entry(url) {
    let found = kept.get(url);
    if (!found) {
      const made = { coming: load(url, off.signal), here: /** @type {T|null} */ (null) };
      // One that did not come is asked for again by whoever wants it next.
      made.coming.then((content) => (made.here = content), () => kept.get(url) === made && kept.delete(url));
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
    /** @param {string} url @returns {T|null} null while it is not here */
    here: (url) => kept.get(url)?.here ?? null,
    /** @param {string} url @returns {Promise<T>} fails with the server's sentence */
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
