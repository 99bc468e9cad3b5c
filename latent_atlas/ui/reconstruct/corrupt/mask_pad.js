/**
 * An image whose pixels are painted over: those are missing. The pointer paints or brings back; the arrow keys move a
 * brush that Space puts down; halves and rectangles are there for those who would rather not draw. What is missing is
 * sent as lengths of runs along the rows, when the hand is lifted.
 *
 * @typedef {{width: number, height: number, scale: number, image: string, runs: number[]}} MaskData
 * `runs`: known, missing, known, … which the pad begins with
 */
import { contextOf, find, make } from "../../components/elements.js";

const MISSING = "#d69a3c";

/**
 * @param {import("../../components/bootstrap.js").Parent} parent
 * @returns {import("../../components/bootstrap.js").View<MaskData>}
 */
export function createMaskPad(parent) {
  const root = find(parent, ".mask-pad", HTMLElement);
  const picture = make("img", "");
  picture.alt = "";
  const canvas = make("canvas", "");
  const context = contextOf(canvas);
  const sheet = make("div", "sheet", picture, canvas);
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", "Paint over what is to be missing. Arrow keys move, Space paints or brings back.");
  let [width, height] = [0, 0];
  /** @type {Uint8Array} 1 where a pixel is missing */
  let missing = new Uint8Array(0);
  let paints = true;
  /** @type {number|null} the pointer that paints */
  let pointer = null;
  /** @type {[number, number]|null} where it was last: column, row */
  let last = null;
  /** @type {[number, number]} the brush of the keys */
  let at = [0, 0];
  /** @type {(runs: number[]) => void} */
  let send = () => {};
  const paint = button("Paint", () => choose(true));
  const restore = button("Bring back", () => choose(false));
  const numbers = ["top", "left", "rows", "columns"].map((name) => numberField(name));
  const told = make("p", "");
  told.setAttribute("aria-live", "polite");
  root.append(
    sheet,
    make(
      "div",
      "tools buttons",
      make("div", "", paint, restore, button("Clear", clear)),
      make(
        "div",
        "",
        button("Left half", () => fill(0, 0, height, width >> 1)),
        button("Right half", () => fill(0, width - (width >> 1), height, width)),
        button("Top half", () => fill(0, 0, height >> 1, width)),
        button("Bottom half", () => fill(height - (height >> 1), 0, height, width)),
      ),
      make("div", "", ...numbers.map((each) => each.label), button("Rectangle", addRectangle)),
      told,
    ),
  );
  choose(true);

  /** @param {boolean} on */
  function choose(on) {
    paints = on;
    paint.setAttribute("aria-pressed", String(on));
    restore.setAttribute("aria-pressed", String(!on));
  }

  /** A brush is a tenth of the image wide. @param {number} column @param {number} row */
  function dab(column, row) {
    const radius = Math.max(0.5, Math.max(width, height) / 20);
    for (let y = Math.ceil(row - radius); y <= row + radius; y += 1) {
      for (let x = Math.ceil(column - radius); x <= column + radius; x += 1) {
        const inside = x >= 0 && y >= 0 && x < width && y < height;
        if (inside && Math.hypot(x - column, y - row) <= radius) missing[y * width + x] = paints ? 1 : 0;
      }
    }
  }

  /** @param {PointerEvent} event @returns {[number, number]} */
  function placeOf(event) {
    const box = canvas.getBoundingClientRect();
    return [
      Math.floor(((event.clientX - box.left) / box.width) * width),
      Math.floor(((event.clientY - box.top) / box.height) * height),
    ];
  }

  /** @param {[number, number]} place */
  function goTo(place) {
    const [x0, y0] = last ?? place;
    const steps = Math.max(1, Math.abs(place[0] - x0), Math.abs(place[1] - y0));
    for (let n = 0; n <= steps; n += 1) {
      dab(Math.round(x0 + ((place[0] - x0) * n) / steps), Math.round(y0 + ((place[1] - y0) * n) / steps));
    }
    last = place;
    show();
  }

  canvas.onpointerdown = (event) => {
    if (event.button !== 0 || pointer !== null) return;
    pointer = event.pointerId;
    canvas.setPointerCapture(event.pointerId);
    last = null;
    goTo(placeOf(event));
  };
  canvas.onpointermove = (event) => {
    if (event.pointerId === pointer) goTo(placeOf(event));
  };
  canvas.onpointerup = canvas.onpointercancel = (event) => {
    if (event.pointerId !== pointer) return;
    pointer = null;
    tell();
  };
  canvas.onfocus = canvas.onblur = () => show();
  canvas.onkeydown = (event) => {
    /** @type {Record<string, [number, number]>} */
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const move = moves[event.key];
    if (move) {
      at = [Math.max(0, Math.min(width - 1, at[0] + move[0])), Math.max(0, Math.min(height - 1, at[1] + move[1]))];
    } else if (event.key === " ") {
      dab(...at);
      tell();
    } else return;
    event.preventDefault();
    show();
  };

  function clear() {
    missing.fill(0);
    tell();
  }

  /** @param {number} top @param {number} left @param {number} bottom @param {number} right beyond the last one */
  function fill(top, left, bottom, right) {
    for (let y = Math.max(0, top); y < Math.min(height, bottom); y += 1) {
      missing.fill(paints ? 1 : 0, y * width + Math.max(0, left), y * width + Math.max(0, Math.min(width, right)));
    }
    tell();
  }

  function addRectangle() {
    const [top, left, rows, columns] = numbers.map(({ input }) => Math.max(0, Math.round(Number(input.value)) || 0));
    fill(top, left, top + rows, left + columns);
  }

  function tell() {
    show();
    send(runsOf(missing));
  }

  function show() {
    context.clearRect(0, 0, width, height);
    context.fillStyle = MISSING;
    let count = 0;
    for (let place = 0; place < missing.length; place += 1) {
      if (!missing[place]) continue;
      count += 1;
      context.fillRect(place % width, Math.floor(place / width), 1, 1);
    }
    if (canvas.matches(":focus-visible")) {
      context.fillStyle = "#2f6fde";
      context.fillRect(...at, 1, 1);
    }
    told.textContent = count ? `${count} of ${missing.length} pixels missing` : "Paint over what is to be missing.";
  }

  return {
    update({ data, setStateValue }) {
      send = (runs) => setStateValue("runs", runs);
      if (picture.getAttribute("src") !== data.image) picture.src = data.image;
      if (data.width === width && data.height === height) return; // the browser keeps the mask
      [width, height] = [data.width, data.height];
      missing = missingOf(data.runs, width * height);
      [canvas.width, canvas.height] = [width, height];
      sheet.style.width = `${width * data.scale}px`;
      sheet.style.height = `${height * data.scale}px`;
      at = [width >> 1, height >> 1];
      const usual = [height >> 2, width >> 2, height >> 1, width >> 1];
      numbers.forEach(({ input }, place) => (input.value = String(usual[place])));
      show();
    },
    dispose() {},
  };
}

/** @param {string} words @param {() => void} act */
function button(words, act) {
  const element = make("button", "", words);
  element.onclick = act;
  return element;
}

/** @param {string} name */
function numberField(name) {
  const input = make("input", "");
  input.type = "number";
  input.min = "0";
  return { input, label: make("label", "", name, input) };
}

/** @param {number[]} runs known, missing, known, … @param {number} pixels */
export function missingOf(runs, pixels) {
  const found = new Uint8Array(pixels);
  let place = 0;
  runs.forEach((length, n) => {
    found.fill(n % 2, place, place + length);
    place += length;
  });
  return found;
}

/** @param {Uint8Array} missing @returns {number[]} lengths of runs, the first of known pixels */
export function runsOf(missing) {
  const runs = [0];
  let value = 0;
  for (const each of missing) {
    if (each !== value) {
      runs.push(0);
      value = each;
    }
    runs[runs.length - 1] += 1;
  }
  return runs;
}
