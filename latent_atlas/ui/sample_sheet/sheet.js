/**
 * A sheet of samples: of a model as it is, of a run while it trains, or of a run as it was on the way, by a slider. Each
 * image stands at a whole multiple of its pixels, with its levels as they are.
 *
 * @typedef {{epoch: number|null, at: string}} Stop a sheet, and its address; no epoch: the model itself
 * @typedef {{live: string|null, stops: Stop[], drawn: string, shape: [number, number, number], count: number, widest: number,
 *            curves: import("../latent_plane/js/features/curve_cursor.js").Curves|null}} Data
 * `live` is where the sheet of a run that trains is asked for; `drawn` says what the pictures are; `shape` and `count` are
 * what a sheet is expected to have, and `widest` how many pixels of the page it may take
 */
import { contextOf, finder, make } from "../components/elements.js";
import { createFileCache } from "../latent_plane/js/decode/file_cache.js";
import { fetchFrame, fetchSafetensors } from "../latent_plane/js/decode/safetensors.js";
import { createCurveCursor } from "../latent_plane/js/features/curve_cursor.js";
import { epochName, nearestStop } from "../latent_plane/js/features/epochs.js";

const LOOK_MS = 400;
const STEP_MS = 400;
const GAP = 3;
/** Pixels of the page: smaller images are hard to tell, and fewer of them are shown instead. */
const LEAST = 48;

/**
 * @param {import("../components/bootstrap.js").Parent} parent
 * @returns {import("../components/bootstrap.js").View<Data>}
 */
export function createSheet(parent) {
  const { html, input, button } = finder(parent);
  const [sheet, samples, time] = [html(".sheet"), html(".samples"), html(".time")];
  const [slider, told, play, caption] = [input("input"), html(".stop"), button(".play"), html("figcaption")];
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const files = createFileCache(fetchSafetensors);
  const cursor = createCurveCursor((at) => {
    halt();
    goTo(at, true);
  });
  const sized = new ResizeObserver(fit);
  /** @type {Data|null} */
  let data = null;
  let stop = 0;
  let playing = 0;
  /** @type {AbortController|null} of the run that is watched */
  let watching = null;
  /** How many images are drawn, their height and their width. */
  let shape = [0, 1, 1];
  /** After which epoch; none: the model itself. @type {number|null} */
  let drawn = null;

  const last = () => (data?.stops.length ?? 0) - 1;

  slider.oninput = () => {
    const asked = Number(slider.value); // before it is told where it stood
    halt();
    goTo(asked);
  };
  slider.onchange = tell;
  play.onclick = () => {
    if (still.matches) goTo(stop < last() ? stop + 1 : 0, true);
    else if (playing) halt(true);
    else start();
  };

  function start() {
    if (stop === last()) goTo(0);
    playing = window.setInterval(() => {
      if (data && !files.here(data.stops[stop].at)) return; // none is skipped because it is slow to come
      goTo(stop + 1);
      if (stop === last()) halt(true);
    }, STEP_MS);
    describe();
  }

  /** @param {boolean} [done] */
  function halt(done = false) {
    clearInterval(playing);
    playing = 0;
    describe();
    if (done) tell();
  }

  /** @param {number} next @param {boolean} [done] */
  function goTo(next, done = false) {
    stop = Math.max(0, Math.min(next, last()));
    describe();
    void follow();
    if (done) tell();
  }

  /** A link shows the same sheet. */
  function tell() {
    if (!data?.curves) return;
    const url = new URL(location.href);
    url.searchParams.delete("epoch");
    const { epoch } = data.stops[stop];
    if (stop < last() && epoch !== null) url.searchParams.set("epoch", String(epoch));
    history.replaceState(history.state, "", url);
  }

  /** Draws the sheet of the slider's stop as soon as it is here, and has its neighbours come. */
  async function follow() {
    const at = data?.stops[stop]?.at;
    if (!at) return;
    try {
      const file = files.here(at) ?? (await files.get(at));
      if (at !== data?.stops[stop]?.at) return; // it has moved on
      draw(file, data.stops[stop].epoch);
    } catch (error) {
      if (at === data?.stops[stop]?.at) caption.textContent = /** @type {Error} */ (error).message;
    }
    for (const next of [stop + 1, stop - 1]) if (data?.stops[next]) files.want(data.stops[next].at);
  }

  /** @param {string} address @param {AbortSignal} off */
  async function watch(address, off) {
    let step = -1;
    while (!off.aborted) {
      try {
        const frame = document.hidden ? null : await fetchFrame(`${address}?after=${step}`, off);
        if (off.aborted || frame === "ended") return; // the page is about to draw what has come of it
        if (frame && frame !== "unheard") {
          const { samples: when } = frame.metadata;
          step = when?.step ?? step;
          draw(frame, when?.epoch ?? null);
        }
      } catch (error) {
        if (off.aborted) return;
        caption.textContent = /** @type {Error} */ (error).message;
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  /** @param {import("../latent_plane/js/decode/safetensors.js").TensorFile} file @param {number|null} epoch */
  function draw(file, epoch) {
    const images = imagesOf(file);
    const [{ width, height }] = images;
    const now = [images.length, height, width];
    if (shape.join() !== now.join()) {
      shape = now;
      samples.replaceChildren(...images.map(() => blank(width, height)));
      fit();
    }
    [...samples.children].forEach((canvas, n) => {
      if (canvas instanceof HTMLCanvasElement) contextOf(canvas).putImageData(images[n], 0, 0);
    });
    sheet.removeAttribute("aria-busy");
    sheet.dataset.epoch = epoch === null ? "" : epochName(epoch);
    drawn = epoch;
    name();
    showCursor();
  }

  /** Says what is drawn. */
  function name() {
    if (!samples.childElementCount) return;
    const shown = [...samples.children].filter((each) => each instanceof HTMLElement && !each.hidden).length;
    const when = drawn === null ? "" : drawn > 0 ? ` after epoch ${epochName(drawn)}` : " before the first step";
    const words = `${shown} ${data?.drawn ?? "samples"}${when}`;
    samples.setAttribute("aria-label", words);
    if (caption.textContent !== words) caption.textContent = words;
  }

  function showCursor() {
    const style = getComputedStyle(sheet);
    const [line, ground] = ["primary", "background"].map((each) => style.getPropertyValue(`--st-${each}-color`));
    const { epoch = null } = data?.stops[stop] ?? {};
    cursor.show(data?.curves ?? null, stop, epoch === null ? "" : `epoch ${epochName(epoch)}`, { line, ground });
  }

  /** As large as there is room for, in whole multiples of a pixel. */
  function fit() {
    const [count, height, width] = shape[0] ? shape : [data?.count ?? 0, ...(data?.shape.slice(1) ?? [1, 1])];
    const { clientWidth } = sheet;
    if (!count || !clientWidth) return;
    const room = Math.min(clientWidth - 2, data?.widest ?? Infinity);
    const { columns, times, shown } = sheetLayout(count, width, room);
    samples.style.gridTemplateColumns = `repeat(${columns}, ${width * times}px)`;
    sheet.style.setProperty("--height", `${Math.ceil(shown / columns) * (height * times + GAP) - GAP}px`);
    for (const [n, canvas] of [...samples.children].entries()) {
      if (!(canvas instanceof HTMLCanvasElement)) continue;
      canvas.hidden = n >= shown;
      canvas.style.width = `${width * times}px`;
      canvas.style.height = `${height * times}px`;
    }
    name();
  }

  function describe() {
    if (!data) return;
    const { epoch = null } = data.stops[stop] ?? {};
    const name = epoch === null ? "now" : epochName(epoch);
    time.hidden = data.live !== null || last() < 1;
    slider.max = String(Math.max(0, last()));
    slider.value = String(stop);
    told.textContent = name;
    slider.setAttribute("aria-valuetext", [`epoch ${name}`, data.curves?.words[stop]].filter(Boolean).join("; "));
    const does = still.matches ? "Next sheet" : playing ? "Pause" : "Play the sheets";
    play.setAttribute("aria-label", does);
    play.title = does;
    play.dataset.state = playing ? "playing" : "resting";
  }

  sized.observe(sheet);

  return {
    update(component) {
      const before = data;
      data = component.data;
      const same = before !== null && before.live === data.live && JSON.stringify(before.stops) === JSON.stringify(data.stops);
      if (same) return showCursor(); // it has another theme
      halt();
      watching?.abort();
      watching = null;
      fit();
      // The newest of a run that trains is drawn until there is a newer one.
      const wanted = data.live === null ? nearestStop(data.stops.map(({ epoch }) => epoch ?? Infinity), linkedEpoch()) : last();
      const going = before?.live && data.live === before.live;
      if (!going) goTo(Math.min(wanted, last()));
      if (data.live !== null) {
        watching = new AbortController();
        void watch(data.live, watching.signal);
      }
    },
    dispose() {
      halt();
      watching?.abort();
      sized.disconnect();
      cursor.dispose();
      files.clear();
    },
  };
}

/**
 * How a sheet of so many images fits into a width: as a square of them, each a whole multiple of its pixels. Of small images
 * a smaller square is shown, larger; too wide ones stand in fewer columns.
 *
 * @param {number} count @param {number} width of an image, in its pixels @param {number} room
 * @returns {{columns: number, times: number, shown: number}}
 */
export function sheetLayout(count, width, room) {
  const square = Math.ceil(Math.sqrt(count));
  const timesOf = (/** @type {number} */ columns) => Math.floor((room - (columns - 1) * GAP) / (columns * width));
  for (let columns = square; columns >= Math.min(3, square); columns--) {
    const times = timesOf(columns);
    if (times >= 1 && times * width >= LEAST) return { columns, times, shown: Math.min(count, columns * columns) };
  }
  if (timesOf(square) >= 1) return { columns: square, times: timesOf(square), shown: count };
  return { columns: Math.max(1, Math.floor((room + GAP) / (width + GAP))), times: 1, shown: count };
}

/** The epoch that the address names: of a link, or of what was shown before this was put on the page anew. */
function linkedEpoch() {
  const told = new URL(location.href).searchParams.get("epoch");
  return told === null || !Number.isFinite(Number(told)) ? null : Number(told);
}

/** @param {number} width @param {number} height */
function blank(width, height) {
  const canvas = make("canvas", "");
  [canvas.width, canvas.height] = [width, height];
  return canvas;
}

/**
 * The images of a file, as a canvas takes them.
 *
 * @param {import("../latent_plane/js/decode/safetensors.js").TensorFile} file
 * @returns {ImageData[]}
 */
export function imagesOf({ tensors }) {
  const images = tensors.get("images");
  const bytes = images?.data;
  if (!images || !(bytes instanceof Uint8Array) || images.shape.length !== 4) throw new Error("The file holds no images.");
  const [count, channels, height, width] = images.shape;
  const size = channels * height * width;
  return Array.from({ length: count }, (_, n) => {
    return new ImageData(coloured(bytes.subarray(n * size, (n + 1) * size), channels), width, height);
  });
}

/** Red, green, blue and opacity of each pixel. @param {Uint8Array} planes [C, H, W] @param {number} channels */
function coloured(planes, channels) {
  const pixels = planes.length / channels;
  const rgba = new Uint8ClampedArray(4 * pixels).fill(255);
  for (let n = 0; n < pixels; n++) {
    for (let c = 0; c < 3; c++) rgba[4 * n + c] = planes[channels === 1 ? n : c * pixels + n];
  }
  return rgba;
}
