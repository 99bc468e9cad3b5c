/**
 * A wall of the same few pictures at every step: images above what the model makes of them, and beside them what it
 * makes up. All of it is decoded with the weights that the plane is drawn with, so that the two never differ in their step.
 */
import { contextOf, finder } from "../../../components/elements.js";
import { normals } from "../util/normals.js";
import { paintMeans, wholeScale } from "../plane/picture.js";
import { signal } from "../util/signals.js";
import { counted, grouped } from "../plane/words.js";
import { epochName } from "./epochs.js";

const [IMAGES, DRAWS, ROWS] = [6, 6, 2];
/** Pixels of an image between two pictures, and between those of images and those of the prior. */
const [GAP, APART] = [1, 5];
/** Small enough that the plane above stays in sight. */
const MOST_ROW = 40;
/** Left and right together, as `wall.css` has them. */
const PADDING = 32;
const SEED = 1;

/** @type {import("../plane/feature.js").FeatureModule} */
export const feature = { order: 35, create: createWall };

/** @param {import("../plane/feature.js").Plane} plane @returns {import("../plane/feature.js").Feature} */
function createWall({ root, state, effect, decoding }) {
  const { html, canvas: canvasAt } = finder(root);
  const [box, canvas, words] = [html(".wall"), canvasAt(".wall canvas"), html(".wall figcaption")];
  const context = contextOf(canvas);
  const come = signal(0);
  const heard = () => void come.value++;
  /** What was drawn last: points that glide change nothing here. @type {unknown[]} */
  let last = [];

  effect(() => {
    const [model, earlier, epoch] = [state.loaded.value, state.earlier.value, state.epoch.value];
    const compact = state.data.value?.compact ?? false;
    box.hidden = !compact || model === null;
    if (!compact || model === null) return;
    const decoder = decoding();
    // An epoch whose points were not kept has no codes of these images, and those of another do not fit its weights.
    const mu = epoch !== null && !earlier ? null : bound(earlier ?? model.encodings);
    const next = [decoder, mu, come.value, state.images.value];
    if (next.every((each, n) => each === last[n])) return;
    last = next;
    const [, height, width] = model.imageShape;
    const columns = mu ? model.axes.length : 0;
    const count = mu ? Math.min(IMAGES, mu.length / columns) : 0;
    const right = count ? count * (width + GAP) + APART : 0;
    [canvas.width, canvas.height] = [right + (DRAWS / ROWS) * (width + GAP) - GAP, ROWS * (height + GAP) - GAP];
    /** @param {Float32Array} means @param {number} x @param {number} row */
    const put = (means, x, row) => {
      const image = new ImageData(width, height);
      paintMeans(means, [means.length / (height * width), height, width], image);
      context.putImageData(image, x, row * (height + GAP));
    };
    let here = 0;
    for (let n = 0; mu && n < count; n++) {
      const x = n * (width + GAP);
      const pixels = state.images.value.get(n, heard);
      if (pixels) {
        put(Float32Array.from(pixels, (value) => value / 255), x, 0);
        here++;
      }
      put(model.decodeShown([...mu.subarray(n * columns, (n + 1) * columns)], decoder.decode), x, 1);
    }
    box.dataset.images = String(here);
    const zs = normals(DRAWS * model.latentDim, SEED);
    for (let n = 0; n < DRAWS; n++) {
      const z = zs.subarray(n * model.latentDim, (n + 1) * model.latentDim);
      put(decoder.decode(z), right + (n % (DRAWS / ROWS)) * (width + GAP), Math.floor(n / (DRAWS / ROWS)));
    }
    const room = Math.min(box.clientWidth - PADDING, (MOST_ROW / height) * canvas.width);
    canvas.style.width = `${canvas.width * wholeScale(canvas.width, room, window.devicePixelRatio)}px`;
    words.textContent = wallWords({ count, draws: DRAWS, step: model.step, epoch, flat: model.latentDim > columns, slower: model.slower });
    canvas.setAttribute("aria-label", words.textContent);
  });

  return {};
}

/** Where points lie, or will in a moment. @param {import("../plane/canvas.js").Encodings|null} encodings */
const bound = (encodings) => encodings?.glide?.to ?? encodings?.mu ?? null;

/**
 * What the wall shows, and of when.
 *
 * @param {{count: number, draws: number, step: number|null, epoch: number|null, flat: boolean, slower: string}} shown
 * `count` of images; `flat`: of their codes the plane's part alone is known; `step` of a run that trains, and
 * `slower` why it moves less often than others
 */
export function wallWords({ count, draws, step, epoch, flat, slower }) {
  const when = epoch !== null ? `epoch ${epochName(epoch)}` : step !== null ? `step ${grouped(step)}` : "the model itself";
  const made = counted(draws, "draw");
  const last = slower && `. ${slower}`;
  if (!count) return `${made} · ${when}${last}`;
  const where = flat ? "decoded below from this plane" : "reconstructed below";
  return `${counted(count, "image")}, ${where} · ${made} · ${when}${last}`;
}
