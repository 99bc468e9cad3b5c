/** Terms of art in what the plane says: each explains itself under the pointer, on focus, and under a finger. */
import { make } from "../../../components/elements.js";

/** Longer ones first: “mean of p(x|z)” is not “p(x|z)” alone. */
const TERMS = {
  "mean of p(x|z)": "p(x|z) tells how likely each picture x is at the spot z. Its mean is the average of them all: that is why edges are soft.",
  "latent dimensions": "The numbers that the network keeps of a picture",
  "Φ(z)": "The share of the prior that lies below z: equal steps of it are equally likely",
  encoder: "The half of the network that reads a picture and says where on the map it belongs",
  decoder: "The half of the network that draws a picture from a spot of the map",
  class: "Its label stands where most dots are its own; a pale one, where others outnumber them",
  prior: "Where the network expects pictures before it has seen any: round about the middle, ever fewer farther out",
  network: "A variational autoencoder: it has learned to keep each picture as a spot of this map, and to draw it again from there",
  code: "The numbers that the network keeps of a picture: its place on the map",
  hole: "A spot where the prior expects pictures and none has been",
};

/** @param {Record<string, string>} terms */
function patternOf(terms) {
  const words = Object.keys(terms).map((term) => term.replace(/[()|]/g, "\\$&"));
  return new RegExp(`(?<![\\p{L}])(${words.join("|")})(?![\\p{L}])`, "u");
}

/**
 * Puts words on the page, with the terms among them explained where they stand for the first time. The same words again
 * would be spoken again, and stay.
 *
 * @param {HTMLElement} element @param {string} text @param {Record<string, string>} [more] terms, with what they mean
 */
export function explain(element, text, more = {}) {
  if (element.textContent === text) return;
  /** @type {Record<string, string>} */
  const terms = { ...more, ...TERMS };
  const told = new Set();
  const parts = text.split(patternOf(terms)).map((part) => {
    const meaning = Object.hasOwn(terms, part) && !told.has(part) ? terms[part] : null;
    if (!meaning) return part;
    told.add(part);
    const term = make("dfn", "", part);
    term.tabIndex = 0;
    term.title = meaning;
    return term;
  });
  element.replaceChildren(...parts);
}
