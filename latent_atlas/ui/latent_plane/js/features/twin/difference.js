/** What stands between two planes: the pictures of both, and the first minus the second. */
import { createPicture, wholeScale } from "../../plane/picture.js";
import { apart, planes, watch } from "./twin.js";
import { number } from "../../plane/words.js";

/** The ends of the scale, as on Reconstruct: where the first is darker, where it is brighter. */
const DARKER = [33, 102, 172];
const BRIGHTER = [178, 24, 43];
const GAP = 16;

/**
 * Paints one picture minus another: blue at −1, white at 0, red at +1, the same for all. Channels are averaged, so
 * that colour images have one difference a pixel.
 *
 * @param {ArrayLike<number>} one [C, H, W] flattened, in [0, 1] @param {ArrayLike<number>} other
 * @param {[number, number, number]} shape C, H, W @param {ImageData} image W × H, written in place
 * @returns {number} the mean over all pixels of its size
 */
export function paintDifference(one, other, [channels, height, width], image) {
  const area = height * width;
  let total = 0;
  for (let p = 0; p < area; p++) {
    let sum = 0;
    for (let at = p; at < channels * area; at += area) sum += one[at] - other[at];
    const value = Math.min(1, Math.max(-1, sum / channels));
    const [end, size] = value < 0 ? [DARKER, -value] : [BRIGHTER, value];
    for (let k = 0; k < 3; k++) image.data[4 * p + k] = Math.round(255 + size * (end[k] - 255));
    image.data[4 * p + 3] = 255;
    total += size;
  }
  return total / area;
}

/** @param {string[]} names of the axes of the first plane @param {string[]} others @returns {string|null} */
function renamed(names, others) {
  const same = names.join() === others.join();
  return same ? null : `${names.join(", ")} of the first and ${others.join(", ")} of the second have the same values.`;
}

/** @param {HTMLElement} root `.between` */
export function createBetween(root) {
  const find = (/** @type {string} */ selector) => /** @type {any} */ (root.querySelector(selector));
  const figures = ["first", "second"].map((seat) => {
    const figure = find(`.${seat}`);
    const canvas = figure.querySelector("canvas");
    return { canvas, caption: figure.querySelector("figcaption"), picture: createPicture(canvas) };
  });
  const [difference, key, canvas, size, words] = [".difference", ".key", ".difference canvas", ".size", ".between-words"].map(find);
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  /** @type {ImageData|null} */
  let image = null;
  let titles = ["", ""];
  let fitted = "";
  const observer = new ResizeObserver(show);
  observer.observe(root);
  const unwatch = watch(show);

  function show() {
    const { first, second } = planes();
    const [one, other] = [first, second].map((member) => ({ member, model: member?.plane.model() ?? null }));
    const both = [one, other];
    fit(both.map(({ model }) => model?.imageShape ?? null));
    both.forEach(({ member, model }, n) => {
      if (member?.image && model) figures[n].picture.draw(member.image, model.imageShape);
      const epoch = member?.plane.root.dataset.epoch;
      const caption = epoch ? `Epoch ${epoch} · ${titles[n]}` : titles[n];
      if (figures[n].caption.textContent !== caption) figures[n].caption.textContent = caption;
    });
    if (!one.model || !other.model || !one.member?.image || !other.member?.image) return;
    const agree = String(one.model.imageShape) === String(other.model.imageShape);
    difference.hidden = key.hidden = !agree;
    const told = [
      apart(one.model, other.model) ?? renamed(one.model.names, other.model.names),
      agree ? null : "Their images have different sizes: there is no difference to show.",
    ];
    const text = told.filter((each) => each).join(" ");
    if (words.textContent !== text) words.textContent = text;
    words.hidden = text === "";
    if (!agree || !image) return;
    const mean = paintDifference(one.member.image, other.member.image, one.model.imageShape, image);
    context.putImageData(image, 0, 0);
    size.textContent = number(mean, 3);
  }

  /** @param {([number, number, number]|null)[]} shapes */
  function fit(shapes) {
    const row = root.clientWidth > 320;
    const room = row ? (root.clientWidth - 2 * GAP) / 3 : root.clientWidth;
    const next = JSON.stringify([shapes, room]);
    if (room <= 0 || next === fitted) return;
    fitted = next;
    root.dataset.row = String(row);
    shapes.forEach((shape, n) => shape && figures[n].picture.fit(shape, room));
    const [, height, width] = shapes[0] ?? [0, 0, 0];
    if (!height) return;
    [canvas.width, canvas.height] = [width, height];
    image = new ImageData(width, height);
    const scale = wholeScale(Math.max(width, height), room, window.devicePixelRatio);
    [canvas.style.width, canvas.style.height] = [`${width * scale}px`, `${height * scale}px`];
  }

  return {
    /** @param {{titles: string[]}} data */
    update(data) {
      titles = data.titles;
      show();
    },
    dispose() {
      observer.disconnect();
      unwatch();
    },
  };
}
