/** How many images lie near a frame of a path, and whether that is enough to believe it. */
import { countWithin, sortIntoCells } from "../selection/neighbours.js";
import { memoized } from "../../util/memo.js";

/**
 * How far the draws from a posterior are from its mean, as root mean square over all of them: √(mean Σ s²). An
 * encoding this near may well have been meant by the same z (`SupportMeter.radius` in vae_core).
 *
 * @param {import("../../plane/canvas.js").Encodings|null} encodings
 * @returns {number|null}
 */
export function posteriorRadius(encodings) {
  if (!encodings?.s) return null;
  let sum = 0;
  for (const s of encodings.s) sum += s * s;
  return Math.sqrt(sum / (encodings.s.length / encodings.columns));
}

/** @param {import("../../plane/feature.js").Plane["trust"]} trust */
export function createNearCounts(trust) {
  const cellsOf = memoized(sortIntoCells);
  const radiusOf = memoized(posteriorRadius);

  return {
    /** @param {import("../../plane/model.js").Model} model @returns {number|null} null where there are no images */
    radius: ({ encodings }) => radiusOf(encodings),

    /**
     * @param {import("../../plane/model.js").Model} model @param {number[]} z shown coordinates
     * @returns {{count: number|null, low: boolean}} `low`: hardly any image is near
     */
    at({ encodings }, z) {
      const radius = radiusOf(encodings);
      const count = encodings && radius ? countWithin(cellsOf(encodings.mu, encodings.columns), z, radius) : null;
      return { count, low: count === 0 || trust.backing(z) === "unsupported" };
    },
  };
}
