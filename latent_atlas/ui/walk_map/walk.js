/**
 * A map of latents of a model that makes images of them: a grid of pictures, of which the nearest to the pointer is shown
 * large at once. What is pinned by a click, or reached by the arrow keys, the model draws exactly there.
 *
 * @typedef {{at: string, width: number, most: number, reach: number, curved: boolean, draws: [number, number][],
 *            map: number, spot: [number, number]|null}} Data
 * where the grid and its spots are, how wide an image is and how many tiles a side may have; how far the map reaches on
 * either side, in radians, whether it is half of a sphere, and at which longitude and latitude draws lie on it;
 * which map it is, and where it is pinned when it is put on the page: null is the middle
 */
import { contextOf, finder, make } from "../components/elements.js";
import { createFileCache } from "../latent_plane/js/decode/file_cache.js";
import { fetchSafetensors } from "../latent_plane/js/decode/safetensors.js";
import { number } from "../latent_plane/js/plane/words.js";
import { imagesOf } from "../sample_sheet/sheet.js";

const WIDEST = 560;
const LARGE = 280;
/** Between tiles, in their own pixels. */
const GAP = 1;
/** Many arrow keys in a row are one step of the browser's history. */
const REST_MS = 400;

/**
 * @param {import("../components/bootstrap.js").Parent} parent
 * @returns {import("../components/bootstrap.js").View<Data>}
 */
export function createWalk(parent) {
  const { html, canvas } = finder(parent);
  const [walk, map, mark, caption] = [html(".walk"), html(".map"), html(".spot"), html("figcaption")];
  const draws = html(".draws");
  const [tiles, picture] = [canvas(".tiles"), canvas(".picture")];
  const files = createFileCache(fetchSafetensors);
  const sized = new ResizeObserver(fit);
  /** @type {Data|null} */
  let data = null;
  /** @type {ImageData[]} row by row from the top */
  let grid = [];
  let side = 1;
  let shown = "";
  /** In parts of the map, from the top left. */
  let pin = { x: 0.5, y: 0.5 };
  let resting = 0;
  /** @type {(name: string, value: unknown) => void} */
  let send = () => {};
  /** @type {ImageData|null} what the model draws at the pin */
  let exact = null;
  let asked = "";

  map.onpointermove = (event) => show(placeOf(event));
  map.onpointerleave = () => rest();
  map.onclick = (event) => choose(placeOf(event));
  map.onkeydown = (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!way || !data) return;
    event.preventDefault();
    const far = (event.shiftKey ? 2 : 0.2) / side;
    choose({ x: within(pin.x + way[0] * far), y: within(pin.y + way[1] * far) });
  };

  /** Somebody pins a spot: the address is to name it. @param {{x: number, y: number}} place */
  function choose(place) {
    if (!data) return;
    pinAt(place);
    clearTimeout(resting);
    const pinned = { map: data.map, spot: inAddress(place) };
    resting = window.setTimeout(() => send("pinned", pinned), REST_MS);
  }

  /** @param {MouseEvent} event */
  function placeOf({ clientX, clientY }) {
    const box = map.getBoundingClientRect();
    return { x: within((clientX - box.left) / box.width), y: within((clientY - box.top) / box.height) };
  }

  /** The nearest tile, at once. @param {{x: number, y: number}} place */
  function show(place) {
    if (!data || !grid.length) return;
    const cell = (/** @type {number} */ part) => Math.min(side - 1, Math.floor(part * side));
    draw(grid[cell(place.y) * side + cell(place.x)]);
    put(place);
    tell(`${spoken(place)}: the picture nearest to the pointer. Click to have the model draw it just here.`);
  }

  /** @param {{x: number, y: number}} place */
  function pinAt(place) {
    pin = place;
    exact = null;
    show(place);
    void ask();
  }

  async function ask() {
    if (!data) return;
    const url = (asked = `${data.at}/spot.safetensors?at=${inAddress(pin)}`);
    try {
      const [found] = imagesOf(await files.get(url));
      if (url !== asked) return;
      exact = found;
      rest();
    } catch (error) {
      if (url === asked) tell(/** @type {Error} */ (error).message);
    }
  }

  /** What is pinned is shown again. */
  function rest() {
    if (!exact) return;
    draw(exact);
    put(pin);
    tell(`${spoken(pin)}: drawn by the model just here.`);
    walk.dataset.pinned = inAddress(pin);
  }

  /** @param {{x: number, y: number}} place @returns {[number, number]} longitude and latitude */
  function radians({ x, y }) {
    const { reach } = /** @type {Data} */ (data);
    return [(2 * x - 1) * reach, (1 - 2 * y) * reach];
  }

  /** @param {{x: number, y: number}} place */
  function inAddress(place) {
    return radians(place).map((each) => Number(each.toFixed(4))).join(",");
  }

  /** @param {{x: number, y: number}} place */
  function spoken(place) {
    const [u, v] = radians(place);
    if (!data?.curved) return `z (${[u, v].map((each) => number((3 * each) / (data?.reach ?? 1), 2)).join(", ")})`;
    const [east, north] = [u, v].map((each) => number((each * 180) / Math.PI, 0));
    return `longitude ${east}°, latitude ${north}°`;
  }

  /** @param {{x: number, y: number}} place */
  function put(place) {
    mark.hidden = false;
    lay(mark, place);
  }

  function ringDraws() {
    const rings = (data?.draws ?? []).map(([u, v]) => lay(make("div", "draw"), partsOf(u, v, data?.reach ?? 1)));
    draws.replaceChildren(...rings);
  }

  /** @param {string} words */
  function tell(words) {
    if (caption.textContent !== words) caption.textContent = words;
  }

  /** @param {ImageData} image */
  function draw(image) {
    if (picture.width !== image.width || picture.height !== image.height) {
      [picture.width, picture.height] = [image.width, image.height];
      fit();
    }
    contextOf(picture).putImageData(image, 0, 0);
  }

  function fit() {
    const room = Math.min(walk.clientWidth, WIDEST);
    if (data && room) {
      const wanted = sideFor(data, room);
      if (!grid.length) tiles.width = tiles.height = across(wanted, data.width); // its place is kept
      void load(`${data.at}/tiles-${wanted}.safetensors`, wanted);
    }
    enlarge(tiles, room);
    enlarge(picture, Math.min(room, LARGE));
  }

  /** @param {string} url @param {number} tilesOfSide */
  async function load(url, tilesOfSide) {
    if (url === shown) return;
    shown = url;
    try {
      const found = imagesOf(await files.get(url));
      if (url !== shown) return;
      [grid, side] = [found, tilesOfSide];
      const [{ width, height }] = grid;
      [tiles.width, tiles.height] = [across(side, width), across(side, height)];
      const context = contextOf(tiles);
      grid.forEach((image, n) => {
        context.putImageData(image, (n % side) * (width + GAP), Math.floor(n / side) * (height + GAP));
      });
      fit();
      pinAt(pin);
      walk.dataset.ready = "true";
    } catch (error) {
      tell(/** @type {Error} */ (error).message);
    }
  }

  sized.observe(walk);

  return {
    update(component) {
      const before = data;
      data = component.data;
      send = component.setStateValue;
      if (before?.at === data.at) return;
      clearTimeout(resting);
      const [u, v] = data.spot ?? [0, 0];
      [exact, grid, pin] = [null, [], partsOf(u, v, data.reach)];
      ringDraws();
      tell("Drawing the map…");
      fit();
    },
    dispose() {
      clearTimeout(resting);
      sized.disconnect();
      files.clear();
    },
  };
}

/**
 * How many tiles a side has: an odd number, so that one is in the middle, and no more than there is room for.
 *
 * @param {{width: number, most: number}} data @param {number} room
 */
export function sideFor({ width, most }, room) {
  const fitting = Math.min(most, Math.floor((room + GAP) / (width + GAP)));
  return Math.max(1, fitting - 1 + (fitting % 2));
}

/** @param {number} side how many tiles @param {number} length of one @returns {number} of all, in their pixels */
function across(side, length) {
  return side * (length + GAP) - GAP;
}

/** Where on the map a longitude and a latitude are. @param {number} u @param {number} v @param {number} reach */
export function partsOf(u, v, reach) {
  return { x: within((u / reach + 1) / 2), y: within((1 - v / reach) / 2) };
}

/** @param {HTMLElement} mark @param {{x: number, y: number}} place of its middle */
function lay(mark, { x, y }) {
  mark.style.left = `${100 * x}%`;
  mark.style.top = `${100 * y}%`;
  return mark;
}

/** By the largest whole multiple of its pixels that there is room for. @param {HTMLCanvasElement} canvas @param {number} room */
function enlarge(canvas, room) {
  const times = Math.max(1, Math.floor(room / canvas.width));
  canvas.style.width = `${Math.min(canvas.width * times, room)}px`;
}

/** @param {number} part */
function within(part) {
  return Math.min(1, Math.max(0, part));
}
