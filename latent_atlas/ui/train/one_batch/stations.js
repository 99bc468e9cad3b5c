/**
 * Draws a batch: its pictures to choose from, the equations, the stations, what is said of the one that is lit, and the
 * network. All numbers come as text, and all pictures as addresses (`view.py`).
 *
 * @typedef {{source: string, width: number, height: number, text: string, ends: string}} Layer
 * @typedef {{name: string, from: number, to: number, at: number, lines: string[]}} Axis places are from 0 to 1
 * @typedef {{pictures?: string[], layers?: Layer[], axes?: Axis[], ends?: [string, string], shown?: number, more?: number,
 *            bars?: [distortion: number, rate: number]|null, sums?: [string, string][], remark?: string,
 *            rows?: [name: string, text: string, share: number][], rowsTitle?: string}} Figure
 * @typedef {[pieces: [text: string, stations: string[]][], name: string]} Term `name` stands below it
 * @typedef {{picture: string, figures: Figure[], encoder: Layer[], decoder: Layer[]}} Image
 * @typedef {{step: number, title: string, note: string, equations: Term[][],
 *            stations: {key: string, name: string, sentence: string}[], width: number, height: number, size: string,
 *            names: string[], batch: [name: string, elbo: string, distortion: string, rate: string][], images: Image[]}} BatchView
 */
import { make } from "../../components/elements.js";
import { drawFigure, pixels } from "./figures.js";
import { drawNetwork } from "./network.js";

const CHOICE = 32; // CSS pixels that a picture to choose may have
let unfolded = false; // the network, also when another batch or image is drawn

/**
 * @param {BatchView} view @param {number} chosen which image
 * @param {{station: (index: number) => void, image: (index: number) => void}} on
 */
export function drawBatch(view, chosen, on) {
  const image = view.images[chosen];
  const equations = make("div", "equations", ...view.equations.map((line) => equationOf(line)));
  equations.setAttribute("role", "math");
  const choices = view.images.map((each, index) => choice(view, each, index, index === chosen, on.image));
  const pictures = make("div", "pictures", ...choices);
  pictures.setAttribute("role", "group");
  pictures.setAttribute("aria-label", "Images of the batch");

  const cards = view.stations.map((station, index) => {
    const card = make("button", "station", make("span", "name", station.name), drawFigure(view, image.figures[index]));
    card.type = "button";
    card.onclick = () => on.station(index);
    return card;
  });
  const rail = make("div", "rail", ...cards);
  rail.setAttribute("role", "group");
  rail.setAttribute("aria-label", "Stations: arrow keys go back and on");
  rail.onkeydown = (event) => {
    const here = cards.findIndex((card) => card.getAttribute("aria-current") === "step");
    /** @type {Record<string, number>} */
    const targets = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: cards.length - 1 };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    on.station(target);
    cards[Math.max(0, Math.min(cards.length - 1, target))].focus();
  };

  const sentence = make("p", "sentence");
  sentence.setAttribute("aria-live", "polite");
  const details = make("div", "details");
  const network = drawNetwork(view, image);
  network.open = unfolded;
  network.ontoggle = () => (unfolded = network.open);
  const note = view.note ? make("p", "note", view.note) : null;
  const head = make("div", "head", pictures, equations);
  const element = make("div", "batch", head, sentence, rail, details, network, note);

  const observer = new ResizeObserver(() => fit(element));
  observer.observe(element);

  return {
    element,
    /** @param {number} at the station that is lit @param {boolean} playing what comes after it is dim then */
    mark(at, playing) {
      const { key, sentence: words } = view.stations[at];
      cards.forEach((card, index) => {
        card.tabIndex = index === at ? 0 : -1;
        card.toggleAttribute("data-ahead", playing && index > at);
        if (playing && index === at) card.scrollIntoView({ block: "nearest" });
        if (index === at) card.setAttribute("aria-current", "step");
        else card.removeAttribute("aria-current");
      });
      for (const piece of equations.querySelectorAll("[data-lit-at]")) {
        const lit = piece.getAttribute("data-lit-at")?.split(" ").includes(key) ?? false;
        piece.classList.toggle("lit", lit);
      }
      if (sentence.textContent === words) return;
      sentence.textContent = words;
      details.replaceChildren(...detailsOf(view, image.figures[at], key));
    },
    /** @param {number} index */
    focusImage(index) {
      choices[index].focus();
    },
    dispose() {
      observer.disconnect();
    },
  };
}

/** @param {Term[]} line */
function equationOf(line) {
  const terms = line.map(([pieces, name]) => {
    const symbols = pieces.map(([text, stations]) => {
      const piece = make("span", "", text);
      piece.setAttribute("data-lit-at", stations.join(" "));
      return piece;
    });
    return make("span", "term", make("span", "", ...symbols), name ? make("span", "term-name", name) : null);
  });
  return make("div", "equation", ...terms);
}

/** @param {BatchView} view @param {Image} image @param {number} index @param {boolean} chosen @param {(index: number) => void} choose */
function choice(view, image, index, chosen, choose) {
  const button = make("button", "picture", pixels(image.picture, view.width, view.height, `image ${index + 1} of the batch`, CHOICE));
  button.type = "button";
  button.setAttribute("aria-pressed", String(chosen));
  button.onclick = () => choose(index);
  return button;
}

/** What does not fit on a card. @param {BatchView} view @param {Figure} figure @param {string} key @returns {HTMLElement[]} */
function detailsOf(view, figure, key) {
  const found = [];
  if (key === "nats" || key === "step") found.push(accountOf(view, key === "step"));
  if (figure.rows) {
    found.push(make("div", "", make("div", "title", figure.rowsTitle ?? ""), barsOf(figure.rows)));
  }
  const shown = figure.shown ?? 0;
  if (figure.axes && figure.axes.length > shown) {
    const more = figure.more ? `, and ${figure.more} more that say less` : "";
    const rows = figure.axes.map(({ name, lines }) =>
      make("div", "pair", make("span", "", name), make("span", "value", lines.join(" "))),
    );
    const title = make("div", "title", `The dimensions that say most${more}`);
    found.push(make("div", "", title, make("div", "pairs", ...rows)));
  }
  return found;
}

/** @param {[name: string, text: string, share: number][]} rows */
function barsOf(rows) {
  const list = make("div", "bars");
  for (const [name, text, share] of rows) {
    const bar = make("span", "bar");
    bar.style.width = `${100 * share}%`;
    list.append(make("span", "", name), make("span", "track", bar), make("span", "value", text));
  }
  return list;
}

/** The whole batch in nats per image. @param {BatchView} view @param {boolean} both also after the step */
function accountOf(view, both) {
  const head = make("tr", "", ...[both ? "whole batch" : "", ...view.names].map((name) => make("th", "", name)));
  const rows = view.batch
    .slice(0, both ? 2 : 1)
    .map(([name, ...values]) =>
      make("tr", "", make("th", "", both ? `${name} the step` : "mean of the whole batch"), ...values.map((each) => make("td", "", each))),
    );
  return make("table", "account", head, ...rows);
}

/** Pictures are drawn at whole multiples of their pixels, as large as their place allows. @param {HTMLElement} element */
function fit(element) {
  for (const image of element.querySelectorAll("img")) {
    const [width, height] = [Number(image.dataset.width), Number(image.dataset.height)];
    const place = image.closest("[data-across]");
    const most = Number(image.dataset.most);
    const room = place ? place.clientWidth / Number(place.getAttribute("data-across")) - 1 : most;
    const scale = Math.max(1, Math.min(Math.floor(room / width), Math.floor(most / Math.max(width, height))));
    image.width = width * scale;
    image.height = height * scale;
  }
}
