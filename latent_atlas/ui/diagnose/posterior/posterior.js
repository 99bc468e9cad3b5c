/**
 * What an image could have come from, p(z|x), and what the encoder says of it, q(z|x), on the plane of a model of two
 * dimensions, of the image that was chosen, or for whichever the pointer is on. The browser integrates by itself (`posterior_worker.js`).
 *
 * @typedef {{decoder: string, sheet: string, worker: string, split: string, labels: string[], family: string,
 *            best: {rings: [number, number][][], bound: number}[],
 *            image: number|null, turn: number}} Told
 * `decoder`, `sheet` and `worker` are addresses; `labels`: the class of each image, none without classes; `family`: what
 * q is; `best`: of the first images, rings and bound of the best of the family, as far as that is measured; `image`: the
 * one that the address names; `turn`: how often somebody has gone back or forward
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
const REST_MS = 250; // keys come in bursts: Streamlit hears of the last one
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
  /** The image that was chosen, and the one that is seen: that under the pointer, if any. */
  let [chosen, seen] = [-1, -1];
  let pointed = -1; // the image that the last picture was begun with
  let telling = 0;
  /** @type {(name: string, value: unknown) => void} */
  let send = () => {};
  let fetching = new AbortController();

  /** @param {number} image */
  const nameOf = (image) => `Image ${image}${told?.labels.length ? ` (${told.labels[image]})` : ""}`;

  /** @param {number} image by somebody's hand */
  function choose(image) {
    settle(image);
    clearTimeout(telling);
    telling = window.setTimeout(() => send("image", chosen), REST_MS);
  }

  /** @param {number} image */
  function settle(image) {
    chosen = image;
    for (const each of made) each.mark(image);
    see(image);
  }

  /** @param {number|null} image under the pointer, if any */
  const preview = (image) => see(image ?? chosen);

  /** @param {number} image */
  function see(image) {
    if (image === seen) return;
    seen = image;
    root.dataset.image = String(image);
    worker?.postMessage({ look: image });
    showImage();
    showFound();
  }

  function showImage() {
    if (!sheet || seen < 0) return;
    picture(0, sheet.pixels(seen));
    if (decoder) picture(1, decoder.decode(sheet.mean(seen)));
  }

  function showFound() {
    if (!sheet || !told || seen < 0) return;
    const found = known.get(seen) ?? null;
    const best = told.best[seen] ?? null;
    root.dataset.found = found ? String(seen) : "";
    for (const { classList } of [plane.element, figures[2].element, figures[3].element]) classList.toggle("stale", !found);
    table.replaceChildren(...rows(found, best && best.bound).map(([what, much, remark]) => make("div", "", make("dt", "", what), make("dd", "", much), make("dd", "remark", remark))));
    key.show(told.family, best !== null);
    if (!found) {
      say(`${nameOf(seen)}…`);
      return;
    }
    say(sentence(nameOf(seen), found));
    plane.show({ ...found, mean: sheet.mean(seen), rings: sheet.rings(seen).slice(0, -1), best: best?.rings ?? [] });
    if (!decoder) return;
    picture(2, decoder.decode([found.mode.x, found.mode.y]));
    // What the pointer has shown of this image stays, whatever else the page has to say of it.
    if (pointed === seen) return;
    pointed = seen;
    picture(3, decoder.decode([found.mode.x, found.mode.y]));
    figures[3].words.textContent = PICTURES[3];
  }

  /** @param {[number, number]} z @param {number} depth */
  function point(z, depth) {
    if (!decoder || !known.has(seen)) return;
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
      ...(presets.length ? [createStrip(first, `${id}-missed`, presets, nameOf, sheet, choose, preview)] : []),
      createStrip(`The first ${counted(sheet.count, "image")} (${told?.split})`, `${id}-all`, all, nameOf, sheet, choose, preview),
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
    if (done !== undefined && seen < 0) say(`Decoding the plane once, for all images: ${Math.round(100 * done)} %`);
    if (missed) {
      lay(missed);
      if (chosen < 0) settle(named() ?? missed[0] ?? 0);
    }
    if (!found) return;
    known.set(found.image, found);
    if (found.image === seen) showFound();
  }

  /** The image that the address names, if there is such a one. */
  function named() {
    const image = told?.image ?? -1;
    return sheet && image >= 0 && image < sheet.count ? image : null;
  }

  function close() {
    fetching.abort();
    worker?.terminate();
    worker = sheet = decoder = null;
    known.clear();
    clearTimeout(telling);
    [chosen, seen, pointed] = [-1, -1, -1];
  }

  return {
    update({ data, setStateValue }) {
      const before = told;
      told = data;
      send = setStateValue;
      if (before?.decoder === data.decoder && before.sheet === data.sheet) {
        const image = before.turn === data.turn || chosen < 0 ? null : named();
        if (image !== null) settle(image);
        showFound();
      } else open(data).catch((problem) => problem.name !== "AbortError" && say(String(problem.message)));
    },
    dispose() {
      close();
      plane.dispose();
    },
  };
}
