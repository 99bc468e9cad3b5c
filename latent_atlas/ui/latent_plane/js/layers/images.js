/**
 * The real images behind the points: fetched when somebody wants to see them, a batch at a time, and kept for a
 * while. Nothing waits for them: who asks gets what is there, and hears when more has come.
 *
 * @typedef {{offered: boolean,
 *            get: (index: number, whenReady?: () => void) => Uint8Array|null,
 *            lost: (index: number) => boolean,
 *            want: (indices: Iterable<number>, whenReady: () => void) => boolean,
 *            fetchAhead: (count: number, size: number) => void,
 *            dispose: () => void}} Images
 */

/** The route gives no more at a time, by their numbers, and of those that follow each other. */
const [BATCH, RUN] = [256, 1_024];
/** With 28 × 28 pixels 3 MB; a screen full of thumbnails is a few hundred. */
const MOST_KEPT = 4_096;
/** Of a dataset that needs no more than this, all images are fetched while nobody asks for any. */
const MOST_AHEAD = 16 * 2 ** 20;
/** What has waited behind this many others belongs to a view that is gone. */
const MOST_WAITING = 2 * BATCH;

/**
 * @param {string|null} address of the route; null where there is none, and so no images (`offered` says it)
 * @param {number} [mostKept]
 * @returns {Images}
 */
export function createImages(address, mostKept = MOST_KEPT) {
  /** Least recently used first. @type {Map<number, Uint8Array>} */
  const kept = new Map();
  /** Asked for but not yet sent off, oldest first, and who wants to hear of it. @type {Map<number, Set<() => void>>} */
  const waiting = new Map();
  /** @type {Map<number, Set<() => void>>} */
  const underWay = new Map();
  const refused = new Set();
  const off = new AbortController();
  let busy = false;
  let timer = 0;
  /** Fetched ahead: from which index on, and up to which. */
  let [ahead, points] = [0, 0];

  /** @param {number} index @param {(() => void)|undefined} whenReady */
  function ask(index, whenReady) {
    if (!address || refused.has(index)) return;
    const listeners = underWay.get(index) ?? waiting.get(index) ?? new Set();
    if (whenReady) listeners.add(whenReady);
    if (underWay.has(index)) return;
    waiting.delete(index);
    waiting.set(index, listeners);
    if (waiting.size > MOST_WAITING) waiting.delete(/** @type {number} */ (waiting.keys().next().value));
    // Everything that is asked for in one go travels together.
    if (!busy) timer ||= setTimeout(fetchSome, 0);
  }

  function fetchSome() {
    timer = 0;
    if (waiting.size === 0 || off.signal.aborted) return;
    // The latest first: they are what is being looked at.
    const batch = [...waiting.keys()].slice(-BATCH);
    for (const index of batch) {
      underWay.set(index, /** @type {Set<() => void>} */ (waiting.get(index)));
      waiting.delete(index);
    }
    void bring(batch, batch.join(","));
  }

  /** @param {number[]} batch whose pictures are under way from now on @param {string} asked how the route is told */
  async function bring(batch, asked) {
    busy = true;
    try {
      const response = await fetch(`${address}?points=${asked}`, { signal: off.signal });
      if (!response.ok) throw new Error(await response.text());
      keep(batch, new Uint8Array(await response.arrayBuffer()));
    } catch {
      // A picture that does not come leaves a dot where it is; asking again at every frame would help nobody.
      if (!off.signal.aborted) batch.forEach((index) => underWay.get(index)?.size && refused.add(index));
      points = 0; // nothing more ahead of being asked for
    }
    busy = false;
    const heard = new Set(batch.flatMap((index) => [...(underWay.get(index) ?? [])]));
    batch.forEach((index) => underWay.delete(index));
    if (off.signal.aborted) return;
    for (const listener of heard) listener();
    if (waiting.size) timer ||= setTimeout(fetchSome, 0);
    else goAhead();
  }

  /** Fetches some that nobody has asked for, when the page has nothing else to do. */
  function goAhead() {
    if (ahead >= points) return;
    const whenIdle = window.requestIdleCallback ?? ((run) => setTimeout(run, 200));
    whenIdle(() => {
      // Whoever is busy comes back here.
      if (off.signal.aborted || busy || waiting.size || ahead >= points || !navigator.onLine) return;
      const batch = Array.from({ length: Math.min(points - ahead, RUN) }, (_, n) => ahead + n);
      ahead += batch.length;
      for (const index of batch) underWay.set(index, new Set());
      void bring(batch, `${batch[0]}-${batch[batch.length - 1]}`);
    });
  }

  /** @param {number[]} batch @param {Uint8Array} bytes */
  function keep(batch, bytes) {
    const size = bytes.length / batch.length;
    batch.forEach((index, n) => kept.set(index, bytes.slice(n * size, (n + 1) * size)));
    for (const index of kept.keys()) {
      if (kept.size <= mostKept) break;
      kept.delete(index);
    }
  }

  return {
    offered: address !== null,

    /**
     * The pixels of one point, uint8 [C · H · W], or null while they are not here; then they are asked for.
     *
     * @param {number} index @param {() => void} [whenReady] hears once that the request has ended
     */
    get(index, whenReady) {
      const found = kept.get(index);
      if (!found) {
        ask(index, whenReady);
        return null;
      }
      kept.delete(index);
      kept.set(index, found);
      return found;
    },

    /** Whether it was asked for and did not come. @param {number} index */
    lost: (index) => refused.has(index),

    /**
     * Sees to it that these come.
     *
     * @param {Iterable<number>} indices
     * @param {() => void} whenReady hears each time that some of them have come
     * @returns {boolean} whether all are here already
     */
    want(indices, whenReady) {
      let here = true;
      for (const index of indices) {
        if (kept.has(index)) continue;
        here = false;
        ask(index, whenReady);
      }
      return here;
    },

    /**
     * Sees to it that all images come, as far as there is room for all: then the pointer never waits for one.
     *
     * @param {number} count of the points @param {number} size of an image, bytes
     */
    fetchAhead(count, size) {
      const { connection } = /** @type {Navigator & {connection?: {saveData?: boolean}}} */ (navigator);
      const saves = connection?.saveData === true;
      if (!address || saves || count * size > MOST_AHEAD || points === count) return;
      mostKept = Math.max(mostKept, count);
      points = count;
      goAhead();
    },

    dispose() {
      clearTimeout(timer);
      off.abort();
    },
  };
}
