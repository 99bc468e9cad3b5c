/**
 * A sheet to draw on, or to paste a picture into. What is on it is sent as a PNG when the hand is lifted. Strokes are
 * kept as lines in units of the sheet's longer side, and the PNG is drawn from them anew: it does not depend on the
 * screen.
 *
 * @typedef {{width: number, height: number, thickness: number, label: string}} PadData
 * `width`, `height`: the sheet's proportions; `thickness`: of a stroke, as a share of the longer side
 * @typedef {[x: number, y: number]} Place
 */
import { contextOf, find } from "../components/elements.js";

const SIDE = 280; // pixels of the PNG; on the page it is `--pad-side` long
const PASTED_SIDE = 1024; // a pasted picture larger than this is made smaller before it is sent
const INK = "#fff";

/**
 * @param {import("../components/bootstrap.js").Parent} parent
 * @returns {import("../components/bootstrap.js").View<PadData>}
 */
export function createPad(parent) {
  const canvas = find(parent, "canvas", HTMLCanvasElement);
  const context = contextOf(canvas);
  const invitation = find(parent, ".invitation", HTMLElement);
  const told = find(parent, ".told", HTMLElement);
  const undoButton = find(parent, "[data-do='undo']", HTMLButtonElement);
  const clearButton = find(parent, "[data-do='clear']", HTMLButtonElement);
  const listening = new AbortController();
  const { signal } = listening;
  /** @type {Place[][]} */
  let strokes = [];
  /** @type {ImageBitmap|null} */
  let pasted = null;
  /** @type {number|null} the pointer that draws */
  let pointer = null;
  // As shares of the longer side.
  let [width, height, thickness] = [0, 0, 0];
  /** @type {(picture: {kind: "drawn"|"pasted", png: string}|null) => void} */
  let send = () => {};

  /** @param {PadData} data */
  function fit(data) {
    canvas.setAttribute("aria-label", data.label);
    invitation.textContent = data.label;
    const longer = Math.max(data.width, data.height);
    const next = [data.width / longer, data.height / longer, data.thickness];
    if (String(next) === String([width, height, thickness])) return;
    [width, height, thickness] = next;
    const ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(SIDE * width * ratio);
    canvas.height = Math.round(SIDE * height * ratio);
    canvas.style.width = `calc(var(--pad-side) * ${width})`;
    canvas.style.height = `calc(var(--pad-side) * ${height})`;
    show();
  }

  function show() {
    context.clearRect(0, 0, canvas.width, canvas.height);
    if (pasted) drawPicture(context, pasted);
    drawStrokes(context, strokes, thickness);
    const empty = strokes.length === 0 && !pasted;
    invitation.hidden = !empty;
    undoButton.disabled = strokes.length === 0;
    clearButton.disabled = empty;
  }

  function sendDrawing() {
    send(strokes.length ? { kind: "drawn", png: drawnPng() } : null);
  }

  function drawnPng() {
    const sheet = document.createElement("canvas");
    sheet.width = Math.round(SIDE * width);
    sheet.height = Math.round(SIDE * height);
    const paper = contextOf(sheet);
    paper.fillStyle = "#000";
    paper.fillRect(0, 0, sheet.width, sheet.height);
    drawStrokes(paper, strokes, thickness);
    return sheet.toDataURL("image/png");
  }

  /** @param {PointerEvent} event @returns {Place} */
  function placeOf(event) {
    const box = canvas.getBoundingClientRect();
    const unit = Math.max(box.width, box.height);
    return [(event.clientX - box.left) / unit, (event.clientY - box.top) / unit];
  }

  /** @param {PointerEvent} event */
  function begin(event) {
    if (event.button !== 0 || pointer !== null) return;
    pointer = event.pointerId;
    canvas.setPointerCapture(event.pointerId);
    pasted = null;
    told.textContent = "";
    strokes.push([placeOf(event)]);
    show();
  }

  /** @param {PointerEvent} event */
  function go(event) {
    if (event.pointerId !== pointer) return;
    const all = event.getCoalescedEvents?.() ?? [];
    strokes.at(-1)?.push(...(all.length ? all : [event]).map(placeOf));
    show();
  }

  /** @param {PointerEvent} event */
  function end(event) {
    if (event.pointerId !== pointer) return;
    pointer = null;
    if (event.type === "pointercancel") strokes.pop();
    show();
    sendDrawing();
  }

  function undo() {
    if (pointer !== null || !strokes.length) return;
    strokes.pop();
    show();
    sendDrawing();
  }

  function clear() {
    if (pointer !== null) return;
    [strokes, pasted] = [[], null];
    told.textContent = "";
    show();
    sendDrawing();
    canvas.focus(); // the button that had the focus cannot keep it
  }

  /** @param {KeyboardEvent} event */
  function press(event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") undo();
    else if (event.key === "Delete" || event.key === "Backspace") clear();
    else return;
    event.preventDefault();
  }

  /** @param {ClipboardEvent} event */
  async function paste(event) {
    const file = [...(event.clipboardData?.files ?? [])].find((each) => each.type.startsWith("image/"));
    if (!file) return;
    event.preventDefault();
    try {
      const picture = await createImageBitmap(file);
      [strokes, pasted] = [[], picture];
      told.textContent = "Pasted";
      show();
      send({ kind: "pasted", png: pngOf(picture) });
    } catch {
      told.textContent = "What was pasted is no picture that can be read.";
    }
  }

  canvas.addEventListener("pointerdown", begin, { signal });
  canvas.addEventListener("pointermove", go, { signal });
  canvas.addEventListener("pointerup", end, { signal });
  canvas.addEventListener("pointercancel", end, { signal });
  canvas.addEventListener("keydown", press, { signal });
  undoButton.addEventListener("click", undo, { signal });
  clearButton.addEventListener("click", clear, { signal });
  // Wherever the focus is: a text field has no use for a picture.
  document.addEventListener("paste", paste, { signal });

  return {
    update({ data, setStateValue }) {
      send = (picture) => setStateValue("picture", picture);
      fit(data);
    },
    dispose() {
      listening.abort();
    },
  };
}

/**
 * Lines through the middles of neighbouring points, which rounds the corners of a quick hand.
 *
 * @param {CanvasRenderingContext2D} context @param {Place[][]} strokes @param {number} thickness
 */
function drawStrokes(context, strokes, thickness) {
  const unit = Math.max(context.canvas.width, context.canvas.height);
  context.strokeStyle = INK;
  context.lineWidth = thickness * unit;
  context.lineCap = "round";
  context.lineJoin = "round";
  for (const stroke of strokes) {
    const points = stroke.map(([x, y]) => /** @type {Place} */ ([x * unit, y * unit]));
    const last = points[points.length - 1];
    context.beginPath();
    context.moveTo(...points[0]);
    for (let i = 1; i < points.length - 1; i += 1) {
      const [x, y] = points[i];
      context.quadraticCurveTo(x, y, (x + points[i + 1][0]) / 2, (y + points[i + 1][1]) / 2);
    }
    context.lineTo(...last);
    context.stroke();
  }
}

/** @param {ImageBitmap} picture */
function pngOf(picture) {
  const scale = Math.min(1, PASTED_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  contextOf(canvas).drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/png");
}

/**
 * All of a picture in the middle of the sheet, its pixels as they are.
 *
 * @param {CanvasRenderingContext2D} context @param {ImageBitmap} picture
 */
function drawPicture(context, picture) {
  const { width, height } = context.canvas;
  const scale = Math.min(width / picture.width, height / picture.height);
  const [w, h] = [picture.width * scale, picture.height * scale];
  context.imageSmoothingEnabled = scale < 1;
  context.drawImage(picture, (width - w) / 2, (height - h) / 2, w, h);
}
