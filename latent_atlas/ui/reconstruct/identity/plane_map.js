/**
 * Regions of classes over a plane with two pins, and the frames between the pins beneath it. A click sets the pin that
 * was set less lately, a drag moves one, and so do the arrow keys; Python hears of it once it rests.
 *
 * @typedef {{picture: string, name: string, colour: string, sure: number, told: string, at: number}} Frame
 * @typedef {{picture: string, extent: number, pins: number[][], way: number[][], legend: {name: string, colour: string}[]}} PlaneData
 * @typedef {{frames: Frame[], crossings: {at: number, told: string}[], map: PlaneData|null}} MapData
 */
import { find, make } from "../../components/elements.js";

const STEP = 0.1; // of z, by an arrow key
const LARGE = 0.5; // with Shift
const REST = 250; // ms without a key, after which Python hears
const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {import("../../components/bootstrap.js").Parent} parent
 * @returns {import("../../components/bootstrap.js").View<MapData>}
 */
export function createPlaneMap(parent) {
  const root = find(parent, ".identity-plane", HTMLElement);
  const stage = make("div", "stage");
  const picture = make("img", "");
  const lines = [line("under"), line("")];
  const pins = [pinOf("a", 0), pinOf("b", 1)]; // A and B are models
  const legend = make("div", "legend");
  const strip = make("div", "strip");
  const crossings = make("p", "crossings");
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.append(...lines);
  stage.append(picture, svg, ...pins);
  stage.setAttribute("role", "group");
  stage.setAttribute("aria-label", "Classes over the plane. Two pins, which arrow keys move.");
  strip.setAttribute("role", "list");
  crossings.setAttribute("aria-live", "polite");
  /** @type {PlaneData|null} */
  let plane = null;
  /** @type {number[][]} */
  let places = [[0, 0], [0, 0]];
  let told = "";
  let next = 0; // the pin that a click sets
  let dragged = -1;
  let rest = 0;
  /** @type {(places: number[][]) => void} */
  let send = () => {};

  /** @param {string} letter @param {number} which */
  function pinOf(letter, which) {
    const pin = make("button", "pin", letter);
    pin.type = "button";
    pin.setAttribute("aria-label", `Pin ${letter}`);
    pin.onkeydown = (event) => nudge(which, event);
    return pin;
  }

  /** @param {number} which @param {KeyboardEvent} event */
  function nudge(which, event) {
    /** @type {Record<string, number[]>} */
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const way = ways[event.key];
    if (!way) return;
    event.preventDefault();
    const step = event.shiftKey ? LARGE : STEP;
    put(which, [places[which][0] + step * way[0], places[which][1] + step * way[1]]);
    window.clearTimeout(rest);
    rest = window.setTimeout(() => send(places), REST);
  }

  /** @param {number} which @param {number[]} place */
  function put(which, place) {
    if (!plane) return;
    const { extent } = plane;
    places[which] = place.map((each) => Math.round(1000 * Math.max(-extent, Math.min(extent, each))) / 1000);
    draw(places); // what lies between is known once Python has heard
  }

  /** @param {number[][]} way */
  function draw(way) {
    if (!plane) return;
    const { extent } = plane;
    svg.setAttribute("viewBox", `${-extent} ${-extent} ${2 * extent} ${2 * extent}`);
    for (const each of lines) each.setAttribute("points", way.map(([x, y]) => `${x},${-y}`).join(" "));
    pins.forEach((pin, which) => {
      const [x, y] = places[which];
      pin.style.left = `${(50 * (x + extent)) / extent}%`;
      pin.style.top = `${(50 * (extent - y)) / extent}%`;
    });
  }

  /** @param {PointerEvent} event */
  function placeOf(event) {
    const box = stage.getBoundingClientRect();
    const { extent } = plane ?? { extent: 1 };
    const x = ((event.clientX - box.left) / box.width) * 2 - 1;
    const y = 1 - ((event.clientY - box.top) / box.height) * 2;
    return [x * extent, y * extent];
  }

  stage.onpointerdown = (event) => {
    if (event.button !== 0) return;
    const on = pins.findIndex((pin) => event.composedPath().includes(pin));
    dragged = on < 0 ? next : on;
    next = 1 - dragged;
    stage.setPointerCapture(event.pointerId);
    pins[dragged].focus();
    event.preventDefault();
    if (on < 0) put(dragged, placeOf(event));
  };
  stage.onpointermove = (event) => {
    if (dragged >= 0) put(dragged, placeOf(event));
  };
  stage.onpointerup = () => {
    if (dragged >= 0) send(places);
    dragged = -1;
  };
  stage.onpointercancel = stage.onpointerup;

  /** @param {MapData} data */
  function build(data) {
    plane = data.map;
    root.replaceChildren(...(plane ? [stage, legend] : []), strip, crossings);
    if (plane) {
      picture.src = plane.picture;
      picture.alt = `Regions of the classes ${plane.legend.map((each) => each.name).join(", ")}`;
      places = plane.pins.map((each) => [...each]);
      draw(plane.way);
      legend.replaceChildren(...plane.legend.map(({ name, colour }) => make("span", "", mark(colour), name)));
    }
    strip.replaceChildren(...data.frames.map((frame, k) => frameOf(frame, k > 0 && frame.name !== data.frames[k - 1].name)));
    crossings.textContent = data.crossings.length
      ? `The class changes: ${data.crossings.map((each) => each.told).join("; ")}.`
      : "The class stays the same all the way.";
  }

  return {
    update(component) {
      send = (now) => component.setStateValue("pins", now.flat());
      const content = JSON.stringify(component.data);
      if (content === told || dragged >= 0) return;
      told = content;
      build(component.data);
    },
    dispose() {
      window.clearTimeout(rest);
    },
  };
}

/** @param {string} className */
function line(className) {
  const made = document.createElementNS(SVG, "polyline");
  if (className) made.setAttribute("class", className);
  return made;
}

/** @param {string} colour @param {number} [share] of its width, and so of its opacity */
function mark(colour, share) {
  const made = make("i", "");
  made.style.background = colour;
  if (share !== undefined) {
    made.style.width = `${100 * share}%`;
    made.style.opacity = String(0.3 + 0.7 * share);
  }
  return made;
}

/** @param {Frame} frame @param {boolean} crossed */
function frameOf(frame, crossed) {
  const picture = make("img", "");
  picture.src = frame.picture;
  picture.alt = `taken for ${frame.name}, ${frame.told} sure`;
  const made = make(
    "figure",
    crossed ? "frame crossed" : "frame",
    picture,
    make("div", "sure", mark(frame.colour, frame.sure)),
    make("div", "name", frame.name),
    make("div", "told", frame.told),
  );
  made.setAttribute("role", "listitem");
  return made;
}
