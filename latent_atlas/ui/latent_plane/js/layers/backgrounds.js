/**
 * What can lie beneath the points: holes of the aggregate posterior, magnification, the regions of the classes, and what
 * a judge takes the decoded pictures for, how surely.
 * A map becomes a picture with a pixel a cell once, and is laid on the plane as often as it is drawn.
 *
 * @typedef {"none"|"holes"|"magnification"|"classes"|"judged"|"confidence"} Background
 * @typedef {{canvas: HTMLCanvasElement, xEdges: number[], yEdges: number[]|null, cdf: boolean}} MapPicture
 * @typedef {{css: string, ends: [string, string], middle: string|null, unit: string}} Scale
 * @typedef {{picture: MapPicture, scale: Scale|null}} Painted
 */
import { gridEdges, toScreen } from "../plane/axes.js";
import { rgb } from "./points.js";
import { certain, diverging, gradient, sequential } from "./ramps.js";
import { contextOf } from "../../../components/elements.js";
import { number } from "../plane/words.js";

/** @typedef {import("./maps.js").PlaneMap} PlaneMap */

/** In nats: a factor of 20 between prior and images. Beyond, more colour would tell nothing more. */
const MOST_NATS = 3;
/** The tails of a map, a few cells of the edge, are left out of its scale. */
const TAIL = 0.02;

/** Whether a layer is a judge's. @param {Background} background */
export const judging = (background) => background === "judged" || background === "confidence";

/**
 * @param {Background} background @param {PlaneMap} map
 * @param {string[]} colours of the classes
 * @returns {Painted}
 */
export function paintMap(background, map, colours) {
  if (background === "confidence") {
    const least = 1 / Math.max(2, colours.length);
    const scale = {
      css: gradient(sequential, [1, 0]),
      ends: /** @type {[string, string]} */ ([`${number(100 * least, 0)} %`, "100 %"]),
      middle: null,
      unit: "how probable it finds the class that it sees",
    };
    return { picture: pictureOf(map, (n) => sequential((1 - map.values[n]) / (1 - least))), scale };
  }
  if (background === "classes" || background === "judged") return { picture: pictureOf(map, classColours(map, colours.map(rgb))), scale: null };
  if (background === "holes") {
    const scale = {
      css: gradient(diverging, [-1, 1]),
      ends: /** @type {[string, string]} */ ([number(-MOST_NATS, 0), number(MOST_NATS, 0)]),
      middle: "0",
      unit: "nats, log q(z)/p(z)",
    };
    return { picture: pictureOf(map, (n) => diverging(map.values[n] / MOST_NATS)), scale };
  }
  const logs = map.values.map((value) => Math.log(Math.max(value, 1e-12)));
  const sorted = logs.slice().sort();
  const [low, high] = [TAIL, 1 - TAIL].map((share) => sorted[Math.round(share * (sorted.length - 1))]);
  const scale = {
    css: gradient(sequential, [0, 1]),
    ends: /** @type {[string, string]} */ ([low, high].map((value) => rounded(Math.exp(value)))),
    middle: null,
    unit: map.rows > 1 ? "nats per unit of area, √det G" : "√nats per unit of z, √G",
  };
  return { picture: pictureOf(map, (n) => sequential((logs[n] - low) / Math.max(1e-9, high - low))), scale };
}

/** @param {number} value @returns {string} two digits and the size */
function rounded(value) {
  return Number(value.toPrecision(2)).toLocaleString("en-US", { maximumFractionDigits: 4 });
}

/** @param {PlaneMap} map @param {import("./ramps.js").Colour[]} inks @returns {(n: number) => number[]} */
function classColours({ values, classes }, inks) {
  // A share of 1/k among k classes says nothing.
  const least = 1 / Math.max(2, inks.length);
  return (n) => certain(inks[classes ? classes[n] : 0] ?? inks[0], (values[n] - least) / (1 - least));
}

/** @param {PlaneMap} map @param {(n: number) => number[]} colourOf cell n @returns {MapPicture} */
function pictureOf({ values, rows, columns, extent, cdf }, colourOf) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [columns, rows];
  const image = new ImageData(columns, rows);
  for (let n = 0; n < values.length; n++) image.data.set([...colourOf(n), 255], 4 * n);
  contextOf(canvas).putImageData(image, 0, 0);
  const edges = (/** @type {number} */ count) => gridEdges(count, extent, cdf);
  return { canvas, xEdges: edges(columns), yEdges: rows > 1 ? edges(rows) : null, cdf };
}

/**
 * Lays a map on the plane. On its own scale it is one picture; on the way to the other one, and there until the
 * right map arrives, it is a rubber sheet, cell by cell.
 *
 * @param {CanvasRenderingContext2D} context whose unit is the device pixel
 * @param {MapPicture} picture
 * @param {import("../plane/camera_math.js").Projection} plane where all of the plane lies
 */
export function drawMap(context, { canvas, xEdges, yEdges, cdf }, plane) {
  const { left, top, width, height, extent, mix } = plane;
  context.save();
  context.imageSmoothingEnabled = true;
  if (mix === (cdf ? 1 : 0)) context.drawImage(canvas, left, top, width, height);
  else {
    const place = (/** @type {number} */ z) => Math.min(1, Math.max(0, toScreen(z, extent, mix)));
    const xs = xEdges.map((z) => left + place(z) * width);
    const ys = yEdges?.map((z) => top + (1 - place(z)) * height).reverse() ?? [top, top + height];
    const wide = document.createElement("canvas");
    [wide.width, wide.height] = [context.canvas.width, canvas.height];
    const stretched = contextOf(wide);
    for (let c = 0; c < canvas.width; c++) {
      stretched.drawImage(canvas, c, 0, 1, canvas.height, xs[c], 0, xs[c + 1] - xs[c] + 1, canvas.height);
    }
    for (let r = 0; r < canvas.height; r++) {
      context.drawImage(wide, 0, r, wide.width, 1, 0, ys[r], wide.width, ys[r + 1] - ys[r] + 1);
    }
  }
  context.restore();
}

/**
 * What the colours mean.
 *
 * @param {Background} background
 * @param {{averaged: string, fixed: string}} rest where all is that the plane does not show
 */
export function meaning(background, { averaged, fixed }) {
  switch (background) {
    case "holes":
      return `Orange: holes, where the prior draws more often than images lie. Blue: more images than it expects.${averaged}`;
    case "magnification":
      return `Bright: a small step in z changes the picture a lot. Dark: it hardly changes.${fixed}`;
    case "classes":
      return `The class whose images are likeliest at each spot, dim where classes mix. Far from all images it is a guess.${averaged}`;
    case "judged":
      return "The class that the judge takes the picture for which is drawn there, dim where it is less sure.";
    case "confidence":
      return "Bright: the judge doubts what it sees. Dark: it is sure, which far from all images does not make it right.";
    default:
      return "";
  }
}
