/**
 * Where every dot stands, in shares of the whole plane.
 *
 * @typedef {import("./dots.js").Places} Places
 * @typedef {import("../plane/canvas.js").Encodings} Encodings
 * @typedef {import("../plane/canvas.js").Scene} Scene
 */
import { toScreen } from "../plane/axes.js";

/**
 * A strip spreads its dots by class rows, so that they do not hide each other; within a row they are spread by their
 * number in a low-discrepancy order, which looks even and never changes.
 *
 * @param {Encodings} encodings @param {number} extent @param {number} mix
 * @param {number|null} rows of a strip, one a class; null in a plane
 * @param {number} foot the lower part of a strip that its rows leave free
 * @returns {Places}
 */
export function place({ mu, columns, labels }, extent, mix, rows, foot) {
  const count = mu.length / columns;
  const xs = new Float32Array(count);
  const ys = new Float32Array(count);
  for (let n = 0; n < count; n++) {
    xs[n] = toScreen(mu[n * columns], extent, mix);
    ys[n] =
      rows === null
        ? 1 - toScreen(mu[n * columns + 1], extent, mix)
        : rowOf(labels ? labels[n] : 0, rows, foot, ((n * 0.618034) % 1) * 0.72 - 0.36);
  }
  return { xs, ys };
}

/** @param {Places} from @param {Places} to @param {number} mix @returns {Places} */
export function mixed(from, to, mix) {
  return {
    xs: from.xs.map((x, n) => x + mix * (to.xs[n] - x)),
    ys: from.ys.map((y, n) => y + mix * (to.ys[n] - y)),
  };
}

/** @param {number} label @param {number} rows @param {number} foot @param {number} offset in rows */
export function rowOf(label, rows, foot, offset) {
  return ((label + 0.5 + offset) / Math.max(1, rows)) * (1 - foot);
}

/**
 * The lower edge of a strip belongs to the tick labels and, under "both", to the row of pictures.
 *
 * @param {Scene} scene @param {import("../plane/frame.js").Area} area @returns {number} its share
 */
export function footOf({ layers, cells }, { width, height, ratio }) {
  return (22 * ratio + (layers === "both" ? width / cells + 4 * ratio : 0)) / height;
}
