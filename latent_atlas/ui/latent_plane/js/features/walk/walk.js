/**
 * Walks: stops that the user sets on the plane, a way through them, frames of it side by side, and a play head.
 *
 * @typedef {import("./ways.js").Way} Way
 * @typedef {import("./ways.js").Measured} Measured
 */
import { createLegs } from "./legs.js";
import { createWalkMarks } from "./marks.js";
import { createNear } from "./near.js";
import { createPlayer } from "./play.js";
import { createStrip } from "./strip.js";
import { joined, lengthOf, pointAt } from "./ways.js";
import { howTo, nearby, told } from "./words.js";

const MOST_STOPS = 16;
/** Frames of the strip: one row beside the plane, two on a phone. */
const [BESIDE, BELOW] = [{ frames: 9, columns: 9 }, { frames: 10, columns: 5 }];
/** A click as near to the last stop as this share of the plane is the second of a double click. */
const SAME_SPOT = 0.012;
const REST_MS = 250;

/** @param {import("../../plane/feature.js").Plane} plane @returns {import("../../plane/feature.js").Feature} */
export function createWalk(plane) {
  const { root } = plane;
  const find = (/** @type {string} */ selector) => /** @type {any} */ (root.querySelector(selector));
  const [tool, lasso, field, box] = [".walk-tool", ".tool:not(.walk-tool)", ".field", ".walk"].map(find);
  const [strip, ways, play, loop, undo, clear, near] = [
    ".walk-strip", ".ways", ".walk-play", ".walk-loop", ".walk-undo", ".walk-clear", ".walk-near",
  ].map(find);
  const [lengths, words] = [".walk-lengths", ".walk-words"].map(find);
  const choices = /** @type {NodeListOf<HTMLButtonElement>} */ (root.querySelectorAll("[data-way]"));
  const off = new AbortController();
  const touch = matchMedia("(hover: none)").matches;
  const legs = createLegs(update);
  const images = createNear(plane.backing);
  const marks = createWalkMarks();
  const cells = createStrip(strip, (z) => (player.pause(), preview(z)), (z) => plane.pinAt([...z]));
  const player = createPlayer(
    (share) => path && preview(pointAt(path, share)),
    (playing) => {
      play.setAttribute("aria-label", playing ? "Pause" : "Play the path");
      play.dataset.state = playing ? "playing" : "resting";
    },
  );
  /** Shown coordinates. @type {number[][]} */
  let stops = [];
  /** @type {Way} */
  let way = "line";
  let [drawing, loops] = [false, true];
  /** @type {Measured|null} as far as it is known */
  let path = null;
  /** Where the walk is. @type {number[]|null} */
  let head = null;
  /** Coordinates of a link, until it is known how many make a stop. @type {number[]|null} */
  let linked = null;
  /** @type {string|null} where the geodesics of the model are */
  let address = null;
  /** `plot`: the plane that the stops are on; `drawnFor`: what the strip was drawn for. */
  let [decoder, plot, drawnFor, problem, later] = ["", "", "", "", 0];

  tool.onclick = () => setDrawing(!drawing);
  lasso.addEventListener("click", () => setDrawing(false), { signal: off.signal });
  for (const button of choices) {
    button.onclick = () => {
      way = /** @type {Way} */ (button.dataset.way);
      changed();
    };
  }
  play.onclick = () => {
    if (player.playing) player.pause();
    else if (path) player.play(lengthOf(path), () => loops, layout().frames);
  };
  loop.onclick = () => loop.setAttribute("aria-pressed", String((loops = !loops)));
  undo.onclick = () => setStops(stops.slice(0, -1));
  clear.onclick = () => {
    setStops([]);
    if (drawing) field.focus();
    else tool.focus();
  };
  for (const name of ["pointerdown", "pointermove"]) field.addEventListener(name, takeOver, { signal: off.signal });
  field.addEventListener("keydown", ({ key }) => drawing && key === "Backspace" && undo.click(), { signal: off.signal });

  const layout = () => (root.dataset.narrow === "true" ? BELOW : BESIDE);

  /** A hand on the plane takes over from the walk. */
  function takeOver() {
    player.pause();
    head = null;
  }

  /** @param {number[]|null} z where the walk is */
  function preview(z) {
    head = z;
    plane.preview(z);
  }

  /** @param {boolean} on */
  function setDrawing(on) {
    if (on === drawing) return;
    drawing = on;
    // One hand draws one thing.
    if (on && lasso.getAttribute("aria-pressed") === "true") lasso.click();
    tool.setAttribute("aria-pressed", String(on));
    field.classList.toggle("walking", on);
    dress();
  }

  /** @param {number[][]} next */
  function setStops(next) {
    stops = next;
    player.rewind();
    preview(null);
    changed();
  }

  function changed() {
    update();
    plane.send(REST_MS);
  }

  /** @param {number[]} z @returns {boolean} whether it was one more */
  function add(z) {
    const at = z.map((value) => Number(value.toFixed(4))); // as in the link
    const last = stops[stops.length - 1];
    if (last && Math.hypot(...at.map((value, k) => value - last[k])) <= sameSpot()) return false;
    if (stops.length < MOST_STOPS) setStops([...stops, at]);
    return true;
  }

  const sameSpot = () => (2 * SAME_SPOT * (plane.model()?.extent ?? 3)) / (Number(root.dataset.zoom) || 1);

  /** Finds the way through the stops again, as far as it is known, and shows it. */
  function update() {
    const model = plane.model();
    if (!model) return;
    const { place } = model;
    const base = place.base()?.map((value) => value.toFixed(3)).join(",") ?? null;
    const name = model.latentDim > 2 ? place.name : "axes";
    legs.setSource({
      decode: model.decodeShown,
      key: [decoder, name, base].join(" "),
      search: address && ((a, b) => `${address}/${name}/geodesic?points=${[...a, ...b]}${base ? `&base=${base}` : ""}`),
    });
    const pairs = stops.slice(1).map((stop, n) => /** @type {const} */ ([stops[n], stop]));
    const straight = pairs.map(([a, b]) => legs.get("line", a, b)).filter(known);
    const wished = pairs.map(([a, b]) => legs.get(way, a, b));
    const walked = wished.map((leg, n) => (known(leg) ? leg : straight[n]));
    const whole = pairs.length > 0 && straight.length === pairs.length;
    path = whole ? joined(walked) : null;
    const failed = /** @type {Error|undefined} */ (wished.find((leg) => leg instanceof Error));
    root.dataset.walk = path && wished.every(known) ? way : "";
    lengths.textContent = path ? told(way, lengthOf(path), lengthOf(joined(straight)), wished.includes(null)) : "";
    problem = failed ? `${failed.message} The path goes straight there.` : "";
    dress();
    draw();
    plane.redraw.pointer();
  }

  /** What there is to press and to read. */
  function dress() {
    const model = plane.model();
    box.hidden = !drawing && stops.length === 0;
    for (const button of choices) {
      button.setAttribute("aria-pressed", String(button.dataset.way === way));
      button.disabled = button.dataset.way === "geodesic" && !address;
    }
    // On a line there is one way only.
    ways.hidden = model?.axes.length === 1;
    for (const button of [play, loop, strip]) button.hidden = !path;
    for (const button of [undo, clear]) button.hidden = stops.length === 0;
    near.hidden = !path || !model?.encodings;
    const how = howTo({ drawing, stops: stops.length, most: MOST_STOPS, touch, offline: !address && !ways.hidden });
    words.textContent = [problem, how].filter((part) => part).join(" ");
  }

  /** The strip, as things are now. */
  function draw() {
    const model = plane.model();
    drawnFor = state();
    if (!model || !path || box.hidden) return;
    const { frames, columns } = layout();
    const shown = Array.from({ length: frames }, (_, n) => {
      const z = pointAt(/** @type {Measured} */ (path), n / (frames - 1));
      return { z, ...images.at(model, z) };
    });
    cells.draw(shown, model.imageShape, columns, plane.decode);
    const radius = images.radius(model);
    if (radius) near.textContent = nearby(radius, model.latentDim > model.axes.length);
  }

  /** What the strip depends on besides the path. */
  function state() {
    const model = plane.model();
    const base = stops.length ? model?.place.base()?.join() : "";
    return [model?.points, base, root.dataset.epoch, root.dataset.narrow, stops.length && plane.backing(stops[0]) !== null].join(" ");
  }

  return {
    setModel(model, _, data) {
      [address, decoder] = [data.paths, data.decoder];
      tool.hidden = model.place.kind === "tsne";
      const width = model.axes.length;
      if (linked) stops = linked.length % width === 0 ? inGroups(linked, width) : [];
      linked = null;
      // Coordinates of another plane say nothing here.
      const next = `${model.latentDim} ${model.place.name}`;
      if (plot !== "" && plot !== next) stops = [];
      plot = next;
      update();
    },

    restore(view) {
      linked = view.path;
      way = view.way ?? "line";
    },

    get link() {
      return { path: stops.length ? stops.flat() : null, way };
    },

    click(z) {
      if (!drawing) return false;
      if (!add(z)) setDrawing(false);
      return true;
    },

    key(name) {
      if (name === "Escape" && player.playing) player.pause();
      else if (!drawing) return false;
      else if (name === "Escape" || !add(plane.pin())) setDrawing(false);
      return true;
    },

    show({ preview: previewed }) {
      if (!previewed) head = null;
      if (!stops.length || state() === drawnFor) return;
      // Not now: whoever is shown what was decoded may not have looked at it yet.
      cancelAnimationFrame(later);
      later = requestAnimationFrame(update);
    },

    draw(context, area, projection) {
      if (stops.length) marks.draw(context, area, projection, { stops, path: path?.path ?? null, head });
    },

    dispose() {
      player.pause();
      cancelAnimationFrame(later);
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
