/**
 * What an image could have come from, p(z|x), and what the encoder says of it, q(z|x), on the plane of a model of two
 * dimensions, for whichever image the pointer is on. The browser integrates by itself (`posterior_worker.js`).
 *
 * @typedef {{decoder: string, sheet: string, worker: string, split: string, labels: string[], family: string,
 *            best: {rings: [number, number][][], bound: number}[]}} Told
 * `decoder`, `sheet` and `worker` are addresses; `labels`: the class of each image, none without classes; `family`: what
 * q is; `best`: of the first images, rings and bound of the best of the family, as far as that is measured
 * @typedef {import("./found.js").Found} Found
 * @typedef {import("./sheet.js").Sheet} Sheet
 * @typedef {import("../../latent_plane/js/decode/decoder.js").Decoder} Decoder
 * @typedef {ReturnType<typeof createStrip>} Strip
 */
import { find, make } from "../../components/elements.js";
import { buildDecoder } from "../../latent_plane/js/decode/decoder.js";
import { fetchSafetensors } from "../../latent_plane/js/decode/safetensors.js";
import { createPicture } from "../../latent_plane/js/plane/picture.js";
import { counted, number } from "../../latent_plane/js/plane/words.js";
import { createKey } from "./key.js";
import { createPlane } from "./plane.js";
import { readSheet } from "./sheet.js";
import { createStrip } from "./strip.js";
import { rows, sentence } from "./words.js";

const PRESETS = 4;
const ROOM = 112; // CSS pixels for a picture
const PICTURES = ["the image", "at the encoder's mean", "at the mode of p(z|x)", "under the pointer"];
let views = 0;

/**
 * @param {import("../../components/bootstrap.js").Parent} parent
 * @returns {import("../../components/bootstrap.js").View<Told>}
 */
export function createPosterior(parent) {
  const root = find(parent, ".posterior", HTMLElement);
  const id = `posterior-${views++}`;
  const said = make("p", "said");
  said.setAttribute("role", "status");
  const strips = make("div", "strips");
  const table = make("dl", "numbers");
  const figures = PICTURES.map((caption) => {
    const canvas = make("canvas", "");
    const words = make("figcaption", "", caption);
    return { picture: createPicture(canvas), words, element: make("figure", "", canvas, words) };
  });
  const key = createKey();
  const plane = createPlane(point, key.element);
  const side = make("div", "side", make("div", "figures", ...figures.map(({ element }) => element)), table);
  root.replaceChildren(said, make("div", "parts", strips, plane.element, side));

  /** @type {Told|null} */
  let told = null;
  /** @type {Worker|null} */
  let worker = null;
  /** @type {Sheet|null} */
  let sheet = null;
  /** @type {Decoder|null} */
  let decoder = null;
  /** @type {Map<number, Found>} */
  const known = new Map();
  /** @type {Strip[]} */
  let made = [];
  let chosen = -1;
  let fetching = new AbortController();

  /** @param {number} image */
  const nameOf = (image) => `Image ${image}${told?.labels.length ? ` (${told.labels[image]})` : ""}`;

  /** @param {number} image */
  function choose(image) {
    if (image === chosen) return;
    chosen = image;
    root.dataset.image = String(image);
    for (const each of made) each.mark(image);
    worker?.postMessage({ look: image });
    showImage();
    showFound();
  }

  function showImage() {
    if (!sheet || chosen < 0) return;
    picture(0, sheet.pixels(chosen));
    if (decoder) picture(1, decoder.decode(sheet.mean(chosen)));
  }

  function showFound() {
    if (!sheet || !told || chosen < 0) return;
    const found = known.get(chosen) ?? null;
    const best = told.best[chosen] ?? null;
    root.dataset.found = found ? String(chosen) : "";
    for (const { classList } of [plane.element, figures[2].element, figures[3].element]) classList.toggle("stale", !found);
    table.replaceChildren(...rows(found, best && best.bound).map(([what, much, remark]) => make("div", "", make("dt", "", what), make("dd", "", much), make("dd", "remark", remark))));
    key.show(told.family, best !== null);
    if (!found) {
      say(`${nameOf(chosen)}…`);
      return;
    }
    say(sentence(nameOf(chosen), found));
    plane.show({ ...found, mean: sheet.mean(chosen), rings: sheet.rings(chosen).slice(0, -1), best: best?.rings ?? [] });
    if (!decoder) return;
    picture(2, decoder.decode([found.mode.x, found.mode.y]));
    picture(3, decoder.decode([found.mode.x, found.mode.y]));
    figures[3].words.textContent = PICTURES[3];
  }

  /** @param {[number, number]} z @param {number} depth */
  function point(z, depth) {
    if (!decoder || !known.has(chosen)) return;
    picture(3, decoder.decode(z));
    figures[3].words.textContent = depth > 30 ? "under the pointer, out of reach" : `under the pointer, ${number(-depth, 1)} nats`;
  }

  /** @param {number} which @param {Float32Array} means */
  function picture(which, means) {
    if (!sheet) return;
    figures[which].picture.fit(sheet.shape, ROOM);
    figures[which].picture.draw(means, sheet.shape);
  }

  /** @param {string} text */
  function say(text) {
    if (said.textContent !== text) said.textContent = text;
  }

  /** @param {number[]} missed */
  function lay(missed) {
    if (!sheet) return;
    const all = [...Array(sheet.count).keys()];
    const presets = missed.slice(0, PRESETS);
    const first = presets.length > 1 ? "Modes that the encoder misses" : "A mode that the encoder misses";
    made = [
      ...(presets.length ? [createStrip(first, `${id}-missed`, presets, nameOf, sheet, choose)] : []),
      createStrip(`The first ${counted(sheet.count, "image")} (${told?.split})`, `${id}-all`, all, nameOf, sheet, choose),
    ];
    strips.replaceChildren(...made.map(({ element }) => element));
    for (const each of made) each.mark(chosen);
  }

  /** @param {Told} asked */
  async function open(asked) {
    close();
    root.dataset.image = root.dataset.found = "";
    key.show(asked.family, false);
    say("Decoding the plane once, for all images…");
    fetching = new AbortController();
    const { signal } = fetching;
    worker = new Worker(new URL(asked.worker, document.baseURI), { type: "module" });
    worker.onmessage = ({ data }) => heard(data);
    worker.onerror = () => say("The posterior cannot be worked out in this browser.");
    const [decoderAt, sheetAt] = [asked.decoder, asked.sheet].map((each) => new URL(each, document.baseURI).href);
    worker.postMessage({ decoder: decoderAt, sheet: sheetAt });
    const [file, content] = await Promise.all([fetchSafetensors(decoderAt, signal), fetchSafetensors(sheetAt, signal)]);
    decoder = buildDecoder(file);
    sheet = readSheet(content);
    lay([]);
    showImage();
  }

  /** @param {{done?: number, missed?: number[], found?: Found, error?: string}} message */
  function heard({ done, missed, found, error }) {
    if (error) say(error);
    if (done !== undefined && chosen < 0) say(`Decoding the plane once, for all images: ${Math.round(100 * done)} %`);
    if (missed) {
      lay(missed);
      if (chosen < 0) choose(missed[0] ?? 0);
    }
    if (!found) return;
    known.set(found.image, found);
    if (found.image === chosen) showFound();
  }

  function close() {
    fetching.abort();
    worker?.terminate();
    worker = sheet = decoder = null;
    known.clear();
    chosen = -1;
  }

  return {
    update({ data }) {
      const before = told;
      told = data;
      if (before?.decoder === data.decoder && before.sheet === data.sheet) showFound();
      else open(data).catch((problem) => problem.name !== "AbortError" && say(String(problem.message)));
    },
    dispose() {
      close();
      plane.dispose();
    },
  };
}
