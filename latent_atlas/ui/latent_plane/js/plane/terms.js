/** Terms of art in what the plane says: each explains itself under the pointer, on focus, and under a finger. */
import { make } from "../../../components/elements.js";

/** Longer ones first: “mean of p(x|z)” is not “p(x|z)” alone. */
const TERMS = {
  "mean of p(x|z)": "p(x|z) tells how likely each picture x is at the spot z. Its mean is the average of them all: that is why edges are soft.",
  "latent dimensions": "The numbers that the network keeps of a picture",
  "Φ(z)": "The share of the prior that lies below z: equal steps of it are equally likely",
  "drawing error": "How far drawings are from the real pictures, in nats; its term of art is distortion",
  "code length": "What it takes to say a picture's spot on the map, in nats; its term of art is rate",
  distortion: "The drawing error: how far drawings are from the real pictures, in nats",
  encoder: "The half of the network that reads a picture and says where on the map it belongs",
  decoder: "The half of the network that draws a picture from a spot of the map",
  class: "Its label stands where most dots are its own; a pale one, where others outnumber them",
  prior: "Where the network expects pictures before it has seen any: round about the middle, ever fewer farther out",
  network: "A variational autoencoder: it has learned to keep each picture as a spot of this map, and to draw it again from there",
  nats: "A unit of information: 1 nat is 1.44 bits",
  rate: "The code length: what it takes to say a picture's spot on the map, in nats",
  hole: "A spot where the prior expects pictures and none has been",
};
const PATTERN = new RegExp(
  `(?<![\\p{L}])(${Object.keys(TERMS).map((term) => term.replace(/[()|]/g, "\\$&")).join("|")})(?![\\p{L}])`,
  "u",
);

/**
 * Puts words on the page, with the terms among them explained where they stand for the first time. The same words again
 * would be spoken again, and stay.
 *
 * @param {HTMLElement} element @param {string} text
 */
export function explain(element, text) {
  if (element.textContent === text) return;
  const told = new Set();
  const parts = text.split(PATTERN).map((part) => {
    const meaning = Object.hasOwn(TERMS, part) && !told.has(part) ? TERMS[/** @type {keyof typeof TERMS} */ (part)] : null;
    if (!meaning) return part;
    told.add(part);
    const term = make("dfn", "", part);
    term.tabIndex = 0;
    term.title = meaning;
    return term;
  });
  element.replaceChildren(...parts);
}
