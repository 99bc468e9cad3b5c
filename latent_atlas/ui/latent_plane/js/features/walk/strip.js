/**
 * Some frames along a path, side by side: what is decoded there, and what backs it. Each is a button:
 * pointed at, it is shown on the plane; pressed, it is pinned.
 *
 * @typedef {{z: number[], told: string, spoken: string, low: boolean}} Frame see near.js; empty where nothing is known
 */
import { createPicture } from "../../plane/picture.js";
import { number } from "../../plane/words.js";

const GAP = 2;
const LARGEST = 112;

/**
 * @param {HTMLElement} box
 * @param {(z: number[]|null) => void} onPreview @param {(z: number[]) => void} onPin
 */
export function createStrip(box, onPreview, onPin) {
  /** @type {{button: HTMLButtonElement, canvas: HTMLCanvasElement, below: HTMLElement,
   *          picture: ReturnType<typeof createPicture>}[]} */
  let cells = [];
  /** @type {Frame[]} */
  let frames = [];

  /** @param {number} n */
  function createCell(n) {
    const button = document.createElement("button");
    button.type = "button";
    const canvas = document.createElement("canvas");
    const below = document.createElement("span");
    button.append(canvas, below);
    for (const name of ["pointerenter", "focus"]) button.addEventListener(name, () => onPreview(frames[n].z));
    for (const name of ["pointerleave", "blur"]) button.addEventListener(name, () => onPreview(null));
    button.onclick = () => onPin(frames[n].z);
    return { button, canvas, below, picture: createPicture(canvas) };
  }

  // The strip itself is as wide as its pictures.
  const width = () => /** @type {HTMLElement} */ (box.parentElement).clientWidth;

  return {
    /**
     * @param {Frame[]} next @param {[number, number, number]} shape of the pictures @param {number} columns
     * @param {(z: number[]) => Float32Array} decode
     */
    draw(next, shape, columns, decode) {
      frames = next;
      if (cells.length !== frames.length) {
        cells = frames.map((_, n) => createCell(n));
        box.replaceChildren(...cells.map(({ button }) => button));
      }
      box.style.gridTemplateColumns = `repeat(${columns}, max-content)`;
      const room = Math.min(LARGEST, (width() - GAP * (columns - 1)) / columns);
      frames.forEach(({ z, told, spoken, low }, n) => {
        const { button, picture, below } = cells[n];
        picture.fit(shape, room);
        picture.draw(decode(z), shape);
        below.textContent = told;
        button.classList.toggle("low", low);
        button.dataset.z = z.join(",");
        const near = spoken && `, ${spoken}`;
        const at = z.map((value) => number(value, 2)).join(", ");
        button.setAttribute("aria-label", `Frame ${n + 1} of ${frames.length}, z (${at})${near}${low ? ", do not trust it" : ""}`);
      });
    },
  };
}
