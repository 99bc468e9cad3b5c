/**
 * Two pictures of one image laid over each other, as large as the window allows: swiped, or shown in turn. A pointer
 * reads the values of the pixel under it, and so do the arrow keys.
 *
 * @typedef {{name: string, source: string}} LensPicture
 */
import { contextOf, make } from "../components/elements.js";

const TURN = 500; // milliseconds that each picture is shown: two a second, which harms nobody
/** @type {Record<string, [columns: number, rows: number]>} */
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * @param {LensPicture[]} pictures at least two, of one size
 * @param {{width: number, height: number}} size in pixels of the image
 * @param {string} title
 * @returns {HTMLDialogElement} to be put on the page and shown; it removes itself when it is closed
 */
export function lensOf(pictures, size, title) {
  const dialog = make("dialog", "lens");
  dialog.setAttribute("aria-label", `${title}: two pictures held against each other`);
  const under = layer();
  const over = layer();
  const spot = make("span", "spot");
  const stage = make("div", "stage", under, over, make("span", "divider"), spot);
  stage.tabIndex = 0;
  stage.setAttribute("role", "application");
  stage.setAttribute("aria-label", "Both pictures: arrow keys go from pixel to pixel and read their values");
  const left = choice("Left", pictures, 0);
  const right = choice("Right", pictures, 1);
  const swipe = make("input", "swipe");
  swipe.type = "range";
  swipe.min = "0";
  swipe.max = "100";
  swipe.value = "50";
  swipe.setAttribute("aria-label", "How much of the left picture is seen, in percent");
  const flicker = make("button", "", "Flicker");
  flicker.type = "button";
  flicker.setAttribute("aria-pressed", "false");
  const swap = make("button", "", "Swap");
  swap.type = "button";
  const close = make("button", "", "Close");
  close.type = "button";
  const readout = make("p", "readout", "Point at a pixel, or go there by arrow keys, to read its values.");
  readout.setAttribute("role", "status");
  const controls = make("div", "hands", left.label, right.label, swap, flicker, close);
  dialog.append(make("h2", "", title), controls, stage, swipe, readout);
  let read = { column: Math.floor(size.width / 2), row: Math.floor(size.height / 2) };
  /** @type {number|null} */
  let timer = null;

  function fit() {
    const room = { width: window.innerWidth - 64, height: window.innerHeight - 260 };
    const scale = Math.max(1, Math.floor(Math.min(room.width / size.width, room.height / size.height)));
    stage.style.width = `${size.width * scale}px`;
    stage.style.height = `${size.height * scale}px`;
    swipe.style.width = stage.style.width;
  }

  function show() {
    draw(under, pictures[right.select.selectedIndex], size);
    draw(over, pictures[left.select.selectedIndex], size);
    divide(Number(swipe.value));
  }

  /** @param {number} percent of the left picture */
  function divide(percent) {
    stage.style.setProperty("--at", `${percent}%`);
  }

  function stop() {
    if (timer !== null) window.clearInterval(timer);
    timer = null;
    flicker.setAttribute("aria-pressed", "false");
    stage.classList.remove("flickers");
    divide(Number(swipe.value));
  }

  function start() {
    flicker.setAttribute("aria-pressed", "true");
    stage.classList.add("flickers");
    let first = true;
    const turn = () => {
      divide(first ? 100 : 0);
      first = !first;
    };
    turn();
    timer = window.setInterval(turn, TURN);
  }

  /** @param {PointerEvent} event */
  function point(event) {
    const box = stage.getBoundingClientRect();
    const at = { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
    tell(Math.floor(at.x * size.width), Math.floor(at.y * size.height));
    if (event.buttons & 1 && timer === null) {
      swipe.value = String(Math.round(100 * Math.min(1, Math.max(0, at.x))));
      divide(Number(swipe.value));
    }
  }

  /** Reads the pixel in this place, or the one at the edge beside it. @param {number} x @param {number} y */
  function tell(x, y) {
    const column = Math.min(size.width - 1, Math.max(0, x));
    const row = Math.min(size.height - 1, Math.max(0, y));
    read = { column, row };
    spot.style.left = `${(100 * column) / size.width}%`;
    spot.style.top = `${(100 * row) / size.height}%`;
    const values = [over, under].map((canvas) => valueAt(canvas, column, row));
    const names = [left, right].map(({ select }) => pictures[select.selectedIndex].name);
    readout.textContent = `Row ${row + 1}, column ${column + 1}: ${names[0]} ${values[0]}, ${names[1]} ${values[1]}`;
  }

  /** @param {KeyboardEvent} event */
  function step(event) {
    const by = STEPS[event.key];
    if (!by) return;
    event.preventDefault();
    tell(read.column + by[0], read.row + by[1]);
  }

  left.select.onchange = right.select.onchange = show;
  swipe.oninput = () => {
    if (timer !== null) stop();
    divide(Number(swipe.value));
  };
  flicker.onclick = () => (timer === null ? start() : stop());
  swap.onclick = () => {
    const { selectedIndex } = left.select;
    left.select.selectedIndex = right.select.selectedIndex;
    right.select.selectedIndex = selectedIndex;
    show();
  };
  close.onclick = () => dialog.close();
  stage.onpointerdown = (event) => {
    stage.setPointerCapture(event.pointerId);
    point(event);
  };
  stage.onpointermove = point;
  stage.onkeydown = step;
  window.addEventListener("resize", fit);
  dialog.onclose = () => {
    stop();
    window.removeEventListener("resize", fit);
    dialog.remove();
  };
  stage.style.setProperty("--columns", String(size.width));
  stage.style.setProperty("--rows", String(size.height));
  fit();
  show();
  return dialog;
}

function layer() {
  const canvas = make("canvas", "pixels");
  canvas.setAttribute("aria-hidden", "true");
  return canvas;
}

/** @param {string} name @param {LensPicture[]} pictures @param {number} at the one that is chosen */
function choice(name, pictures, at) {
  const select = make("select", "");
  for (const { name: option } of pictures) select.append(make("option", "", option));
  select.selectedIndex = Math.min(at, pictures.length - 1);
  return { select, label: make("label", "", `${name} `, select) };
}

/** @param {HTMLCanvasElement} canvas @param {LensPicture} picture @param {{width: number, height: number}} size */
function draw(canvas, picture, size) {
  canvas.width = size.width;
  canvas.height = size.height;
  const image = new Image();
  image.onload = () => contextOf(canvas, { willReadFrequently: true }).drawImage(image, 0, 0);
  image.src = picture.source;
}

/** The level or the colour of a pixel. @param {HTMLCanvasElement} canvas @param {number} column @param {number} row */
function valueAt(canvas, column, row) {
  const [red, green, blue] = contextOf(canvas, { willReadFrequently: true }).getImageData(column, row, 1, 1).data;
  return red === green && green === blue ? `${red}` : `(${red}, ${green}, ${blue})`;
}
