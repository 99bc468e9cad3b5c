/** Everything that the plane says: numbers with a true minus sign, the readout, the sentences. */

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

/** @param {number} value @param {number} digits @returns {string} */
export function number(value, digits) {
  const text = value.toFixed(digits);
  // "-0.000" is zero; a hyphen is not a minus.
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
}

/** @param {number} count @returns {string} 12000 → "12,000" */
export function grouped(count) {
  return count.toLocaleString("en-US");
}

/**
 * A number and its thing: 1 image, 2,000 images.
 *
 * @param {number} count
 * @param {string} thing one of them
 * @param {string} [plural] several, where an s does not make them
 */
export function counted(count, thing, plural = `${thing}s`) {
  return `${grouped(count)} ${count === 1 ? thing : plural}`;
}

/** @param {number} axis 0-based @returns {string} 0 → "z₁" */
export function axisName(axis) {
  return `z${[...String(axis + 1)].map((digit) => SUBSCRIPTS[Number(digit)]).join("")}`;
}

/**
 * The readout at the lower left, `z₁ −0.412  z₂ 1.104 · 12,000 points`, in parts, the most important first: those that
 * find no room are left out whole.
 *
 * @param {number[]} z shown coordinates
 * @param {string[]} names
 * @param {number|null} points null while there are none to count
 * @param {number} outside how many of them lie beyond the edge
 * @param {number} [zoom] the magnification; close up a pixel is less than a thousandth
 * @returns {string[]}
 */
export function readout(z, names, points, outside, zoom = 1) {
  const digits = zoom > 8 ? 4 : 3;
  // A figure space keeps the width where there is no minus sign.
  const at = names.map((name, k) => `${name} ${number(z[k], digits).padStart(digits + 3, "\u2007")}`).join("  ");
  const parts = [at];
  if (zoom > 1) parts.push(` · ${times(zoom)}`);
  if (points !== null) parts.push(` · ${counted(points, "point")}`);
  if (points !== null && outside && zoom === 1) parts.push(` (${grouped(outside)} beyond the edge)`);
  return parts;
}

/** @param {number} zoom @returns {string} "×4.0" */
export function times(zoom) {
  return `×${zoom < 10 ? zoom.toFixed(1) : Math.round(zoom)}`;
}

/** @param {number} zoom @returns {string} for the live region */
export function magnified(zoom) {
  if (zoom < 1) return "All of the plane is in view, and what lies around it";
  return zoom === 1 ? "All of the plane is in view" : `Magnified ${times(zoom).slice(1)} times`;
}

/**
 * For the live region: `z (−0.42, 1.10), nearest class 3, well supported`.
 *
 * @param {number[]} z @param {string|null} nearest name of the class @param {string|null} [support]
 */
export function spoken(z, nearest, support = null) {
  const at = `z (${z.map((value) => number(value, 2)).join(", ")})`;
  return [at, nearest === null ? null : `nearest class ${nearest}`, support].filter((part) => part).join(", ");
}

/**
 * One or two sentences: what am I looking at?
 *
 * @param {{axes: number[], points: number|null, dataset: string|null, labelled: boolean,
 *          column: string|null, layers: "points"|"tiles"|"both", cdf: boolean, touch: boolean}} view
 * `column` of labels that the colours are of, where there are several
 * @param {string} [plane] what it is a plane of, in a sentence @param {boolean} [sheet] of t-SNE
 */
export function explanation({ axes, points, dataset, labelled, column, layers, cdf, touch }, plane = "", sheet = false) {
  const tells = column === null ? "is its class" : `tells “${column}”`;
  const place = axes.length > 1 ? "plane" : "line";
  const hand = touch ? "Drag over" : "Move over";
  const parts = [];
  if (sheet) parts.push(labelled ? `The colour of a dot ${tells}.` : "");
  else if (layers !== "tiles" && points !== null) {
    parts.push(
      `Each dot is an image (${dataset}) where the encoder places it` + (labelled ? `; its colour ${tells} (dimmed name: mixed with others).` : "."),
    );
  }
  if (layers !== "points") {
    const step = cdf ? "each cell holds the same share of the prior" : "evenly spaced in z";
    parts.push(`The small pictures are what the decoder draws all over the ${place}, ${step}.`);
  }
  if (axes.length > 1 && layers !== "tiles" && !sheet) parts.push("The dashed rings hold 50, 90 and 99 % of the prior.");
  if (cdf && layers === "points") {
    parts.push(`Φ(z) spreads the ${place} so that equal parts of it are equally likely under the prior.`);
  }
  const pin = touch ? "lift" : "click";
  parts.push(
    `${hand} the ${place} and the large picture becomes what the decoder expects there, the mean of p(x|z); ` +
      `${pin} to pin a spot.`,
  );
  if (touch) parts.push("Two fingers magnify.");
  return [plane, ...parts].filter((part) => part).join(" ");
}
