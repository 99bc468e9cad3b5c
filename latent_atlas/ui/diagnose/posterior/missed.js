/** The images whose mode the encoder misses, as far as the coarse grid tells. */
import { insideOf } from "./rings.js";
import { coarseHeights, heightOf, middleOf } from "./table.js";
import { MISSED } from "./words.js";

/** Nats that the highest cell has to be above the encoder's mean. */
const MISSED_BY = 3;

/**
 * First those that are best drawn at their mode: there one sees that it is the encoder that errs. Yields after each image.
 *
 * @param {import("../../latent_plane/js/decode/decoder.js").Decoder} decoder @param {import("./table.js").Table} table
 * @param {import("./sheet.js").Sheet} sheet
 * @returns {Generator<void, number[]>}
 */
export function* missedModes(decoder, table, sheet) {
  /** @type {{image: number, height: number}[]} */
  const missed = [];
  for (let image = 0; image < sheet.count; image++) {
    const x = sheet.pixels(image);
    const heights = coarseHeights(table, x);
    const height = heights.reduce((top, each) => Math.max(top, each));
    const by = height - heightOf(decoder, x)(...sheet.mean(image));
    if (by > MISSED_BY && reached(table, heights, height, sheet.rings(image)) < MISSED) missed.push({ image, height });
    yield;
  }
  return missed.sort((a, b) => b.height - a.height).map((each) => each.image);
}

/**
 * How much of p(z|x) lies in the outermost ring of q, roughly.
 *
 * @param {import("./table.js").Table} table @param {Float64Array} heights @param {number} top of these
 * @param {import("./found.js").Ring[]} rings
 */
function reached(table, heights, top, rings) {
  const inside = insideOf(rings[rings.length - 1]);
  let [within, all] = [0, 0];
  for (let n = 0; n < heights.length; n++) {
    const mass = Math.exp(heights[n] - top);
    all += mass;
    if (mass > 0 && inside(...middleOf(table, n))) within += mass;
  }
  return within / all;
}
