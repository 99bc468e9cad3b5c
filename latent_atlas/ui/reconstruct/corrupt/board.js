/**
 * Images in rows: clean, corrupted, and what each model makes of them. Where a chain fills missing pixels in, its
 * states lie side by side in one picture, and the browser moves along them: playing needs nothing from Python.
 *
 * @typedef {{shown: string, error: string, told: string[], nearness: string[], means: string[], exact: string|null,
 *   spread: string}} Cell
 * @typedef {{id: number, label: string, clean: string, corrupted: string, cells: (Cell|null)[]}} Row
 * @typedef {{width: number, height: number, scale: number, states: number, step: number, selected: number,
 *   split: string, titles: string[], errorRamp: string, errorEnds: string, hides: boolean, rows: Row[]}} BoardData
 * `states` is 1 where nothing is done step by step; `selected` is the id of a row
 */
import { find, make } from "../../components/elements.js";
import { grouped } from "../../latent_plane/js/plane/words.js";

const CAPTION = 18; // pixels, with the gap above
const PACE = 350; // milliseconds a state is seen while the chain plays
const SMALL = 40; // at least so many pixels of the page for a state in the strip

/**
 * @param {import("../../components/bootstrap.js").Parent} parent
 * @returns {import("../../components/bootstrap.js").View<BoardData>}
 */
export function createBoard(parent) {
  const root = find(parent, ".board", HTMLElement);
  let fingerprint = "";
  /** @type {BoardData|null} */
  let data = null;
  let step = 0;
  /** @type {ReturnType<typeof setInterval>|undefined} */
  let playing;
  /** @type {(name: string, value: unknown) => void} */
  let send = () => {};
  /** @type {(() => void)[]} what follows the step */
  let followers = [];
  const play = make("button", "", "Play");
  const back = make("button", "", "Back");
  const on = make("button", "", "Step");
  const range = make("input", "");
  const output = make("output", "");
  range.type = "range";
  range.setAttribute("aria-label", "Step of the chain");
  play.onclick = () => (playing === undefined ? start() : stop());
  back.onclick = () => go(step - 1, true);
  on.onclick = () => go(step + 1, true);
  range.oninput = () => go(Number(range.value), false);
  range.onchange = () => go(Number(range.value), true);

  /** @param {number} wanted @param {boolean} told whether the address is to hold it */
  function go(wanted, told) {
    if (!data) return;
    if (told) stop(false);
    step = Math.max(0, Math.min(data.states - 1, wanted));
    follow();
    if (told) send("step", step);
  }

  function start() {
    if (!data) return;
    if (step >= data.states - 1) step = 0;
    follow();
    play.textContent = "Pause";
    playing = setInterval(() => {
      if (!data || step >= data.states - 1) stop();
      else go(step + 1, false);
    }, PACE);
  }

  /** @param {boolean} [told] */
  function stop(told = true) {
    if (playing === undefined) return;
    clearInterval(playing);
    playing = undefined;
    play.textContent = "Play";
    if (told) send("step", step);
  }

  function follow() {
    if (!data) return;
    for (const each of followers) each();
    range.value = String(step);
    output.textContent = step ? `step ${step} of ${data.states - 1}` : "the start";
    back.disabled = step === 0;
    on.disabled = step >= data.states - 1;
  }

  /** @param {BoardData} shown */
  function build(shown) {
    followers = [];
    range.max = String(shown.states - 1);
    const chosen = shown.rows.find((row) => row.id === shown.selected) ?? shown.rows[0];
    const rows = shown.rows.map((row) => rowOf(shown, row, row === chosen));
    const transport = make("div", "transport", play, back, on, range, output);
    transport.setAttribute("role", "group");
    transport.setAttribute("aria-label", "Steps of the chain");
    const long = shown.states > 1;
    const chains = long && chosen ? shown.titles.map((title, place) => chainOf(shown, title, chosen.cells[place])) : [];
    root.replaceChildren(...(long ? [transport] : []), legendOf(shown), make("div", "rows", ...rows), ...chains.filter((each) => each !== null));
    follow();
  }

  /** @param {BoardData} shown @param {Row} row @param {boolean} chosen */
  function rowOf(shown, row, chosen) {
    const name = `${shown.split} ${grouped(row.id)}${row.label ? `, class ${row.label}` : ""}`;
    const first = group(name, [
      ["clean", still(shown, row.clean, `${name}, clean`)],
      ["corrupted", still(shown, row.corrupted, `${name}, corrupted`)],
    ]);
    const models = shown.titles.map((title, place) => modelOf(shown, title, row.cells[place]));
    const element = make("div", "row", first, ...models);
    element.dataset.id = String(row.id);
    element.tabIndex = 0;
    element.setAttribute("role", "button");
    element.setAttribute("aria-pressed", String(chosen));
    element.setAttribute("aria-label", `Choose ${name}`);
    element.onclick = () => send("selected", row.id);
    element.onkeydown = (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      send("selected", row.id);
    };
    return element;
  }

  /** @param {BoardData} shown @param {string} title @param {Cell|null} cell */
  function modelOf(shown, title, cell) {
    if (!cell) {
      const wait = make("div", "wait", "being computed …");
      wait.style.width = `${2 * shown.width * shown.scale + 4}px`; // as large as the pictures will be
      wait.style.height = `${shown.height * shown.scale + CAPTION}px`;
      return make("div", "group", make("h3", "", title), wait);
    }
    const caption = make("span", "");
    const error = make("span", "");
    followers.push(() => {
      caption.textContent = cell.nearness.length ? `${cell.nearness[step]} away` : "recovered";
      error.textContent = `${cell.told[Math.min(step, cell.told.length - 1)]} off`;
    });
    /** @type {[string|HTMLElement, HTMLElement][]} */
    const pictures = [
      [caption, moving(shown, cell, cell.shown, `Recovered by ${title}`)],
      [error, moving(shown, cell, cell.error, `Error of ${title}`)],
    ];
    if (cell.exact) pictures.push(["exact", still(shown, cell.exact, `Exact answer of ${title}`)]);
    return group(title, pictures);
  }

  /** A picture of states side by side, seen through a window. @param {BoardData} shown @param {Cell} cell @param {string} uri @param {string} alt */
  function moving(shown, cell, uri, alt) {
    const image = picture(uri, alt, shown.width * shown.scale * cell.told.length, shown.height * shown.scale);
    const frame = windowOf(shown, shown.scale, image);
    followers.push(() => {
      image.style.marginLeft = `${-Math.min(step, cell.told.length - 1) * shown.width * shown.scale}px`;
    });
    return frame;
  }

  /** All states of one chain, to be gone to. @param {BoardData} shown @param {string} title @param {Cell|null} cell */
  function chainOf(shown, title, cell) {
    if (!cell) return null;
    const scale = Math.max(1, Math.ceil(SMALL / Math.max(shown.width, shown.height)));
    const buttons = cell.told.map((told, place) => {
      const image = picture(cell.shown, "", shown.width * scale * cell.told.length, shown.height * scale);
      image.style.marginLeft = `${-place * shown.width * scale}px`;
      const said = cell.nearness[place] ?? told;
      const button = make("button", "", windowOf(shown, scale, image), said);
      button.setAttribute("aria-label", place ? `Step ${place}: ${said}` : `The start: ${said}`);
      button.onclick = () => go(place, true);
      followers.push(() => button.setAttribute("aria-pressed", String(place === step)));
      return button;
    });
    const states = make("div", "states", ...buttons);
    const note = make("p", "");
    followers.push(() => {
      note.textContent = noteOf(cell, step);
    });
    return make("section", "chain", make("h3", "", `${title}, state by state`), states, note);
  }

  return {
    update(component) {
      send = (name, value) => component.setStateValue(name, value);
      const { step: asked, ...content } = component.data;
      const next = JSON.stringify(content);
      if (next === fingerprint) return;
      stop(false);
      // A step that was gone to here is newer than what Python knows of it.
      step = data && data.states === component.data.states ? step : asked;
      fingerprint = next;
      data = component.data;
      build(data);
    },
    dispose() {
      clearInterval(playing);
    },
  };
}

/** @param {Cell} cell @param {number} step */
function noteOf(cell, step) {
  if (!cell.exact) return `Now ${cell.told[step]} off the clean image (root mean square over all pixels).`;
  const mean = step ? ` The mean of the steps so far: ${cell.means[step]}.` : "";
  const spread = cell.spread ? ` A proper draw is ${cell.spread} away on average.` : "";
  return `Now ${cell.nearness[step]} from the exact answer, root mean square over missing pixels.${mean}${spread}`;
}

/** @param {string} title @param {[string|HTMLElement, HTMLElement][]} pictures */
function group(title, pictures) {
  const head = make("h3", "", title);
  head.title = title;
  const figures = pictures.map(([caption, element]) =>
    make("figure", "", element, make("figcaption", "", caption)),
  );
  return make("div", "group", head, make("div", "pictures", ...figures));
}

/** @param {BoardData} shown @param {string} uri @param {string} alt */
function still(shown, uri, alt) {
  return windowOf(shown, shown.scale, picture(uri, alt, shown.width * shown.scale, shown.height * shown.scale));
}

/** @param {BoardData} shown @param {number} scale @param {HTMLImageElement} image */
function windowOf(shown, scale, image) {
  const frame = make("div", "window", image);
  frame.style.width = `${shown.width * scale}px`;
  frame.style.height = `${shown.height * scale}px`;
  return frame;
}

/** @param {string} uri @param {string} alt @param {number} width @param {number} height pixels of the page */
function picture(uri, alt, width, height) {
  const image = make("img", "pixels");
  image.src = uri;
  image.alt = alt;
  image.style.width = `${width}px`;
  image.style.height = `${height}px`;
  return image;
}

/** @param {BoardData} shown */
function legendOf(shown) {
  const ramp = make("img", "");
  ramp.src = shown.errorRamp;
  ramp.alt = "";
  const legend = make("div", "legend", "Error −1 ", ramp, ` +1: ${shown.errorEnds}. “Off”: root mean square error.`);
  if (shown.hides) legend.append(" ", make("span", "missing"), " missing.");
  const held = shown.rows.some((row) => row.cells.some((cell) => cell?.exact));
  if (held) legend.append(" “Away”: root mean square difference from the exact answer, over missing pixels.");
  return legend;
}
