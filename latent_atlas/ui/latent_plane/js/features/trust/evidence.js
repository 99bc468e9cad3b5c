/** What speaks for a decoded image, beside it: the nearest real image, the support meter, and the badge. */
import { swatch } from "../selection/legend.js";
import { createPicture } from "../../plane/picture.js";
import { number } from "../../plane/words.js";
import { finder, make } from "../../../../components/elements.js";

const ROOM = 112;
/** Letters of a class's name that may need a second line. */
const LONG_NAME = 18;

/**
 * @typedef {{index: number, distance: number|null, name: string|null, colour: string, pixels: Uint8Array|null,
 *            lost: boolean, file: string|null}} Real
 * the nearest real image; `distance` is null where it is what is decoded; `pixels` [C, H, W] is null until they have come,
 * and when they are `lost`, which will not; `file` is what the image's file was called, if that is known
 */

/** @param {HTMLElement} root */
export function createEvidence(root) {
  const find = finder(root);
  const [box, real, caption, meter] = [".evidence", ".real", ".real-words", ".meter"].map(find.html);
  const [meterBox, title, sentence, badge] = [".support", ".support-title", ".support-words", ".badge"].map(find.html);
  const canvas = find.canvas(".real-picture");
  const picture = createPicture(canvas);
  const limits = find.html(".support-limits");
  const bars = [...meter.children];
  // Made once: as the pointer moves only the words in them change.
  const [dot, its, far] = [swatch(""), document.createTextNode(""), find.html(".real-far")];
  const called = make("span", "real-file");
  const kind = make("span", "real-name", dot, its);
  const decoded = make("span", "", "its mean is decoded");
  caption.replaceChildren(make("span", "", "Nearest real image"), kind, decoded, called);
  /** @type {[number, number, number]} */
  let shape = [1, 1, 1];
  let drawn = -1;
  /** Whether nothing is drawn yet. */
  let empty = true;
  let said = "";
  /** Of the nearest real image. */
  let last = "";
  let pictured = false;
  /** How many latent dimensions the distance leaves out. */
  let hidden = 0;

  return {
    /**
     * @param {import("../../plane/model.js").Model} model
     * @param {boolean} offered whether there is anything to show
     * @param {boolean} images whether there are real images
     * @param {boolean} named whether their files have names
     */
    setModel({ imageShape, latentDim, axes, place, classNames, encodings }, offered, images, named) {
      meterBox.hidden = place.kind === "tsne";
      empty ||= String(shape) !== String(imageShape);
      [shape, hidden, drawn, said] = [imageShape, latentDim - axes.length, -1, ""];
      [pictured, last] = [images, ""];
      decoded.hidden = place.kind !== "tsne";
      // Room for the longest words that will stand there, so that nothing below moves as the pointer does.
      const lines = encodings?.labels ? (classNames.some(({ length }) => length > LONG_NAME) ? 2 : 1) : 0;
      caption.style.setProperty("--name-lines", String(lines));
      caption.style.setProperty("--lines", String(1 + lines + (decoded.hidden ? 0 : 1) + (named ? 1 : 0)));
      called.hidden = !named;
      box.hidden = !offered;
      real.hidden = !pictured;
      badge.hidden = true;
      picture.fit(imageShape, ROOM);
    },

    /** The badge on the picture: at once, so that no picture is seen without it. @param {import("./support.js").Support} support */
    warn({ bars }) {
      const hide = bars > 0;
      if (badge.hidden !== hide) badge.hidden = hide;
    },

    /**
     * @param {import("./support.js").Support|Error|null} support null while it is on its way
     * @param {() => string} meanwhile what can be said until it is there
     */
    showSupport(support, meanwhile) {
      const words = support instanceof Error ? support.message : (support?.sentence ?? meanwhile());
      if (words === said) return;
      said = words;
      const known = support && !(support instanceof Error) ? support : null;
      title.textContent = known?.words ?? "Support";
      sentence.textContent = words;
      bars.forEach((bar, n) => bar.classList.toggle("lit", known !== null && n < known.bars));
      meter.dataset.bars = known ? String(known.bars) : "";
      if (!known) badge.hidden = true;
    },

    /** What support does not tell. @param {string} note none where empty */
    showLimits(note) {
      limits.textContent = note;
      limits.hidden = !note;
    },

    /** @param {Real|null} nearest null where all images are hidden */
    showReal(nearest) {
      real.hidden = !pictured || nearest === null;
      if (!nearest) return;
      const { index, distance, name, colour, pixels, lost, file } = nearest;
      // The last picture stays, pale, until the right one is there: a flash of black would be worse. So do its words.
      canvas.classList.toggle("waiting", pixels === null);
      if (!pixels && !lost && !empty) return;
      if ((pixels || !empty) && index !== drawn) {
        const [channels, height, width] = shape;
        const bytes = pixels ?? new Uint8Array(channels * height * width);
        picture.draw(Float32Array.from(bytes, (value) => value / 255), shape);
        [drawn, empty] = [index, false];
      }
      const within = hidden > 0 ? " on this plane" : "";
      // The words may part at the end of a line, the number does not leave its own.
      const length = distance === null ? "" : `${number(distance, distance < 0.1 ? 3 : 2)}${within}`;
      const away = length ? `distance\u00a0${length}` : "its mean is decoded";
      const words = `Nearest real image${name === null ? "" : `, ${name}`}, ${away}${file ? `, ${file}` : ""}`;
      if (words === last) return;
      last = words;
      kind.hidden = name === null;
      if (dot.dataset.colour !== colour) dot.style.setProperty("--class", (dot.dataset.colour = colour));
      its.data = ` ${name}`;
      kind.title = name ?? "";
      far.textContent = `The nearest real image is ${length} away, in units of z.`;
      // The folders are in the tip: the end of a path tells files apart.
      called.textContent = file?.split("/").at(-1) ?? "";
      called.title = file ?? "";
      canvas.setAttribute("aria-label", words);
    },
  };
}
