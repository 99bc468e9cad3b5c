/**
 * The camera in the user's hands: what wheel, fingers, keys and buttons do to it.
 *
 * @typedef {import("./camera_math.js").Camera} Camera
 */
import { createMotion } from "./motion.js";
import { follow, panBy, sees, shareOf, wholePlane, zoomAt, zoomToSee } from "./camera_math.js";

/**
 * @param {import("./state.js").State} state
 * @param {() => void} onMove called when the user has moved the camera
 */
export function createCamera({ camera, axes, pin }, onMove) {
  const motion = createMotion();
  /** Where a movement of the camera will end. */
  let target = 1;

  /** @param {Camera} next @param {number} [end] */
  function set(next, end = next.zoom) {
    camera.value = next;
    target = end;
    onMove();
  }

  return {
    /** @param {number} factor @param {[number, number]} share of the field that stays where it is */
    zoomBy(factor, share) {
      const { extent, cdf } = axes.peek();
      const now = camera.peek();
      motion.stop();
      set(zoomAt(now, now.zoom * factor, share, extent, cdf));
    },

    /** @param {number} dx @param {number} dy shares of the field, as the hand moves */
    panBy(dx, dy) {
      const { extent, cdf } = axes.peek();
      motion.stop();
      set(panBy(camera.peek(), [dx, dy], extent, cdf));
    },

    /**
     * A key or a button: twice as large (1), half as large (−1), or all of it (0), about the pin when it is in sight.
     *
     * @param {number} direction
     */
    step(direction) {
      const { extent, cdf } = axes.peek();
      const now = camera.peek();
      /** @type {[number, number]} */
      const share = sees(now, pin.peek(), extent, cdf) ? shareOf(pin.peek(), now, extent, cdf) : [0.5, 0.5];
      const from = now.zoom;
      const to = zoomAt(now, direction === 0 ? 1 : target * 2 ** direction, share, extent, cdf).zoom;
      target = to; // the next press may come before the first frame
      motion.run((part) => {
        const zoom = part === 1 ? to : from * (to / from) ** part;
        set(zoomAt(camera.peek(), zoom, share, extent, cdf), to);
      });
    },

    /** Steps back until these places, on the plane or beyond its edge, are in sight. @param {number[][]} zs */
    include(zs) {
      const { extent, cdf } = axes.peek();
      const from = camera.peek().zoom;
      const to = Math.min(from, zoomToSee(zs, extent, cdf));
      motion.run((part) => set({ ...camera.peek(), zoom: part === 1 ? to : from * (to / from) ** part }, to));
    },

    /** Keeps the pin in sight. */
    follow() {
      const { extent, cdf } = axes.peek();
      const next = follow(camera.peek(), pin.peek(), extent, cdf);
      if (next !== camera.peek()) set(next);
    },

    /** @param {number} dimensions @param {Camera|null} next all of the plane when null */
    reset(dimensions, next) {
      camera.value = next ?? wholePlane(dimensions);
      target = camera.peek().zoom;
    },

    stop() {
      motion.stop();
    },
  };
}
