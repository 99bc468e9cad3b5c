/**
 * Finds the posteriors of images away from the page's thread: that of the image that is looked at first, then those
 * beside it, so that they are there when somebody goes on.
 *
 * In:  {decoder, sheet}: addresses, once; then {look}: the number of an image
 * Out: {done} a share of what has to be decoded once; {missed}: images whose mode the encoder misses, first those
 *      that the mode draws best;
 *      {found: Found}; {error}
 */
import { buildDecoder } from "../../latent_plane/js/decode/decoder.js";
import { fetchSafetensors } from "../../latent_plane/js/decode/safetensors.js";
import { boundOf, foundOf } from "./found.js";
import { integrate } from "./grid.js";
import { missedModes } from "./missed.js";
import { readSheet } from "./sheet.js";
import { coarseHeights, decodeTable, heightOf } from "./table.js";

/** Milliseconds after which messages are let in. */
const PATIENCE = 30;

/** How many images to either side of the one that is looked at are found too. */
const AHEAD = 4;

/** @typedef {import("./found.js").Found} Found */

/** The image that somebody looks at; −1 before. */
let looked = -1;
/** @type {Set<number>} */
const done = new Set();
/** Wakes the work where there is none left. @type {() => void} */
let wake = () => {};
const breathe = () => new Promise((resolve) => setTimeout(resolve));

self.onmessage = ({ data }) => {
  if (typeof data.look === "number") {
    looked = data.look;
    wake();
  } else work(data.decoder, data.sheet).catch((problem) => self.postMessage({ error: String(problem.message ?? problem) }));
};

/**
 * Runs work to its end, and lets messages in meanwhile.
 *
 * @template {unknown} Y @template R
 * @param {Generator<Y, R>} steps @param {(told: Y) => void} [tell] of where it is, now and then
 */
async function driven(steps, tell) {
  let began = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - began < PATIENCE) continue;
    tell?.(step.value);
    await breathe();
    began = performance.now();
  }
}

/** @param {string} decoderAddress @param {string} sheetAddress */
async function work(decoderAddress, sheetAddress) {
  const [file, sheetFile] = await Promise.all([fetchSafetensors(decoderAddress), fetchSafetensors(sheetAddress)]);
  const decoder = buildDecoder(file);
  const sheet = readSheet(sheetFile);
  const table = await driven(decodeTable(decoder, sheet.extent), (share) => self.postMessage({ done: share }));

  /** @param {number} image @returns {Generator<void, Found>} */
  function* posteriorOf(image) {
    const x = sheet.pixels(image);
    const [height, mean, rings] = [heightOf(decoder, x), sheet.mean(image), sheet.rings(image)];
    const elbo = yield* boundOf(height, sheet.nodes(image));
    const grid = yield* integrate(table, coarseHeights(table, x), height, mean);
    return foundOf(image, grid, elbo, height(...mean), rings);
  }

  self.postMessage({ missed: await driven(missedModes(decoder, table, sheet)) });
  /** What was begun, and left for an image that somebody looked at. @type {Map<number, Generator<void, Found>>} */
  const begun = new Map();
  for (;;) {
    const image = nextOf(sheet.count);
    if (image === null) {
      await new Promise((resolve) => (wake = () => resolve(null)));
      continue;
    }
    const steps = begun.get(image) ?? posteriorOf(image);
    begun.set(image, steps);
    const found = await untilLookedElsewhere(steps, image);
    if (!found) continue;
    begun.delete(image);
    done.add(image);
    self.postMessage({ found });
  }
}

/** The image that comes next: the one looked at, else those about it. @param {number} count @returns {number|null} */
function nextOf(count) {
  const from = Math.max(0, looked);
  for (let away = 0; away <= AHEAD; away++) {
    for (const image of [from + away, from - away]) if (image >= 0 && image < count && !done.has(image)) return image;
  }
  return null;
}

/** @param {Generator<void, Found>} steps @param {number} image @returns {Promise<Found|null>} */
async function untilLookedElsewhere(steps, image) {
  let began = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - began < PATIENCE) continue;
    await breathe();
    if (looked !== image && looked >= 0 && !done.has(looked)) return null;
    began = performance.now();
  }
}
