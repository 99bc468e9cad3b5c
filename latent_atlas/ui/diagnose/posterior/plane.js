/**
 * The part of the plane where an image could have come from: p(z|x) as a map, q(z|x) as rings over it.
 *
 * @typedef {import("./found.js").Ring} Ring
 * @typedef {import("./window.js").Window} Window
 * @typedef {{window: Window, levels: number[], mode: {x: number, y: number}, mean: [number, number], rings: Ring[],
 *            best: Ring[]}} Shown `best`: rings of the best of q's family, none where it is not known
 */
import { contextOf, make } from "../../components/elements.js";
import { mix, viridis } from "../../latent_plane/js/layers/ramps.js";
import { rgb } from "../../latent_plane/js/layers/points.js";
import { number } from "../../latent_plane/js/plane/words.js";
import { crossings } from "./rings.js";
import { DEEPEST } from "./window.js";

const SURFACE = rgb("#0E1116");
export const OF_P = "#FDE725";
export const OF_Q = "#FFFFFF";
export const OF_BEST = "#FF9EC7";
const QUIET = "rgb(232 234 237 / 32%)";
const PRIOR = [1, 2, 3]; // radii of its circles
const [MAP, MAP_REACH] = [88, 3.4]; // of the whole plane: its side in CSS pixels, and what it shows
const [STEPS, DIM] = [24, 0.8];

/** The colour of a depth in nats below the mode. @param {number} depth */
export function tone(depth) {
  const share = Math.max(0, 1 - depth / DEEPEST);
  // Fades into the surface, and stays below the lines' brightness.
  return mix(SURFACE, viridis(share), DIM * Math.min(1, 4 * share));
}

/**
 * @param {(z: [number, number], depth: number) => void} point what is called with a spot that is pointed at
 * @param {HTMLElement} key what the lines stand for
 */
export function createPlane(point, key) {
  const [canvas, whole] = [make("canvas", ""), make("canvas", "whole")];
  const cross = make("div", "cross");
  cross.hidden = true;
  const field = make("div", "field", canvas, whole, cross);
  field.tabIndex = 0;
  field.setAttribute("role", "group");
  field.setAttribute("aria-label", "Plane of z about the posterior: arrow keys move the spot that is decoded");
  const ends = make("p", "ends");
  const element = make("div", "card", field, ends, key);
  const raster = document.createElement("canvas");
  /** @type {Shown|null} */
  let shown = null;
  /** Shares of the sides, from the lower left. @type {[number, number]} */
  let spot = [0.5, 0.5];

  function drawAll() {
    if (!shown) return;
    const side = field.clientWidth;
    if (!side) return;
    const { window: view } = shown;
    const context = sized(canvas, side);
    const scale = side / (view.across * view.side);
    /** @param {number} x @param {number} y @returns {[number, number]} */
    const toScreen = (x, y) => [(x - view.left) * scale, side - (y - view.bottom) * scale];
    paint(raster, view);
    context.imageSmoothingEnabled = true;
    context.drawImage(raster, 0, 0, side, side);
    context.strokeStyle = QUIET;
    for (const radius of PRIOR) {
      context.beginPath();
      context.arc(...toScreen(0, 0), radius * scale, 0, 2 * Math.PI);
      context.stroke();
    }
    const cell = side / view.across;
    for (const [n, level] of shown.levels.entries()) {
      const pieces = crossings(view.depths, view.across, level);
      const path = new Path2D();
      for (let k = 0; k < pieces.length; k += 4) {
        path.moveTo(pieces[k] * cell, side - pieces[k + 1] * cell);
        path.lineTo(pieces[k + 2] * cell, side - pieces[k + 3] * cell);
      }
      stroke(context, path, OF_P, n ? 1 : 1.75);
    }
    for (const [n, ring] of shown.best.entries()) stroke(context, pathOf(ring, toScreen), OF_BEST, n ? 1.25 : 2, [5, 4]);
    for (const [n, ring] of shown.rings.entries()) stroke(context, pathOf(ring, toScreen), OF_Q, n ? 1.25 : 2);
    dot(context, toScreen(...shown.mean), OF_Q);
    dot(context, toScreen(shown.mode.x, shown.mode.y), OF_P);
    drawWhole(view);
    const end = view.across * view.side;
    const digits = end < 1 ? 2 : 1;
    const range = (/** @type {number} */ from) => `${number(from, digits)} to ${number(from + end, digits)}`;
    ends.textContent = `z₁ ${range(view.left)} · z₂ ${range(view.bottom)}`;
  }

  /** Where on the whole plane that is. @param {Window} view */
  function drawWhole({ left, bottom, side, across }) {
    const context = sized(whole, MAP);
    const scale = MAP / (2 * MAP_REACH);
    context.strokeStyle = QUIET;
    for (const radius of PRIOR) {
      context.beginPath();
      context.arc(MAP / 2, MAP / 2, radius * scale, 0, 2 * Math.PI);
      context.stroke();
    }
    const width = Math.max(4, side * across * scale);
    const middle = (side * across) / 2;
    const [x, y] = [MAP / 2 + (left + middle) * scale, MAP / 2 - (bottom + middle) * scale];
    context.strokeStyle = OF_Q;
    context.strokeRect(x - width / 2, y - width / 2, width, width);
  }

  function tell() {
    cross.hidden = !shown;
    if (!shown) return;
    const { left, bottom, side, across, depths } = shown.window;
    const [column, row] = spot.map((share) => Math.min(across - 1, Math.floor(share * across)));
    cross.style.left = `${100 * spot[0]}%`;
    cross.style.top = `${100 * (1 - spot[1])}%`;
    point([left + spot[0] * across * side, bottom + spot[1] * across * side], depths[row * across + column]);
  }

  /** @param {PointerEvent} event */
  function follow({ clientX, clientY }) {
    const box = canvas.getBoundingClientRect();
    spot = [share((clientX - box.left) / box.width), share((box.bottom - clientY) / box.height)];
    tell();
  }
  field.onpointermove = follow;
  field.onpointerdown = follow;
  field.onkeydown = (event) => {
    const by = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!by) return;
    event.preventDefault();
    spot = [share(spot[0] + by[0] / STEPS), share(spot[1] + by[1] / STEPS)];
    tell();
  };
  const observer = new ResizeObserver(drawAll);
  observer.observe(field);

  return {
    element,
    /** @param {Shown} next */
    show(next) {
      const elsewhere = next.window !== shown?.window;
      shown = next;
      if (elsewhere) cross.hidden = true;
      drawAll();
    },
    dispose: () => observer.disconnect(),
  };
}

/** @param {number} value */
const share = (value) => Math.min(1, Math.max(0, value));

/** @param {HTMLCanvasElement} canvas @param {number} side in CSS pixels */
function sized(canvas, side) {
  const ratio = window.devicePixelRatio;
  canvas.width = canvas.height = Math.round(side * ratio);
  const context = contextOf(canvas);
  context.scale(canvas.width / side, canvas.width / side);
  return context;
}

/** @param {HTMLCanvasElement} raster @param {Window} view */
function paint(raster, { across, depths }) {
  raster.width = raster.height = across;
  const image = new ImageData(across, across);
  for (let n = 0; n < depths.length; n++) {
    const at = 4 * ((across - 1 - Math.floor(n / across)) * across + (n % across));
    image.data.set(tone(depths[n]), at);
    image.data[at + 3] = 255;
  }
  contextOf(raster).putImageData(image, 0, 0);
}

/** @param {Ring} ring @param {(x: number, y: number) => [number, number]} toScreen */
function pathOf(ring, toScreen) {
  const path = new Path2D();
  for (const [x, y] of ring) path.lineTo(...toScreen(x, y));
  path.closePath();
  return path;
}

/** A line with a dark one under it, to be seen on any tone. @param {CanvasRenderingContext2D} context @param {Path2D} path @param {string} colour @param {number} width @param {number[]} [dashes] */
function stroke(context, path, colour, width, dashes = []) {
  context.setLineDash(dashes);
  for (const [ink, wide] of /** @type {[string, number][]} */ ([["rgb(14 17 22 / 60%)", width + 2], [colour, width]])) {
    context.strokeStyle = ink;
    context.lineWidth = wide;
    context.stroke(path);
  }
  context.setLineDash([]);
  context.lineWidth = 1;
}

/** @param {CanvasRenderingContext2D} context @param {[number, number]} place @param {string} colour */
function dot(context, [x, y], colour) {
  const path = new Path2D();
  path.arc(x, y, 3, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.fill(path);
  context.strokeStyle = "rgb(14 17 22 / 80%)";
  context.stroke(path);
}
