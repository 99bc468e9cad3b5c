/** What the images cost under each model, or how much more under one than under another: how many cost how much. */
import { make } from "../../components/elements.js";
import { memoized } from "../../latent_plane/js/util/memo.js";
import { brushable, boxOf } from "./brushing.js";
import { axis, fitted, frame, inksOf } from "./drawing.js";
import { binned, rangeOf, tally } from "./selecting.js";

const BINS = 60;
const HALF = 2; // of a difference, 0 lies between two bins

/**
 * @param {import("./brush.js").Brushed} brushed
 * @returns {import("./brush.js").Chart}
 */
export function createHistogram(brushed) {
  const canvas = make("canvas", "");
  const caption = make("figcaption", "");
  const legend = make("ul", "legend");
  const element = make("figure", "chart wide", caption, make("div", "place across", canvas), legend);
  /** @type {import("./brush.js").State|null} */
  let shown = null;
  /** @type {[number, number]} */
  let range = [0, 1];
  let box = { left: 8, top: 8, width: 1, height: 1 };

  brushable(canvas, {
    box: () => box,
    ranges: () => [range],
    ends: () => brushOf(shown)?.ends ?? null,
    brushed(ends, ended) {
      if (!shown) return;
      const [first, second] = shown.data.pair;
      const kind = shown.difference ? "A-B" : "A";
      brushed(ends && { kind, first, second: shown.difference ? second : first, ends }, ended);
    },
  });

  const lines = memoized(linesOf, 2);

  /** @param {import("./brush.js").State} state */
  function draw(state) {
    shown = state;
    const { data, numbers, chosen, difference } = state;
    const surface = fitted(canvas);
    const inks = inksOf(canvas);
    const { context, width, height } = surface;
    box = { left: 8, top: 8, width: Math.max(1, width - 16), height: Math.max(1, height - 34) };
    const [first, second] = data.pair;
    const [a, b] = [data.letters[first], data.letters[second]];
    caption.replaceChildren(
      make("b", "", difference ? `How much more an image costs under ${a} than under ${b}` : "What an image costs"),
      difference
        ? ` in nats: right of 0 ${b} is better, left of it ${a}`
        : ` in nats, −ELBO: less is better. A brush selects by ${a}`,
    );
    const known = lines(data, numbers, difference, first, second);
    range = known.range;
    axis(surface, { ...box, left: box.left }, range, inks, false);
    const top = Math.max(1, ...known.lines.flatMap(({ counts }) => [...counts]));
    for (const [n, { bins, counts, place }] of known.lines.entries()) {
      const colour = difference ? inks.ink : data.colours[place % data.colours.length];
      const main = difference || place === first;
      context.fillStyle = context.strokeStyle = colour;
      if (chosen) {
        context.globalAlpha = 0.4;
        fill(context, tally(bins, BINS, chosen), top);
      } else if (main) {
        context.globalAlpha = 0.16;
        fill(context, counts, top);
      }
      context.globalAlpha = chosen && !main ? 0.7 : 1;
      context.lineWidth = main ? 2 : 1.25;
      context.setLineDash(n >= data.colours.length ? [4, 3] : []);
      outline(context, counts, top);
      context.setLineDash([]);
      context.globalAlpha = 1;
    }
    if (difference && range[0] < 0 && range[1] > 0) {
      const x = box.left + (-range[0] / (range[1] - range[0])) * box.width;
      context.fillStyle = inks.quiet;
      context.fillRect(x, box.top, 1, box.height);
    }
    const brush = brushOf(state);
    if (brush) frame(surface, boxOf(box, [range], brush.ends), inks);
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-label", `${caption.textContent}. Enter begins a brush, arrows move it, Escape ends it.`);
    const key = difference ? "" : known.lines.map(({ place }) => `${data.letters[place]} ${data.titles[place]}`).join("\n");
    if (legend.dataset.key !== key) {
      legend.dataset.key = key;
      legend.replaceChildren(
        ...(difference ? [] : known.lines).map(({ place }, n) => {
          const mark = make("i", "");
          const colour = data.colours[place % data.colours.length];
          mark.style.background = n < data.colours.length ? colour : `repeating-linear-gradient(90deg, ${colour} 0 3px, transparent 3px 5px)`;
          return make("li", "", mark, `${data.letters[place]} ${data.titles[place]}`);
        }),
      );
    }
  }

  /** @param {CanvasRenderingContext2D} context @param {Uint32Array} counts @param {number} top */
  function trace(context, counts, top) {
    context.beginPath();
    const wide = box.width / BINS;
    const base = box.top + box.height;
    context.moveTo(box.left, base);
    for (const [n, count] of counts.entries()) {
      const y = base - (count && Math.max(2, (count / top) * box.height)); // few are seen, too
      context.lineTo(box.left + n * wide, y);
      context.lineTo(box.left + (n + 1) * wide, y);
    }
    context.lineTo(box.left + box.width, base);
  }

  /** @param {CanvasRenderingContext2D} context @param {Uint32Array} counts @param {number} top */
  function fill(context, counts, top) {
    trace(context, counts, top);
    context.fill();
  }

  /** @param {CanvasRenderingContext2D} context @param {Uint32Array} counts @param {number} top */
  function outline(context, counts, top) {
    trace(context, counts, top);
    context.stroke();
  }

  return { element, draw };
}

/** @param {import("./brush.js").State|null} state */
function brushOf(state) {
  return state?.brushes.find(({ kind }) => kind === (state.difference ? "A-B" : "A")) ?? null;
}

/**
 * @param {import("./brush.js").SplitData} data @param {import("./brush.js").Shown} numbers
 * @param {boolean} difference @param {number} first @param {number} second
 */
function linesOf(data, { costs, count }, difference, first, second) {
  /** @type {{place: number, values: Float32Array}[]} */
  const columns = difference
    ? [{ place: first, values: Float32Array.from({ length: count }, (_, n) => costs[first][n] - costs[second][n]) }]
    : data.comparable.map((place) => ({ place, values: costs[place] ?? new Float32Array(0) }));
  let range = rangeOf(columns.map(({ values }) => values));
  if (difference) {
    // 0 at the edge of a bin, so that none holds images of both sides.
    const wide = (range[1] - range[0]) / (BINS - HALF);
    const low = Math.floor(range[0] / wide) * wide;
    range = [low, low + BINS * wide];
  }
  const lines = columns.map(({ place, values }) => {
    const bins = binned(values, values.length, range, BINS);
    return { place, bins, counts: tally(bins, BINS, null) };
  });
  return { range, lines };
}
