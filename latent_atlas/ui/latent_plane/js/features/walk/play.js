/**
 * Walks along a path from its beginning, at a speed at which the picture always changes as fast, and back if wished.
 * For people who asked for less motion it shows some frames one after the other, once.
 */

/** So much change of the picture a second, in pixel values. */
const SPEED = 8;
const [SHORTEST, LONGEST] = [1_500, 12_000];
const STILL_MS = 700;

/**
 * @param {(share: number) => void} onMove a share of the path, 0 to 1
 * @param {(playing: boolean) => void} onState
 */
export function createPlayer(onMove, onState) {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let [frame, timer] = [0, 0];
  /** Where it is, 0 there … 1 … 2 back again. */
  let at = 0;
  let playing = false;

  /** @param {boolean} next */
  function set(next) {
    if (next === playing) return;
    playing = next;
    onState(playing);
  }

  function pause() {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    set(false);
  }

  /** @param {number} count */
  function showStills(count) {
    let n = 0;
    const next = () => {
      onMove(n / (count - 1));
      n++;
      if (n < count) timer = window.setTimeout(next, STILL_MS);
      else set(false);
    };
    next();
  }

  return {
    get playing() {
      return playing;
    },

    /**
     * Goes on from where it paused.
     *
     * @param {number} length of the path, in pixel values @param {() => boolean} loops there and back, for ever
     * @param {number} stills how many frames stand for the path where there is less motion
     */
    play(length, loops, stills) {
      pause();
      set(true);
      if (still.matches) {
        showStills(stills);
        return;
      }
      const lasts = Math.min(LONGEST, Math.max(SHORTEST, (1000 * length) / SPEED));
      if (at >= 1 && !loops()) at = 0;
      let before = performance.now();
      const tick = (/** @type {number} */ now) => {
        at += Math.max(0, now - before) / lasts;
        before = now;
        const ends = at >= 1 && !loops();
        if (ends) at = 1;
        else at %= 2;
        onMove(at <= 1 ? at : 2 - at);
        if (ends) set(false);
        else frame = requestAnimationFrame(tick);
      };
      frame = requestAnimationFrame(tick);
    },

    pause,

    /** The next time it begins at the beginning. */
    rewind() {
      pause();
      at = 0;
    },
  };
}
