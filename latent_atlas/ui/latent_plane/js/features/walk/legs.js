/**
 * The legs of a path, measured once each: whoever adds a stop waits for the new leg only. Geodesics come from the
 * server, one after the other; until they are here the page walks straight.
 *
 * @typedef {import("./ways.js").Measured} Measured
 * @typedef {import("./ways.js").Way} Way
 * @typedef {{decode: (z: number[]) => Float32Array, search: ((a: number[], b: number[]) => string)|null,
 *            key: string}} Source
 * `search`: the address of a geodesic, null where nobody searches; `key` tells what is decoded from all else
 */
import { line, measure, slerp } from "./ways.js";

/** Of a leg on the screen nobody sees more. */
const STEPS = 64;
const MOST_KEPT = 256;

/** @param {() => void} onLeg called when another one is known */
export function createLegs(onLeg) {
  /** @type {Source|null} */
  let source = null;
  /** @type {Map<string, Measured|Error|null>} null: on its way */
  const legs = new Map();
  // Decoding goes on while the server searches; neither is done twice at a time.
  let [measuring, searching] = [Promise.resolve(), Promise.resolve()];

  /** @param {string} key @param {() => number[][]} path @param {Source} of */
  function enqueue(key, path, of) {
    measuring = measuring.then(async () => {
      if (source !== of) return;
      const found = await measure(path(), of.decode, () => source === of);
      if (found) settle(key, found);
    });
  }

  /** @param {string} key @param {string} url @param {Source} of */
  function search(key, url, of) {
    searching = searching.then(async () => {
      if (source !== of) return;
      try {
        const answer = await fetch(url);
        if (!answer.ok) throw new Error(await answer.text());
        const { path } = await answer.json();
        enqueue(key, () => halved(path), of);
      } catch (error) {
        if (source === of) settle(key, /** @type {Error} */ (error));
      }
    });
  }

  /** @param {string} key @param {Measured|Error} found */
  function settle(key, found) {
    legs.set(key, found);
    for (const first of legs.keys()) {
      if (legs.size <= MOST_KEPT) break;
      legs.delete(first);
    }
    onLeg();
  }

  return {
    /** @param {Source} next */
    setSource(next) {
      if (next.key === source?.key) return;
      source = next;
      legs.clear();
    },

    /**
     * @param {Way} way @param {number[]} a @param {number[]} b
     * @returns {Measured|Error|null} null while it is on its way; an error in a sentence
     */
    get(way, a, b) {
      const of = source;
      const key = [way, ...a, ...b].join();
      const known = legs.get(key);
      if (known !== undefined || !of) return known ?? null;
      const url = way === "geodesic" ? of.search?.(a, b) : null;
      if (way === "geodesic" && !url) return new Error("No server searches for geodesics here.");
      legs.set(key, null);
      if (url) search(key, url, of);
      else enqueue(key, () => (way === "slerp" ? slerp : line)(a, b, STEPS), of);
      return null;
    },

    stop() {
      source = null;
    },
  };
}

/** A path with the middle of each of its steps added. @param {number[][]} path @returns {number[][]} */
function halved(path) {
  return path.flatMap((z, n) => (n === 0 ? [z] : [z.map((x, k) => (x + path[n - 1][k]) / 2), z]));
}
