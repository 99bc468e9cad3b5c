/**
 * Brushing a chart: a drag takes a part of it, a drag from within moves that, a click takes it away. By keys: Enter
 * begins one, arrows move it, with Shift they make it larger or smaller, Escape takes it away.
 *
 * @typedef {{left: number, top: number, width: number, height: number}} Box in pixels of the page
 * @typedef {{box: () => Box, ranges: () => [number, number][], ends: () => number[]|null,
 *            brushed: (ends: number[]|null, ended: boolean) => void}} Host
 * `ranges`: of x, and of y where there is one; `ends`: low, high of each
 */
import { nudged, rounded } from "./selecting.js";

const LEAST = 4; // pixels; less is a click
const KEYS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];

/**
 * What a drag takes: the ends of each axis, open where they reach the edge of what is seen.
 *
 * @param {Box} box @param {[number, number][]} ranges @param {{x: number, y: number}} from @param {{x: number, y: number}} to
 * @returns {number[]}
 */
export function endsBetween({ left, top, width, height }, ranges, from, to) {
  const parts = [[from.x, to.x].map((x) => (x - left) / width), [from.y, to.y].map((y) => 1 - (y - top) / height)];
  return ranges.flatMap(([low, high], axis) => {
    const [one, other] = parts[axis].sort((a, b) => a - b);
    return [
      one <= 0 ? -Infinity : rounded(low + (high - low) * one, high - low),
      other >= 1 ? Infinity : rounded(low + (high - low) * other, high - low),
    ];
  });
}

/** Where a brush is seen: its box in pixels. @param {Box} box @param {[number, number][]} ranges @param {number[]} ends @returns {Box} */
export function boxOf({ left, top, width, height }, ranges, ends) {
  /** @param {number} axis @param {number} end */
  const part = (axis, end) => {
    const [low, high] = ranges[axis];
    return Math.min(1, Math.max(0, (end - low) / (high - low)));
  };
  const [x0, x1] = [part(0, ends[0]), part(0, ends[1])];
  const [y0, y1] = ranges.length > 1 ? [part(1, ends[2]), part(1, ends[3])] : [0, 1];
  return { left: left + x0 * width, top: top + (1 - y1) * height, width: (x1 - x0) * width, height: (y1 - y0) * height };
}

/** @param {HTMLCanvasElement} canvas @param {Host} host */
export function brushable(canvas, host) {
  /** @type {{from: {x: number, y: number}, moving: number[]|null, far: boolean}|null} */
  let drag = null;
  canvas.tabIndex = 0;

  /** @param {PointerEvent} event */
  const spot = (event) => ({ x: event.offsetX, y: event.offsetY });

  canvas.onpointerdown = (event) => {
    if (event.button !== 0) return;
    const from = spot(event);
    const [ends, ranges] = [host.ends(), host.ranges()];
    const held = ends && boxOf(host.box(), ranges, ends);
    const within = held && from.x >= held.left && from.x <= held.left + held.width && from.y >= held.top && from.y <= held.top + held.height;
    // What is open reaches as far as is seen while it is moved.
    const closed = ends?.map((end, n) => Math.min(ranges[n >> 1][1], Math.max(ranges[n >> 1][0], end))) ?? null;
    drag = { from, moving: within ? closed : null, far: false };
    canvas.setPointerCapture(event.pointerId);
  };
  canvas.onpointermove = (event) => {
    if (!drag) return;
    const to = spot(event);
    drag.far ||= Math.hypot(to.x - drag.from.x, to.y - drag.from.y) >= LEAST;
    if (drag.far) host.brushed(dragged(drag, to), false);
  };
  canvas.onpointerup = (event) => {
    if (!drag) return;
    const { far } = drag;
    if (far) host.brushed(dragged(drag, spot(event)), true);
    else if (host.ends()) host.brushed(null, true);
    drag = null;
  };
  canvas.onpointercancel = () => {
    if (drag?.far) host.brushed(host.ends(), true); // the page scrolls: what was taken by then stays
    drag = null;
  };
  canvas.onkeydown = (event) => {
    const ends = host.ends();
    if (event.key === "Escape" || event.key === "Delete") {
      if (ends) host.brushed(null, true);
      return;
    }
    const begins = event.key === "Enter" || event.key === " ";
    if (!begins && !(KEYS.includes(event.key) && ends)) return;
    event.preventDefault();
    if (begins && ends) return;
    const [[low, high]] = host.ranges();
    host.brushed(nudged(ends, host.ranges(), event.key, event.shiftKey).map((end) => rounded(end, high - low)), false);
  };
  // A key that is held down is one choice, made when it is let go.
  canvas.onkeyup = (event) => {
    if ((KEYS.includes(event.key) || event.key === "Enter" || event.key === " ") && host.ends()) host.brushed(host.ends(), true);
  };

  /** @param {{from: {x: number, y: number}, moving: number[]|null}} drag @param {{x: number, y: number}} to */
  function dragged({ from, moving }, to) {
    const [box, ranges] = [host.box(), host.ranges()];
    if (!moving) return endsBetween(box, ranges, from, to);
    const by = [((to.x - from.x) / box.width), (from.y - to.y) / box.height];
    return moving.map((end, n) => {
      const [low, high] = ranges[n >> 1];
      return rounded(end + by[n >> 1] * (high - low), high - low);
    });
  }
}
