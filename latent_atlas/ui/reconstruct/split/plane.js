/**
 * Every image a point: what it costs under two models, or where the first model encodes it. Points are set into one
 * picture, so that seventy thousand follow the pointer.
 */
import { make } from "../../components/elements.js";
import { memoized } from "../../latent_plane/js/util/memo.js";
import { brushable, boxOf } from "./brushing.js";
import { axis, fitted, frame, inksOf, levels, roomBeside } from "./drawing.js";
import { rangeOf } from "./selecting.js";

const SURFACE = "#0E1116"; // of planes of z, in both themes
const LIGHT = "#AEB6C0"; // points on it that have no class
const FEW_CLASSES = 10;

/**
 * @param {"AxB"|"z"} kind
 * @param {import("./brush.js").Brushed} brushed
 * @returns {import("./brush.js").Chart}
 */
export function createPlane(kind, brushed) {
  const canvas = make("canvas", "");
  const caption = make("figcaption", "");
  const legend = make("ul", "legend");
  const element = make("figure", "chart", caption, make("div", "place plane", canvas), legend);
  /** @type {import("./brush.js").State|null} */
  let shown = null;
  /** @type {[number, number][]} */
  let ranges = [[0, 1], [0, 1]];
  let box = { left: 8, top: 8, width: 1, height: 1 };
  const points = memoized(pointsOf, 2);
  const places = memoized(pixelsOf, 2);

  brushable(canvas, {
    box: () => box,
    ranges: () => ranges,
    ends: () => shown?.brushes.find((each) => each.kind === kind)?.ends ?? null,
    brushed(ends, ended) {
      if (!shown) return;
      const [first, second] = kind === "z" ? [0, 0] : shown.data.pair;
      brushed(ends && { kind, first, second, ends }, ended);
    },
  });

  /** @param {import("./brush.js").State} state */
  function draw(state) {
    shown = state;
    const { data, numbers, chosen, brushes } = state;
    const [first, second] = data.pair;
    const known = points(kind, numbers, first, second);
    ranges = known.ranges;
    const surface = fitted(canvas);
    const { context, width, height, scale } = surface;
    const page = inksOf(canvas);
    const onPlane = kind === "z";
    const inks = onPlane ? { ...page, quiet: "#AEB6C0", line: "#2A3038" } : page;
    if (onPlane) {
      context.fillStyle = SURFACE;
      context.fillRect(0, 0, width, height);
    }
    const left = roomBeside(surface, ranges[1]);
    box = { left, top: 8, width: Math.max(1, width - left - 8), height: Math.max(1, height - 34) };
    tell(data, first, second, onPlane && numbers.labels !== null && data.classNames.length <= FEW_CLASSES);
    if (!known.x.length) return;
    axis(surface, box, ranges[0], inks, false);
    axis(surface, box, ranges[1], inks, true);
    const size = Math.max(1, Math.round(scale * (numbers.count > 20_000 ? 1 : numbers.count > 3000 ? 1.5 : numbers.count > 300 ? 2.5 : 4)));
    const across = Math.max(size, Math.round(box.width * scale));
    const down = Math.max(size, Math.round(box.height * scale));
    const pixels = places(known, across, down, size);
    const coloured = onPlane && numbers.labels !== null && data.classNames.length <= FEW_CLASSES;
    const colours = coloured ? data.classColours.map(levels) : [onPlane ? levels(LIGHT) : levels(page.ink)];
    const accent = levels(page.accent);
    const picture = context.createImageData(across, down);
    const words = new Uint32Array(picture.data.buffer);
    const dim = onPlane ? 0.3 : 0.22;
    const labels = coloured ? numbers.labels : null;
    // First those that are not chosen, so that none hides one that is.
    if (chosen) set(words, pixels, across, size, (n) => (chosen[n] ? -1 : labels ? labels[n] : 0), colours, dim);
    const bright = chosen && !labels ? [accent] : colours;
    set(words, pixels, across, size, (n) => (chosen && !chosen[n] ? -1 : labels ? labels[n] : 0), bright, chosen ? 1 : onPlane ? 0.9 : 0.5);
    const sheet = new OffscreenCanvas(across, down);
    sheet.getContext("2d")?.putImageData(picture, 0, 0);
    context.drawImage(sheet, box.left, box.top, across / scale, down / scale);
    if (!onPlane) equal(context, inks);
    const brush = brushes.find((each) => each.kind === kind);
    if (brush) frame(surface, boxOf(box, ranges, brush.ends), inks);
  }

  /** Where both cost the same. @param {CanvasRenderingContext2D} context @param {import("./drawing.js").Inks} inks */
  function equal(context, { quiet }) {
    context.save();
    context.beginPath();
    context.rect(box.left, box.top, box.width, box.height);
    context.clip();
    context.beginPath();
    const [[low, high], [bottom, top]] = ranges;
    /** @param {number} value @returns {[number, number]} */
    const at = (value) => [box.left + ((value - low) / (high - low)) * box.width, box.top + (1 - (value - bottom) / (top - bottom)) * box.height];
    context.moveTo(...at(Math.min(low, bottom)));
    context.lineTo(...at(Math.max(high, top)));
    context.strokeStyle = quiet;
    context.setLineDash([4, 4]);
    context.stroke();
    context.restore();
  }

  /** @param {import("./brush.js").SplitData} data @param {number} first @param {number} second @param {boolean} coloured */
  function tell(data, first, second, coloured) {
    const [a, b] = [data.letters[first], data.letters[second]];
    const [title, more] = kind === "z"
      ? [`Where ${data.letters[0]} encodes them`, ` ${data.axes[0]} across, ${data.axes[1]} up`]
      : [`${a} against ${b}`, ` nats under ${a} across, under ${b} up; below the line ${b} is better`];
    const said = `${title}${more}`;
    if (caption.textContent !== said) {
      caption.replaceChildren(make("b", "", title), more);
      canvas.setAttribute("role", "application");
      canvas.setAttribute("aria-label", `${said}. Enter begins a brush, arrows move it, Escape ends it.`);
    }
    const key = coloured ? data.classNames.join("\n") : "";
    if (legend.dataset.key === key) return;
    legend.dataset.key = key;
    legend.replaceChildren(
      ...(coloured ? data.classNames : []).map((name, n) => {
        const mark = make("i", "");
        mark.style.background = data.classColours[n];
        return make("li", "", mark, name);
      }),
    );
  }

  return { element, draw };
}

/**
 * @param {"AxB"|"z"} kind @param {import("./brush.js").Shown} numbers @param {number} first @param {number} second
 * @returns {{x: Float32Array, y: Float32Array, ranges: [number, number][]}}
 */
function pointsOf(kind, { costs, places, count }, first, second) {
  const none = new Float32Array(0);
  let [x, y] = [(costs[first] ?? none).subarray(0, count), (costs[second] ?? none).subarray(0, count)];
  if (kind === "z") {
    const known = places.length / 2; // the other models may have fewer by now
    x = Float32Array.from({ length: known }, (_, n) => places[2 * n]);
    y = Float32Array.from({ length: known }, (_, n) => places[2 * n + 1]);
    return { x, y, ranges: [rangeOf([x]), rangeOf([y])] };
  }
  const both = rangeOf([x, y]); // one scale for both, so that the line of equals is the diagonal
  return { x, y, ranges: [both, both] };
}

/**
 * The upper left pixel of each point; −1 of one that is no number.
 *
 * @param {{x: Float32Array, y: Float32Array, ranges: [number, number][]}} points
 * @param {number} across @param {number} down @param {number} size
 */
function pixelsOf({ x, y, ranges: [[left, right], [bottom, top]] }, across, down, size) {
  const found = new Int32Array(x.length);
  const [wide, high] = [across / (right - left), down / (top - bottom)];
  for (let n = 0; n < x.length; n++) {
    const column = Math.min(across - size, Math.max(0, Math.round((x[n] - left) * wide - size / 2)));
    const row = Math.min(down - size, Math.max(0, Math.round((top - y[n]) * high - size / 2)));
    found[n] = Number.isNaN(column + row) ? -1 : row * across + column;
  }
  return found;
}

/**
 * Sets points into a picture.
 *
 * @param {Uint32Array} words of the picture @param {Int32Array} pixels @param {number} across @param {number} size
 * @param {(n: number) => number} colourOf which colour, or −1 for none
 * @param {[number, number, number][]} colours @param {number} alpha
 */
function set(words, pixels, across, size, colourOf, colours, alpha) {
  const written = colours.map(([red, green, blue]) => ((Math.round(255 * alpha) << 24) | (blue << 16) | (green << 8) | red) >>> 0);
  for (let n = 0; n < pixels.length; n++) {
    const colour = colourOf(n);
    if (colour < 0 || pixels[n] < 0) continue;
    const word = written[colour % written.length];
    for (let row = 0; row < size; row++) {
      const start = pixels[n] + row * across;
      for (let column = 0; column < size; column++) words[start + column] = word;
    }
  }
}
