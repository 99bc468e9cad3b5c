/** What the charts of a split share: a canvas as sharp as the screen, its colours, its axes. */
import { contextOf } from "../../components/elements.js";
import { number } from "../../latent_plane/js/plane/words.js";
import { ticks } from "./selecting.js";

/**
 * @typedef {{context: CanvasRenderingContext2D, width: number, height: number, scale: number}} Surface in pixels of the page
 * @typedef {{ink: string, quiet: string, line: string, accent: string}} Inks
 */

/** Empties a canvas and fits it to its place. @param {HTMLCanvasElement} canvas @returns {Surface} */
export function fitted(canvas) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const scale = Math.min(3, window.devicePixelRatio || 1);
  const [across, down] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  if (canvas.width !== across || canvas.height !== down) [canvas.width, canvas.height] = [across, down];
  const context = contextOf(canvas);
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  context.font = `12px ${getComputedStyle(canvas).fontFamily}`;
  return { context, width, height, scale };
}

/** @param {Element} element @returns {Inks} */
export function inksOf(element) {
  const style = getComputedStyle(element);
  const ink = style.color;
  return { ink, quiet: mixed(ink, 0.72), line: mixed(ink, 0.16), accent: style.getPropertyValue("--st-primary-color").trim() || ink };
}

/** @param {string} ink @param {number} part */
function mixed(ink, part) {
  return `color-mix(in srgb, ${ink} ${100 * part}%, transparent)`;
}

/** What stands beside an axis. @param {[number, number]} range @returns {{part: number, text: string}[]} */
function labelled([low, high]) {
  const marks = ticks(low, high);
  const step = marks.length > 1 ? marks[1] - marks[0] : high - low;
  const places = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return marks.map((mark) => ({ part: (mark - low) / (high - low), text: number(mark, places) }));
}

/** The room that the axis on the left takes, in pixels. @param {Surface} surface @param {[number, number]} range */
export function roomBeside({ context }, range) {
  return Math.max(40, ...labelled(range).map(({ text }) => Math.ceil(context.measureText(text).width) + 10));
}

/**
 * The lower axis, or the one on the left.
 *
 * @param {Surface} surface @param {import("./brushing.js").Box} box @param {[number, number]} range @param {Inks} inks
 * @param {boolean} upright
 */
export function axis({ context, width }, box, range, inks, upright) {
  context.fillStyle = inks.quiet;
  context.strokeStyle = inks.line;
  context.lineWidth = 1;
  context.textAlign = upright ? "right" : "center";
  context.textBaseline = upright ? "middle" : "top";
  context.beginPath();
  for (const { part, text } of labelled(range)) {
    const [x, y] = [box.left + part * box.width, box.top + (1 - part) * box.height];
    if (upright) {
      context.moveTo(box.left - 4, y);
      context.lineTo(box.left, y);
      context.fillText(text, box.left - 6, y);
    } else {
      context.moveTo(x, box.top + box.height);
      context.lineTo(x, box.top + box.height + 4);
      const half = context.measureText(text).width / 2 + 1;
      context.fillText(text, Math.max(half, Math.min(width - half, x)), box.top + box.height + 6);
    }
  }
  context.moveTo(box.left, box.top);
  context.lineTo(box.left, box.top + box.height);
  context.lineTo(box.left + box.width, box.top + box.height);
  context.stroke();
}

/** The frame of a brush. @param {Surface} surface @param {import("./brushing.js").Box} box @param {Inks} inks */
export function frame({ context }, { left, top, width, height }, { accent }) {
  context.save();
  context.fillStyle = accent;
  context.globalAlpha = 0.12;
  context.fillRect(left, top, width, height);
  context.globalAlpha = 1;
  context.strokeStyle = accent;
  context.lineWidth = 1.5;
  context.strokeRect(left, top, width, height);
  context.restore();
}

/** @param {string} colour #RRGGBB or rgb(…) @returns {[number, number, number]} */
export function levels(colour) {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
  if (hex) return [parseInt(hex[1], 16), parseInt(hex[2], 16), parseInt(hex[3], 16)];
  const [red, green, blue] = (colour.match(/[0-9.]+/g) ?? ["128", "128", "128"]).map(Number);
  return [red, green, blue];
}
