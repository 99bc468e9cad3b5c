/**
 * What backs a frame of a path: how many images lie near it, where the plane is all of the space, else its support, as
 * images near on a plane may be far off in what it does not show.
 */
import { countWithin, sortIntoCells } from "../selection/neighbours.js";
import { grouped } from "../../plane/words.js";
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
  /** @param {import("../../plane/model.js").Model} model */
  const isFlat = ({ latentDim, axes }) => latentDim > axes.length;

  return {
    /**
     * @param {import("../../plane/model.js").Model} model
     * @returns {number|null} within what distance images are counted; null where they are not
     */
    radius: (model) => (isFlat(model) ? null : radiusOf(model.encodings)),

    /**
     * @param {import("../../plane/model.js").Model} model @param {number[]} z shown coordinates
     * @returns {{told: string, spoken: string, low: boolean}} in a number, in words; `low`: do not trust it
     */
    at(model, z) {
      const support = trust.support(z);
      const [encodings, radius] = [model.encodings, this.radius(model)];
      if (encodings && radius) {
        const count = countWithin(cellsOf(encodings.mu, encodings.columns), z, radius);
        const spoken = `${grouped(count)} ${count === 1 ? "image" : "images"} near`;
        // Without the server there is no other evidence.
        return { told: grouped(count), spoken, low: support ? support.bars === 0 : count === 0 };
      }
      if (!support) return { told: "", spoken: "", low: false };
      return { told: `${support.percent} %`, spoken: support.words.toLowerCase(), low: support.bars === 0 };
    },
  };
}
