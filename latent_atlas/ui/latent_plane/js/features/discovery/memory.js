/**
 * How far somebody has come in the guided discovery, kept in the browser. Where it may keep nothing, as in some private
 * windows, every visit is the first.
 *
 * @typedef {{id: string, at: number|null}} Kept of the tour with this id; `at` is null when it is over
 */
const [PLACE, START] = ["latent-atlas-tour", "latent-atlas-tour-start"];

/** @param {() => Pick<Storage, "getItem"|"setItem">} [storage] which may throw */
export function createMemory(storage = () => window.localStorage) {
  /** @param {string} key */
  function read(key) {
    try {
      return storage().getItem(key);
    } catch {
      return null;
    }
  }

  /** @param {string} key @param {string} value */
  function write(key, value) {
    try {
      storage().setItem(key, value);
    } catch {
      // It is full, or there is none.
    }
  }

  return {
    /** @param {Kept} kept */
    keep: (kept) => write(PLACE, JSON.stringify(kept)),

    /** @param {string} id @returns {Kept|null} null of a tour that is new here */
    recall(id) {
      try {
        const kept = JSON.parse(read(PLACE) ?? "null");
        const known = kept?.id === id && (kept.at === null || (Number.isInteger(kept.at) && kept.at >= 0 && kept.at < 99));
        return known ? { id, at: kept.at } : null;
      } catch {
        return null;
      }
    },

    /** The last of the starts that an address has asked for. */
    answered: () => read(START),
    /** @param {string} start */
    answer: (start) => write(START, start),
  };
}
