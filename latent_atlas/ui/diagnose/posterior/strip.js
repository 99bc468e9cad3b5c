/**
 * Images to choose from, by a click or the arrow keys; the one under the pointer is previewed.
 */
import { contextOf, make } from "../../components/elements.js";
import { paintMeans, wholeScale } from "../../latent_plane/js/plane/picture.js";

const ROOM = 32; // CSS pixels for the longer side of an image

/**
 * @param {string} label of all of them @param {string} id of the list, with which those of its images begin
 * @param {number[]} images @param {(image: number) => string} nameOf @param {import("./sheet.js").Sheet} sheet
 * @param {(image: number) => void} choose @param {(image: number|null) => void} preview null: none any more
 */
export function createStrip(label, id, images, nameOf, sheet, choose, preview) {
  const list = make("div", "images");
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", label);
  list.tabIndex = 0;
  const options = images.map((image) => {
    const option = make("div", "image", thumbOf(sheet, image));
    option.id = `${id}-${image}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-label", nameOf(image));
    option.onpointerenter = ({ pointerType }) => pointerType === "mouse" && preview(image);
    option.onclick = () => choose(image);
    return option;
  });
  list.replaceChildren(...options);
  list.onpointerleave = () => preview(null);
  let chosen = -1;

  list.onkeydown = (event) => {
    const across = options.filter((each) => each.offsetTop === options[0].offsetTop).length;
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: across, ArrowUp: -across, Home: -images.length, End: images.length }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const at = Math.max(0, images.indexOf(chosen));
    // Up from the first row and down from the last one nothing is chosen.
    const to = Math.abs(by) === images.length ? Math.min(images.length - 1, Math.max(0, at + by)) : at + by;
    if (to < 0 || to >= images.length) return;
    choose(images[to]);
    options[to].scrollIntoView({ block: "nearest", inline: "nearest" });
  };

  return {
    element: make("div", "strip", make("p", "head", label), list),
    /** @param {number} image */
    mark(image) {
      chosen = image;
      options.forEach((option, n) => option.setAttribute("aria-selected", String(images[n] === image)));
      if (images.includes(image)) list.setAttribute("aria-activedescendant", `${id}-${image}`);
      else list.removeAttribute("aria-activedescendant");
    },
  };
}

/** @param {import("./sheet.js").Sheet} sheet @param {number} image */
function thumbOf({ shape, pixels }, image) {
  const [, height, width] = shape;
  const canvas = make("canvas", "");
  [canvas.width, canvas.height] = [width, height];
  const scale = wholeScale(Math.max(width, height), ROOM, window.devicePixelRatio);
  canvas.style.width = `${width * scale}px`;
  canvas.style.height = `${height * scale}px`;
  const drawn = new ImageData(width, height);
  paintMeans(pixels(image), shape, drawn);
  contextOf(canvas).putImageData(drawn, 0, 0);
  return canvas;
}
