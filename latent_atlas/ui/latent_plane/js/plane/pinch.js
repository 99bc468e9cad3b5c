/**
 * Two fingers on the field: how far apart they are magnifies, where their middle goes shifts.
 *
 * @typedef {import("./pointer.js").Share} Share
 */

/** @param {Pick<import("./pointer.js").Listener, "zoom"|"pan"|"leave">} listener */
export function trackFingers(listener) {
  /** @type {Map<number, Share>} */
  const fingers = new Map();
  /** From the second finger until the last one lifts; what remains of a pinch moves no z and pins nothing. */
  let pinching = false;

  const span = () => {
    const [a, b] = [...fingers.values()];
    const middle = /** @type {Share} */ ([(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]);
    return { middle, apart: Math.max(0.01, Math.hypot(a[0] - b[0], a[1] - b[1])) };
  };

  return {
    /** @param {PointerEvent} event @param {Share} at @returns {boolean} whether this is a pinch */
    down(event, at) {
      if (event.pointerType !== "touch") return false;
      fingers.set(event.pointerId, at);
      if (fingers.size > 1 && !pinching) {
        pinching = true;
        listener.leave();
      }
      return pinching;
    },

    /** @param {PointerEvent} event @param {Share} at @returns {boolean} */
    move(event, at) {
      if (!pinching || !fingers.has(event.pointerId)) return pinching;
      if (fingers.size !== 2) {
        fingers.set(event.pointerId, at);
        return true;
      }
      const before = span();
      fingers.set(event.pointerId, at);
      const after = span();
      listener.pan(after.middle[0] - before.middle[0], after.middle[1] - before.middle[1]);
      listener.zoom(after.apart / before.apart, after.middle);
      return true;
    },

    /** @param {PointerEvent} event @returns {boolean} */
    up(event) {
      const was = pinching;
      fingers.delete(event.pointerId);
      if (fingers.size === 0) pinching = false;
      return was;
    },
  };
}
