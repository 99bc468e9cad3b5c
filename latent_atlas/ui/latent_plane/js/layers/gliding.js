/**
 * Points on their way: from where they are shown to where they were after another epoch, or are now. The same images
 * lead, so each point glides to its own new place.
 *
 * @typedef {import("../plane/canvas.js").Encodings} Encodings
 */
import { createMotion } from "../plane/motion.js";
import { memoized } from "../util/memo.js";

/** @param {import("../plane/state.js").State} state */
export function createGliding(state) {
  const motion = createMotion();
  const firstLabels = memoized(
    (/** @type {import("../decode/safetensors.js").Labels|null} */ labels, /** @type {number} */ count) =>
      labels && labels.subarray(0, count),
  );

  return {
    /**
     * Shows these in place of the model's own points; null: the model's own again.
     *
     * @param {Omit<Encodings, "labels"|"columns">|null} next the first points of the model, as they were once
     */
    show(next) {
      const [own, shown] = [state.loaded.value?.encodings, state.model.value?.encodings];
      motion.stop();
      if (!own || !shown || (!next && !state.earlier.value)) {
        state.earlier.value = null;
        return;
      }
      const { columns } = own;
      const count = Math.min((next ?? shown).mu.length, own.mu.length);
      const to = next ?? { mu: own.mu.subarray(0, count), s: own.s, correlation: own.correlation };
      const labels = firstLabels(own.labels, count / columns);
      const from = shown.mu.slice(0, count);
      const place = (/** @type {number} */ share) => {
        if (share === 1 && !next) state.earlier.value = null;
        else state.earlier.value = { ...to, mu: share === 1 ? to.mu : between(from, to.mu, share), glide: { to: to.mu, share }, columns, labels };
      };
      place(0); // whoever reads where they are bound for need not wait for the first frame
      motion.run(place);
    },

    /**
     * The model has just been replaced by a newer one of the same images: has its points come from where they were.
     *
     * @param {Encodings} from @param {Encodings} to
     */
    arrive(from, to) {
      motion.stop();
      if (from.mu.length !== to.mu.length) return;
      state.earlier.value = { ...to, mu: from.mu, glide: { to: to.mu, share: 0 } };
      motion.run((share) => {
        state.earlier.value = share === 1 ? null : { ...to, mu: between(from.mu, to.mu, share), glide: { to: to.mu, share } };
      });
    },

    /** Forgets where they were, at once. */
    clear() {
      motion.stop();
      state.earlier.value = null;
    },
  };
}

/**
 * @param {Float32Array} from @param {Float32Array} to of the same length @param {number} share
 * @returns {Float32Array}
 */
export function between(from, to, share) {
  const found = new Float32Array(to.length);
  for (let n = 0; n < to.length; n++) found[n] = from[n] + (to[n] - from[n]) * share;
  return found;
}
