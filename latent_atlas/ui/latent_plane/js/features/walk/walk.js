/**
 * Walks: stops that the user sets on the plane, a way through them, frames of it side by side, and a play head.
 *
 * @typedef {import("./ways.js").Way} Way
 * @typedef {import("./ways.js").Measured} Measured
 */
import { buttonsIn, finder } from "../../../../components/elements.js";
import { derived, signal } from "../../util/signals.js";
import { createLegs } from "./legs.js";
import { createWalkMarks } from "./marks.js";
import { createNearCounts } from "./near.js";
import { createPlayer } from "./play.js";
import { createStrip } from "./strip.js";
import { joined, lengthOf, pointAt } from "./ways.js";
import { lengthSentence, nearSentence, nextStep } from "./words.js";

const MOST_STOPS = 16;
/** Frames of the strip: one row beside the plane, two on a phone. */
const [BESIDE, BELOW] = [{ frames: 9, columns: 9 }, { frames: 10, columns: 5 }];
/** A click as near to the last stop as this share of the plane is the second of a double click. */
const SAME_SPOT = 0.012;
const REST_MS = 250;

/** @type {import("../../plane/feature.js").FeatureModule} */
export const feature = { order: 80, create: createWalk };

/** @param {import("../../plane/feature.js").Plane} plane @returns {import("../../plane/feature.js").Feature} */
function createWalk(plane) {
  const { root, state, effect, actions } = plane;
  const find = finder(root);
  const [field, box, strip, ways] = [".field", ".walk", ".walk-strip", ".ways"].map(find.html);
  const [near, lengths, words] = [".walk-near", ".walk-lengths", ".walk-words"].map(find.html);
  const [tool, play, loop, undo, clear] = [".walk-tool", ".walk-play", ".walk-loop", ".walk-undo", ".walk-clear"].map(
    find.button,
  );
  const choices = buttonsIn(root, "[data-way]");
  const off = new AbortController();
  const touch = matchMedia("(hover: none)").matches;
  const legs = createLegs();
  const counts = createNearCounts(plane.trust);
  const marks = createWalkMarks();
  const cells = createStrip(strip, (z) => (player.pause(), preview(z)), (z) => actions.pinAt([...z]));
  /** Shown coordinates. */
  const stops = signal(/** @type {number[][]} */ ([]));
  const way = signal(/** @type {Way} */ ("line"));
  const drawing = signal(false);
  const loops = signal(true);
  const playing = signal(false);
  /** Where the walk is. */
  const head = signal(/** @type {number[]|null} */ (null));
  /** Where the geodesics of the model are. */
  const address = signal(/** @type {string|null} */ (null));
  /** The address of the model, which tells what is decoded from all else. */
  const decoder = signal("");
  /** Coordinates of a link, until it is known how many make a stop. @type {number[]|null} */
  let linked = null;
  /** The plane that the stops are on. */
  let plot = "";
  const player = createPlayer(
    (share) => found.value.path && preview(pointAt(found.value.path, share)),
    (on) => (playing.value = on),
  );

  tool.onclick = () => setDrawing(!drawing.value);
  for (const button of choices) {
    button.onclick = () => {
      way.value = /** @type {Way} */ (button.dataset.way);
      actions.tell(REST_MS);
    };
  }
  play.onclick = () => {
    const { path } = found.value;
    if (player.playing) player.pause();
    else if (path) player.play(lengthOf(path), () => loops.value, layout().frames);
  };
  loop.onclick = () => (loops.value = !loops.value);
  undo.onclick = () => setStops(stops.value.slice(0, -1));
  clear.onclick = () => {
    setStops([]);
    if (drawing.value) field.focus();
    else tool.focus();
  };
  for (const name of ["pointerdown", "pointermove"]) field.addEventListener(name, takeOver, { signal: off.signal });
  field.addEventListener("keydown", ({ key }) => drawing.value && key === "Backspace" && undo.click(), { signal: off.signal });

  const layout = () => (plane.narrow() ? BELOW : BESIDE);

  /** A hand on the plane takes over from the walk. */
  function takeOver() {
    player.pause();
    head.value = null;
  }

  /** @param {number[]|null} z where the walk is */
  function preview(z) {
    head.value = z;
    actions.preview(z);
  }

  /** @param {boolean} on */
  function setDrawing(on) {
    drawing.value = on;
    // One hand draws one thing.
    if (on) plane.selection.putAway();
  }

  /** @param {number[][]} next */
  function setStops(next) {
    stops.value = next;
    player.rewind();
    preview(null);
    actions.tell(REST_MS);
  }

  /** @param {number[]} z @returns {boolean} whether it was one more */
  function add(z) {
    const at = z.map((value) => Number(value.toFixed(4))); // as in the link
    const last = stops.value[stops.value.length - 1];
    if (last && Math.hypot(...at.map((value, k) => value - last[k])) <= sameSpot()) return false;
    if (stops.value.length < MOST_STOPS) setStops([...stops.value, at]);
    return true;
  }

  const sameSpot = () => (2 * SAME_SPOT * state.axes.value.extent) / state.camera.value.zoom;

  /**
   * The way through the stops, as far as it is known; `straight` is how long the line would be, `searching` that some of
   * it is on its way, `problem` why some of it will not come.
   */
  const found = derived(() => {
    const model = state.model.value;
    /** @type {{path: Measured|null, straight: number, whole: boolean, searching: boolean, problem: string}} */
    const none = { path: null, straight: 0, whole: false, searching: false, problem: "" };
    if (!model) return none;
    const { place } = model;
    const base = place.base()?.map((value) => value.toFixed(3)).join(",") ?? null;
    const name = model.latentDim > 2 ? place.name : "axes";
    const searchAt = address.value;
    legs.setSource({
      decode: model.decodeShown,
      key: [decoder.value, name, base].join(" "),
      search: searchAt
        ? (a, b) => `${searchAt}/${name}/geodesic?points=${[...a, ...b]}${base ? `&base=${base}` : ""}`
        : null,
    });
    const pairs = stops.value.slice(1).map((stop, n) => /** @type {const} */ ([stops.value[n], stop]));
    const straight = pairs.map(([a, b]) => legs.get("line", a, b)).filter(known);
    const wished = pairs.map(([a, b]) => legs.get(way.value, a, b));
    const failed = wished.find((leg) => leg instanceof Error);
    const problem = failed instanceof Error ? `${failed.message} The path goes straight there.` : "";
    if (pairs.length === 0 || straight.length < pairs.length) return { ...none, problem };
    return {
      path: joined(wished.map((leg, n) => (known(leg) ? leg : straight[n]))),
      straight: lengthOf(joined(straight)),
      whole: wished.every(known),
      searching: wished.includes(null),
      problem,
    };
  });

  // The other tool was taken, or something else is looked at: the pin again, or a spot of another plane's pointer.
  effect(() => {
    if (plane.selection.drawing) drawing.value = false;
  });
  effect(() => {
    const spot = state.preview.value;
    if (spot === head.value) return;
    head.value = null;
    if (spot) player.pause();
  }, "urgent");

  effect(() => {
    tool.setAttribute("aria-pressed", String(drawing.value));
    field.classList.toggle("walking", drawing.value);
    loop.setAttribute("aria-pressed", String(loops.value));
    play.setAttribute("aria-label", playing.value ? "Pause" : "Play the path");
    play.dataset.state = playing.value ? "playing" : "resting";
  });

  effect(() => {
    const { path, straight, whole, searching, problem } = found.value;
    const model = state.model.value;
    const count = stops.value.length;
    root.dataset.walk = path && whole ? way.value : "";
    state.path.value = whole ? path : null;
    lengths.textContent = path ? lengthSentence(way.value, lengthOf(path), straight, searching) : "";
    box.hidden = !drawing.value && count === 0;
    for (const button of choices) {
      button.setAttribute("aria-pressed", String(button.dataset.way === way.value));
      button.disabled = button.dataset.way === "geodesic" && !address.value;
    }
    // On a line there is one way only.
    ways.hidden = model?.axes.length === 1;
    for (const button of [play, loop, strip]) button.hidden = !path;
    for (const button of [undo, clear]) button.hidden = count === 0;
    near.hidden = !path || !model?.encodings;
    const offline = !address.value && !ways.hidden;
    const how = nextStep({ drawing: drawing.value, stops: count, most: MOST_STOPS, touch, offline });
    words.textContent = [problem, how].filter((part) => part).join(" ");
  });

  effect(() => {
    const [model, { path }] = [state.model.value, found.value];
    if (!model || !path) return;
    const { frames, columns } = layout();
    const shown = Array.from({ length: frames }, (_, n) => {
      const z = pointAt(path, n / (frames - 1));
      return { z, ...counts.at(model, z) };
    });
    cells.draw(shown, model.imageShape, columns, plane.decode);
    const known = shown.some(({ told }) => told);
    near.textContent = known ? nearSentence(counts.radius(model)) : "";
  });

  return {
    setModel(model, data) {
      [address.value, decoder.value] = [data.paths, data.decoder ?? ""];
      // Between the points of a sheet there is no way; a tool that is put away must not go on drawing.
      tool.hidden = model.place.kind === "tsne";
      if (tool.hidden) drawing.value = false;
      const width = model.axes.length;
      const next = `${model.latentDim} ${model.place.name}`;
      if (linked) stops.value = linked.length % width === 0 ? inGroups(linked, width) : [];
      // Coordinates of another plane say nothing here; those of a link are of the plane that comes.
      else if (plot !== "" && plot !== next) {
        [stops.value, head.value] = [[], null];
        player.rewind();
      }
      linked = null;
      plot = next;
    },

    restore(view) {
      linked = view.path ?? [];
      way.value = view.way ?? "line";
    },

    get link() {
      return { path: stops.value.length ? stops.value.flat() : null, way: way.value };
    },

    click(z) {
      if (!drawing.value) return false;
      if (!add(z)) setDrawing(false);
      return true;
    },

    key(name) {
      if (name === "Escape" && player.playing) player.pause();
      else if (!drawing.value) return false;
      else if (name === "Escape" || !add(state.pin.value)) setDrawing(false);
      return true;
    },

    draw(context, area, projection) {
      if (!stops.value.length) return;
      marks.draw(context, area, projection, { stops: stops.value, path: found.value.path?.path ?? null, head: head.value });
    },

    dispose() {
      player.pause();
      legs.stop();
      off.abort();
    },
  };
}

/** @param {Measured|Error|null|undefined} leg @returns {leg is Measured} */
function known(leg) {
  return leg !== null && leg !== undefined && !(leg instanceof Error);
}

/** @param {number[]} numbers @param {number} size @returns {number[][]} */
function inGroups(numbers, size) {
  return Array.from({ length: numbers.length / size }, (_, n) => numbers.slice(n * size, (n + 1) * size));
}
