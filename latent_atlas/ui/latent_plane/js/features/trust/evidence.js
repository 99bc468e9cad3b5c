/** What speaks for a decoded image, beside it: the nearest real image, the support meter, and the badge. */
import { swatch } from "../selection/legend.js";
import { createPicture } from "../../plane/picture.js";
import { number } from "../../plane/words.js";
import { finder } from "../../../../components/elements.js";

const ROOM = 112;

/**
 * @typedef {{index: number, distance: number|null, name: string|null, colour: string, pixels: Uint8Array|null}} Real
 * the nearest real image; `distance` is null where it is what is decoded; `pixels` [C, H, W] is null until they have come
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
  const dot = swatch("");
  const line = document.createTextNode("");
  const second = document.createElement("span");
  second.append(dot, line);
  caption.replaceChildren("Nearest real image", document.createElement("br"), second);
  /** @type {[number, number, number]} */
  let shape = [1, 1, 1];
  let drawn = -1;
  let said = "";
  /** How many latent dimensions the distance leaves out. */
  let hidden = 0;

  return {
    /**
     * @param {import("../../plane/model.js").Model} model
     * @param {boolean} offered whether there is anything to show
     * @param {boolean} pictured whether there are real images
     */
    setModel({ imageShape, latentDim, axes, place }, offered, pictured) {
      meterBox.hidden = place.kind === "tsne";
      [shape, hidden, drawn, said] = [imageShape, latentDim - axes.length, -1, ""];
      // “… on this plane” takes a third line.
      caption.classList.toggle("long", hidden > 0);
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

    /** @param {import("./support.js").Support|Error|null} support null while it is on its way */
    showSupport(support) {
      const words = support instanceof Error ? support.message : support?.sentence ?? "Measuring…";
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

    /** @param {Real} nearest */
    showReal({ index, distance, name, colour, pixels }) {
      // The last picture stays, pale, until the right one is there: a flash of black would be worse.
      canvas.classList.toggle("waiting", pixels === null);
      if (pixels && index !== drawn) {
        picture.draw(Float32Array.from(pixels, (value) => value / 255), shape);
        drawn = index;
      }
      const within = hidden > 0 ? " on this plane" : "";
      const far = distance === null ? null : `distance ${number(distance, distance < 0.1 ? 3 : 2)}${within}`;
      const away = far ?? "its mean is decoded";
      const words = `Nearest real image${name === null ? "" : `, ${name}`}, ${away}`;
      if (words === caption.dataset.words) return;
      caption.dataset.words = words;
      dot.hidden = name === null;
      if (dot.dataset.colour !== colour) dot.style.setProperty("--class", (dot.dataset.colour = colour));
      line.data = name === null ? away : ` ${name} · ${away}`;
      canvas.setAttribute("aria-label", words);
    },
  };
}
