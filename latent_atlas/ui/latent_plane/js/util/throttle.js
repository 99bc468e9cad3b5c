/** What people read need not change with every frame. */

/**
 * Does what it is told at once, but not sooner than `ms` after the last time; of what comes in between, the latest.
 *
 * @template {any[]} A
 * @param {(...args: A) => void} act
 * @param {number} ms
 */
export function paced(act, ms) {
  /** @type {A|null} */
  let latest = null;
  let last = -Infinity;
  let timer = 0;

  function run() {
    timer = 0;
    last = performance.now();
    if (latest) act(...latest);
  }

  return {
    /** @param {A} args */
    tell(...args) {
      latest = args;
      if (timer) return;
      const wait = last + ms - performance.now();
      if (wait <= 0) run();
      else timer = window.setTimeout(run, wait);
    },
    /** Does the latest again, with what is known by now. */
    again() {
      if (!timer) run();
    },
    /** Forgets what it was told. */
    stop() {
      clearTimeout(timer);
      timer = 0;
      latest = null;
    },
  };
}
