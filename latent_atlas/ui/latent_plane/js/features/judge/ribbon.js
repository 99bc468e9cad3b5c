/**
 * What a judge makes of a path, as a chart beneath its pictures: how sure it is, as a height, in the colour of the class
 * that it sees, and a line where that changes.
 *
 * @typedef {{classes: number[], confidence: number[], crossings: import("./words.js").Crossing[]}} Verdicts
 * of spots that divide a path into equal parts, both ends among them
 */
import { make } from "../../../../components/elements.js";
import { crossingsSentence } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
/** Parts of the path that a name needs, for each of its letters. */
const LETTER = 0.016;

/** @param {(share: number|null) => void} [onHover] a share of the path, 0 to 1; null once the pointer has left */
export function createRibbon(onHover) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 1 1");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const labels = make("div", "ribbon-names");
  const words = make("p", "ribbon-words");
  words.setAttribute("role", "status");
  const chart = make("div", "ribbon-chart");
  chart.append(svg);
  chart.title = "How probable the judge finds the class that it sees, from none to certain";
  const element = make("div", "ribbon", chart, labels, words);
  if (onHover) {
    chart.onpointermove = ({ clientX }) => {
      const { left, width } = chart.getBoundingClientRect();
      onHover(Math.min(1, Math.max(0, (clientX - left) / width)));
    };
    chart.onpointerleave = () => onHover(null);
  }

  return {
    element,
    /** @param {Verdicts} verdicts @param {string[]} names of the classes @param {string[]} colours */
    draw(verdicts, names, colours) {
      const parts = partsOf(verdicts);
      const lines = verdicts.crossings.map(({ at }) => shape("line", { x1: at, x2: at, y1: 0, y2: 1 }));
      svg.replaceChildren(...parts.map(({ label, corners }) => {
        const points = corners.map(([x, y]) => `${x},${1 - y}`).join(" ");
        return shape("polygon", { points, fill: colours[label] ?? "currentColor" });
      }), ...lines);
      labels.replaceChildren(...parts.filter(({ from, to, label }) => to - from > LETTER * (names[label].length + 1)).map(({ label, from, to }) => {
        const name = make("span", "", names[label]);
        name.style.left = `${50 * (from + to)}%`;
        return name;
      }));
      const said = crossingsSentence(verdicts.crossings, names);
      if (words.textContent !== said) words.textContent = said;
    },
  };
}

/**
 * The parts of a path between crossings: which class, and the corners of how sure it is.
 *
 * @param {Verdicts} verdicts
 * @returns {{label: number, from: number, to: number, corners: [number, number][]}[]}
 */
export function partsOf({ classes, confidence, crossings }) {
  const last = confidence.length - 1;
  const ends = [0, ...crossings.map(({ at }) => at), 1];
  /** @param {number} share */
  const sure = (share) => {
    const n = Math.min(last - 1, Math.floor(share * last));
    return confidence[n] + (share * last - n) * (confidence[n + 1] - confidence[n]);
  };
  return ends.slice(1).map((to, k) => {
    const from = ends[k];
    /** @type {[number, number][]} */
    const inside = confidence.map((value, n) => /** @type {[number, number]} */ ([n / last, value])).filter(([x]) => x > from && x < to);
    const label = k === 0 ? classes[0] : crossings[k - 1].after;
    return { label, from, to, corners: [[from, 0], [from, sure(from)], ...inside, [to, sure(to)], [to, 0]] };
  });
}

/** @param {string} kind @param {Record<string, string|number>} attributes */
function shape(kind, attributes) {
  const made = document.createElementNS(SVG, kind);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}
