/**
 * Where labels stand among points that rest, or that glide, or on the way from z to Φ(z).
 *
 * @typedef {import("../plane/canvas.js").Encodings} Encodings
 * @typedef {import("../plane/canvas.js").Scene} Scene
 * @typedef {import("./glyphs.js").LabelPoint} LabelPoint
 */
import { fromScreen } from "../plane/axes.js";
import { memoized } from "../util/memo.js";
import { isMajority, labelPlaces } from "./label_places.js";
import { place } from "./places.js";

/** To look for places takes tenths of a second, and people go to and fro between epochs, axes and planes. */
const KEPT = 8;

export function createLabels() {
  const [atZ, atPhi] = [memoized(place, KEPT), memoized(place, KEPT)];
  const [labelsAtZ, labelsAtPhi] = [memoized(labelPlaces, KEPT), memoized(labelPlaces, KEPT)];
  const arrived = memoized((/** @type {Float32Array} */ mu, /** @type {number} */ columns, /** @type {Encodings["labels"]} */ labels) => ({
    mu, columns, labels, s: null, correlation: null,
  }), KEPT);
  /** Where they stood when the points set out, and where they stand now. */
  const way = { to: /** @type {Float32Array|null} */ (null), from: /** @type {(LabelPoint|null)[]} */ ([]), now: /** @type {(LabelPoint|null)[]} */ ([]) };

  /**
   * @param {Scene} scene @param {Encodings} encodings that rest @param {number|null} rows of a strip
   * @param {number} foot of a strip
   * @returns {(LabelPoint|null)[]} one a class
   */
  function resting({ extent, mix, glyphs, passing }, encodings, rows, foot) {
    const labels = /** @type {import("../decode/safetensors.js").Labels} */ (encodings.labels);
    const classes = glyphs.length;
    const from = mix < 1 ? labelsAtZ(atZ(encodings, extent, 0, rows, foot), labels, classes, passing) : null;
    const to = mix > 0 ? labelsAtPhi(atPhi(encodings, extent, 1, rows, foot), labels, classes, passing) : from;
    return Array.from({ length: classes }, (_, label) => {
      const [a, b] = [from?.[label] ?? to?.[label], to?.[label] ?? from?.[label]];
      if (!a || !b) return null;
      const start = [a.x, 1 - a.y].map((share) => fromScreen(share, extent, mix === 1));
      const end = [b.x, 1 - b.y].map((share) => fromScreen(share, extent, mix > 0));
      return between({ z: start, faint: !isMajority(a) }, { z: end, faint: !isMajority(b) }, mix);
    });
  }

  /**
   * While points glide, their labels go straight to where they will stand: to look for places in every frame would
   * take longer than all else that is drawn.
   *
   * @param {Scene} scene with encodings that have labels @param {number|null} rows of a strip @param {number} foot of a strip
   * @returns {(LabelPoint|null)[]} one a class; null for one without a dot on the plane
   */
  return (scene, rows, foot) => {
    const { mu, columns, labels, glide = { to: mu, share: 1 } } = /** @type {Encodings} */ (scene.encodings);
    if (way.to !== glide.to) [way.to, way.from] = [glide.to, way.now];
    const ends = resting(scene, arrived(glide.to, columns, labels), rows, foot);
    way.now = ends.map((end, label) => end && between(way.from[label] ?? end, end, glide.share));
    return way.now;
  };
}

/** @param {LabelPoint} from @param {LabelPoint} to @param {number} share @returns {LabelPoint} */
function between(from, to, share) {
  return { z: from.z.map((v, k) => v + share * (to.z[k] - v)), faint: (share < 0.5 ? from : to).faint };
}
