/** The whole network, folded: a cell for each unit, in the colour of what it says of the chosen image. */
import { make } from "../../components/elements.js";
import { pixels } from "./figures.js";

const LARGE = 112; // CSS pixels of a drawn layer

/** @param {import("./stations.js").BatchView} view @param {import("./stations.js").Image} image */
export function drawNetwork(view, image) {
  const [, posterior, , codes, decoded] = image.figures;
  const between = (/** @type {import("./stations.js").Figure} */ figure, /** @type {string} */ name) =>
    column(name, make("span", "lines", ...spots(figure)));
  const columns = [
    column("x", picture(view, image.picture, "what the encoder sees"), view.size),
    ...image.encoder.map((layer, index) => layerColumn(layer, `encoder ${index + 1}`)),
    between(posterior, "μ and σ"),
    between(codes, "z"),
    ...image.decoder.map((layer, index) => layerColumn(layer, `decoder ${index + 1}`)),
    column("drawn", picture(view, decoded.pictures?.[0] ?? "", "what the decoder draws"), view.size),
  ];
  const summary = make("summary", "", "The whole network, and what each unit says of this image");
  const legend = make("p", "quiet", "A cell is a unit: blue is below zero, white is zero, red is above.");
  return make("details", "network", summary, make("div", "columns", ...columns), legend);
}

/** @param {import("./stations.js").Figure} figure */
function spots({ axes = [], shown = 0 }) {
  return axes
    .slice(0, shown)
    .flatMap(({ name, lines }) => [make("span", "quiet", name), ...lines.map((line) => make("span", "value", line))]);
}

/** @param {import("./stations.js").BatchView} view @param {string} source @param {string} alt */
function picture(view, source, alt) {
  return placed(pixels(source, view.width, view.height, alt, LARGE));
}

/** @param {import("./stations.js").Layer} layer @param {string} name */
function layerColumn(layer, name) {
  const drawn = placed(pixels(layer.source, layer.width, layer.height, `${name}: ${layer.text}, ${layer.ends}`, LARGE));
  return column(name, drawn, layer.text, layer.ends);
}

/** @param {HTMLElement} image */
function placed(image) {
  const place = make("span", "drawn", image);
  place.setAttribute("data-across", "1");
  return place;
}

/** @param {string} name @param {HTMLElement} content @param {...string} below */
function column(name, content, ...below) {
  const told = below.filter(Boolean).map((each) => make("span", "quiet", each));
  return make("div", "column", make("span", "name", name), content, ...told);
}
