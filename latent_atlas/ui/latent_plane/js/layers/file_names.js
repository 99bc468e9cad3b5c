/**
 * What the files were called that the points are images of: fetched when somebody points at one, those of many points
 * that lie beside each other in the list together.
 */

/** The route gives no more at a time. */
const BATCH = 256;

/**
 * @param {string|null} address of the route; null where the images have no names
 * @param {(url: string, signal: AbortSignal) => Promise<string[]>} [load]
 */
export function createFileNames(address, load = fetchNames) {
  /** By the first point of each batch; null while it is on its way, and where it did not come. @type {Map<number, string[]|null>} */
  const kept = new Map();
  const off = new AbortController();

  return {
    offered: address !== null,

    /**
     * The name of one point's file, or null while it is not here; then it is asked for.
     *
     * @param {number} index @param {number} count of all points
     * @param {() => void} whenReady hears once that the names have come
     */
    get(index, count, whenReady) {
      if (address === null || index < 0) return null;
      const first = index - (index % BATCH);
      const found = kept.get(first);
      // A batch at the end of what was there is asked for again when more points have come.
      if (found === null || (found && index - first < found.length)) return found?.[index - first] ?? null;
      kept.set(first, null);
      const points = Array.from({ length: Math.min(BATCH, count - first) }, (_, k) => first + k);
      load(`${address}?points=${points.join(",")}`, off.signal).then(
        (names) => {
          kept.set(first, names);
          whenReady();
        },
        () => {}, // a name that does not come is none
      );
      return null;
    },

    dispose: () => off.abort(),
  };
}

/** @param {string} url @param {AbortSignal} signal @returns {Promise<string[]>} */
async function fetchNames(url, signal) {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}
