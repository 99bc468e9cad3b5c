/**
 * The camera in the user's hands: what wheel, fingers, keys and buttons do to it.
 *
 * @typedef {import("./camera_math.js").Camera} Camera
 */
import { createMotion } from "./motion.js";
import { follow, panBy, sees, shareOf, wholePlane, zoomAt } from "./camera_math.js";

/**
 * @param {() => {extent: number, cdf: boolean}} axes as they are now
 * @param {() => void} onMove called when the camera has changed
 */
export function createEye(axes, onMove) {
  const motion = createMotion();
  let camera = wholePlane(2);
  /** Where a movement of the camera will end. */
  let target = 1;

  /** @param {Camera} next @param {number} [end] */
  function set(next, end = next.zoom) {
    camera = next;
    target = end;
    onMove();
  }

  return {
    get camera() {
      return camera;
    },

    /** @param {number} factor @param {[number, number]} share of the field that stays where it is */
    zoomBy(factor, share) {
      const { extent, cdf } = axes();
      motion.stop();
      set(zoomAt(camera, camera.zoom * factor, share, extent, cdf));
    },

    /** @param {number} dx @param {number} dy shares of the field, as the hand moves */
    panBy(dx, dy) {
      const { extent, cdf } = axes();
      motion.stop();
      set(panBy(camera, [dx, dy], extent, cdf));
    },

    /**
     * A key or a button: twice as large (1), half as large (−1), or all of it (0), about the pin when it is in sight.
     *
     * @param {number} direction @param {number[]} pin
     */
    step(direction, pin) {
      const { extent, cdf } = axes();
      const share = /** @type {[number, number]} */ (
        sees(camera, pin, extent, cdf) ? shareOf(pin, camera, extent, cdf) : [0.5, 0.5]
      );
      const from = camera.zoom;
      const to = zoomAt(camera, direction === 0 ? 1 : target * 2 ** direction, share, extent, cdf).zoom;
      target = to; // the next press may come before the first frame
      motion.run((part) => {
        const zoom = part === 1 ? to : from * (to / from) ** part;
        set(zoomAt(camera, zoom, share, extent, cdf), to);
      });
    },

    /** Keeps z in sight. @param {number[]} z */
    follow(z) {
      const { extent, cdf } = axes();
      const next = follow(camera, z, extent, cdf);
      if (next !== camera) set(next);
    },

    /** @param {number} dimensions @param {Camera|null} next all of the plane when null */
    reset(dimensions, next) {
      camera = next ?? wholePlane(dimensions);
      target = camera.zoom;
    },

    stop() {
      motion.stop();
    },
  };
}
