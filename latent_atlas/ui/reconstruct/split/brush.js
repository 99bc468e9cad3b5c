/**
 * A split at once: what images cost under each model, under two of them, and where they are encoded. A brush in one
 * chart shows the same images in all. Numbers come from the server in parts, while it measures.
 *
 * @typedef {{sheet: string, active: boolean, titles: string[], letters: string[], comparable: number[], pair: number[], picked: string,
 *            colours: string[], classColours: string[], classNames: string[], axes: string[]}} SplitData
 * `sheet`: the address of the numbers, `active`: whether they still come; `pair`: which two are held against each other, of `comparable`
 * @typedef {import("./selecting.js").Brush} Brush
 */
import { find, make } from "../../components/elements.js";
import { counted, grouped, number } from "../../latent_plane/js/plane/words.js";
import { createHistogram } from "./histogram.js";
import { createPlane } from "./plane.js";
import { followed } from "./numbers.js";
import { brushesOf, choose, textOf } from "./selecting.js";

/**
 * @typedef {{costs: Float32Array[], places: Float32Array, count: number, labels: Uint16Array|null, images: number,
 *            done: boolean}} Shown `count` images are known under all models
 * @typedef {{data: SplitData, numbers: Shown, chosen: Uint8Array|null, brushes: Brush[], difference: boolean}} State
 * `chosen` is null where nothing is brushed
 * @typedef {(brush: Brush|null, ended: boolean) => void} Brushed what a chart calls: null takes its brush away
 * @typedef {{element: HTMLElement, draw: (state: State) => void}} Chart
 */

/**
 * @param {import("../../components/bootstrap.js").Parent} parent
 * @returns {import("../../components/bootstrap.js").View<SplitData>}
 */
export function createBrush(parent) {
  const root = find(parent, ".split", HTMLElement);
  /** @type {State|null} */
  let state = null;
  /** @type {(name: string, value: unknown) => void} */
  let send = () => {};
  /** @type {AbortController|null} */
  let fetching = null;
  let frame = 0;
  let seen = 0;

  const histogram = createHistogram((brush, ended) => brushed(["A", "A-B"], brush, ended));
  const scatter = createPlane("AxB", (brush, ended) => brushed(["AxB"], brush, ended));
  const map = createPlane("z", (brush, ended) => brushed(["z"], brush, ended));
  const charts = [histogram, scatter, map];
  const count = make("span", "count");
  count.setAttribute("role", "status");
  const first = selectOf("Model on the left", () => pairUp(Number(first.value), Number(second.value)));
  const second = selectOf("Model it is held against", () => pairUp(Number(first.value), Number(second.value)));
  const models = make("label", "", first, "against", second);
  const difference = buttonOf("Difference", () => differ());
  const classes = selectOf("Class", () => {
    const label = Number(classes.value);
    brushed(["c"], classes.value ? { kind: "c", first: 0, second: 0, ends: [label, label] } : null, true);
  });
  const clear = buttonOf("Clear", () => brushed(["A", "A-B", "AxB", "z", "c"], null, true));
  const wall = buttonOf("See them on the wall", () => send("wall", ++seen));
  const grid = make("div", "charts", ...charts.map(({ element }) => element));
  root.replaceChildren(make("div", "bar", models, difference, classes, count, clear, wall), grid);
  const observer = new ResizeObserver(() => redraw());
  observer.observe(root);

  function redraw() {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      if (!state) return;
      for (const chart of charts) if (!chart.element.hidden) chart.draw(state);
      tell(state);
    });
  }

  function choosing() {
    if (!state) return;
    const { brushes, numbers } = state;
    if (!brushes.length) state.chosen = null;
    else {
      state.chosen = state.chosen?.length === numbers.count ? state.chosen : new Uint8Array(numbers.count);
      choose(brushes, numbers, state.chosen);
    }
    redraw();
  }

  /** @param {import("./selecting.js").Kind[]} kinds that it takes the place of @param {Brush|null} brush @param {boolean} ended */
  function brushed(kinds, brush, ended) {
    if (!state) return;
    state.brushes = [...state.brushes.filter(({ kind }) => !kinds.includes(kind)), ...(brush ? [brush] : [])];
    choosing();
    if (ended) send("picked", textOf(state.brushes));
  }

  /** @param {number} one @param {number} other */
  function pairUp(one, other) {
    if (!state) return;
    const [was, and] = state.data.pair;
    // Never the same model twice: who chooses the other one turns them round.
    const pair = one !== other ? [one, other] : one === was ? [and, was] : [and, was];
    state.data = { ...state.data, pair };
    first.value = String(pair[0]);
    second.value = String(pair[1]);
    // Brushes of the former pair would choose by what is no longer seen.
    const kept = state.brushes.filter(({ kind }) => kind === "z" || kind === "c");
    const stale = kept.length < state.brushes.length;
    state.brushes = kept;
    choosing();
    if (stale) send("picked", textOf(state.brushes));
    send("pair", pair.map((each) => state?.data.letters[each]).join(""));
  }

  function differ() {
    if (!state) return;
    state.difference = !state.difference;
    difference.setAttribute("aria-pressed", String(state.difference));
    brushed(["A", "A-B"], null, state.brushes.some(({ kind }) => kind === "A" || kind === "A-B"));
  }

  /** @param {State} now */
  function tell({ numbers, chosen, brushes }) {
    const so = numbers.done || numbers.count >= numbers.images ? "" : ` of ${grouped(numbers.images)} so far`;
    let many = 0;
    for (const each of chosen ?? []) many += each;
    const part = numbers.count ? number((100 * many) / numbers.count, many * 10 < numbers.count ? 1 : 0) : "0";
    const said = brushes.length
      ? `${counted(many, "image")} selected, ${part} %`
      : `${counted(numbers.count, "image")}${so}: drag across a chart to select some`;
    if (count.textContent !== said) count.textContent = said;
    clear.disabled = !brushes.length;
    wall.disabled = !many || !brushes.length;
    classes.value = String(brushes.find(({ kind }) => kind === "c")?.ends[0] ?? "");
  }

  /** @param {SplitData} data */
  function follow(data) {
    fetching?.abort();
    fetching = new AbortController();
    followed(data.sheet, data.titles.length, fetching.signal, (numbers) => {
      if (!state) return;
      state.numbers = numbers;
      choosing();
    }).catch((problem) => {
      if (problem.name === "AbortError") return;
      count.textContent = "The numbers could not be fetched: reload the page.";
      console.warn(problem);
    });
  }

  return {
    update(component) {
      send = (name, value) => component.setStateValue(name, value);
      const { data } = component;
      const before = state?.data;
      if (before && JSON.stringify({ ...before, picked: "", pair: [] }) === JSON.stringify({ ...data, picked: "", pair: [] })) {
        redraw(); // the theme may have changed
        return;
      }
      const again = before?.sheet === data.sheet;
      const brushes = brushesOf(data.picked, data.titles.length);
      state = {
        data,
        numbers: again && state ? state.numbers : { costs: [], places: new Float32Array(0), count: 0, labels: null, images: 0, done: false },
        chosen: null,
        brushes,
        difference: brushes.some(({ kind }) => kind === "A-B"),
      };
      const several = data.comparable.length > 1;
      models.hidden = difference.hidden = scatter.element.hidden = !several;
      grid.classList.toggle("two", !several);
      classes.hidden = !data.classNames.length;
      classes.replaceChildren(new Option("All classes", ""), ...data.classNames.map((name, label) => new Option(name, String(label))));
      difference.setAttribute("aria-pressed", String(state.difference));
      for (const [place, select] of [first, second].entries()) {
        select.replaceChildren(...data.comparable.map((each) => new Option(`${data.letters[each]} ${data.titles[each]}`, String(each))));
        select.value = String(data.pair[place] ?? data.pair[0]);
      }
      choosing();
      if (!again || !state.numbers.done || data.active) follow(data);
    },
    dispose() {
      observer.disconnect();
      fetching?.abort();
      cancelAnimationFrame(frame);
    },
  };
}

/** @param {string} label @param {() => void} changed */
function selectOf(label, changed) {
  const select = make("select", "");
  select.setAttribute("aria-label", label);
  select.onchange = changed;
  return select;
}

/** @param {string} label @param {() => void} act */
function buttonOf(label, act) {
  const button = make("button", "", label);
  button.type = "button";
  button.onclick = act;
  return button;
}
