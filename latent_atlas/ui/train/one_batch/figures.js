/**
 * The small picture on the card of a station.
 *
 * @typedef {import("./stations.js").BatchView} BatchView
 * @typedef {import("./stations.js").Figure} Figure
 */
import { make } from "../../components/elements.js";

const CARD = 112; // CSS pixels that a picture on a card may have

/**
 * A picture by its own pixels; `fit` of the stations enlarges it.
 *
 * @param {string} source @param {number} width @param {number} height @param {string} alt @param {number} most CSS pixels
 */
export function pixels(source, width, height, alt, most) {
  const image = make("img", "pixels");
  image.src = source;
  image.alt = alt;
  image.width = width;
  image.height = height;
  image.dataset.width = String(width);
  image.dataset.height = String(height);
  image.dataset.most = String(most);
  image.draggable = false;
  return image;
}

/** @param {BatchView} view @param {Figure} figure */
export function drawFigure(view, figure) {
  const parts = [];
  if (figure.layers) parts.push(...figure.layers.map(layerOf));
  if (figure.layers?.length === 0) parts.push(make("span", "quiet", "no layer between"));
  if (figure.axes) parts.push(axesOf(figure));
  if (figure.pictures) {
    const alts = figure.ends ? ["gradient at the output"] : ["drawn by the decoder", "drawn after the step"];
    const drawn = figure.pictures.map((each, index) => pixels(each, view.width, view.height, alts[index], CARD));
    const place = make("span", "drawn", ...drawn);
    place.setAttribute("data-across", String(drawn.length));
    parts.push(place);
    if (figure.ends) parts.push(make("span", "quiet", `blue ${figure.ends[0]}, red ${figure.ends[1]}`));
  }
  if (figure.bars) parts.push(stackOf(figure.bars));
  if (figure.sums) {
    const rows = figure.sums.map(([name, text]) =>
      make("span", "sum", make("span", "quiet", name), make("span", "value", text)),
    );
    parts.push(make("span", "sums", ...rows));
  }
  if (figure.remark) parts.push(make("span", "quiet", figure.remark));
  return make("span", "figure", ...parts);
}

/** @param {import("./stations.js").Layer} layer */
function layerOf(layer) {
  const place = make("span", "drawn", pixels(layer.source, layer.width, layer.height, `activations: ${layer.ends}`, CARD));
  place.setAttribute("data-across", "1");
  return make("span", "layer", place, make("span", "value", layer.text), make("span", "quiet", layer.ends));
}

/** Where something lies on each axis, with a band of one σ. @param {Figure} figure */
function axesOf(figure) {
  const list = make("span", "axes");
  for (const { name, from, to, at, lines } of (figure.axes ?? []).slice(0, figure.shown)) {
    const band = make("span", "band");
    band.style.left = `${100 * from}%`;
    band.style.width = `${100 * (to - from)}%`;
    const dot = make("span", "dot");
    dot.style.left = `${100 * at}%`;
    const told = make("span", "lines", ...lines.map((line) => make("span", "value", line)));
    list.append(make("span", "axis", make("span", "quiet", name), make("span", "track", band, dot)), told);
  }
  if (figure.ends) list.append(make("span", "ends quiet", ...figure.ends.map((end) => make("span", "", end))));
  return list;
}

/** @param {[distortion: number, rate: number]} shares */
function stackOf([distortion, rate]) {
  const bar = make("span", "stack");
  for (const [name, share] of /** @type {[string, number][]} */ ([["distortion", distortion], ["rate", rate]])) {
    const part = make("span", name);
    part.style.width = `${100 * share}%`;
    bar.append(part);
  }
  return bar;
}
