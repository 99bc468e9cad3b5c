/** Short movements of the plane: one at a time, none for people who asked for less motion. */

const MOTION_MS = 180;

export function createMotion() {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let frame = 0;

  return {
    /** @param {(share: number) => void} onFrame hears shares that rise to exactly 1 */
    run(onFrame) {
      cancelAnimationFrame(frame);
      if (still.matches) {
        onFrame(1);
        return;
      }
      const began = performance.now();
      const tick = (/** @type {number} */ now) => {
        const share = Math.min(1, Math.max(0, (now - began) / MOTION_MS));
        if (share < 1) frame = requestAnimationFrame(tick);
        // Ease in and out, and land exactly.
        onFrame(share === 1 ? 1 : share * share * (3 - 2 * share));
      };
      frame = requestAnimationFrame(tick);
    },
    stop() {
      cancelAnimationFrame(frame);
    },
  };
}
