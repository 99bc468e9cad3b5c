/**
 * A direction that means something: from the mean of selection B to the mean of selection A, added to the pin in
 * parts. What is shown then is no longer the pin but where the arrow ends.
 *
 * @typedef {import("../../plane/camera_math.js").Projection} Projection
 */
import { SURFACE } from "../../plane/frame.js";
import { keepLast } from "../../util/memo.js";
import { across, down } from "../../plane/camera_math.js";
import { number } from "../../plane/words.js";

/** The pin's ring is this wide, in CSS pixels; the arrow begins beside it. */
const RING = 11;
const HEAD = 10;
const PIECES = 48;
const ACCENT = "#7FB0FF";

/**
 * Mean of one selection of encodings minus that of another (`vae_core.latent.attribute_vector`).
 *
 * @param {Float32Array} mu [N, K] row by row @param {number} columns K
 * @param {Uint32Array} a indices @param {Uint32Array} b indices, neither empty
 * @returns {number[]} [K]
 */
export function attributeVector(mu, columns, a, b) {
  const mean = (/** @type {Uint32Array} */ chosen, /** @type {number} */ k) => {
    let sum = 0;
    for (const n of chosen) sum += mu[n * columns + k];
    return sum / chosen.length;
  };
  return Array.from({ length: columns }, (_, k) => mean(a, k) - mean(b, k));
}

/** @param {import("../../plane/feature.js").Plane} plane @returns {import("../../plane/feature.js").Feature} */
export function createAttribute(plane) {
  const find = (/** @type {string} */ selector) => /** @type {any} */ (plane.root.querySelector(selector));
  const [box, status] = [find(".attribute"), find(".status")];
  const [slider, told, reset, words] = ["input", ".part", "button", "p"].map((each) => box.querySelector(each));
  const vectorOf = keepLast(attributeVector);
  /** How much of the vector is added. */
  let along = 0;
  let dressed = "";

  slider.oninput = () => add(Number(slider.value));
  slider.onchange = () => plane.send();
  for (const [element, event] of /** @type {[HTMLElement, string][]} */ ([[reset, "click"], [slider, "dblclick"]])) {
    element.addEventListener(event, () => {
      slider.focus(); // the button goes away
      add(0);
      plane.send();
    });
  }

  /** @param {number} part */
  function add(part) {
    along = part;
    plane.redraw.pointer();
  }

  /** Null where there are no two selections, or where a direction says nothing. */
  function vector() {
    const model = plane.model();
    const { a, b } = plane.choice.selections;
    if (!model?.encodings || model.place.kind === "tsne" || !a?.indices.length || !b?.indices.length) return null;
    return vectorOf(model.encodings.mu, model.encodings.columns, a.indices, b.indices);
  }

  /** @param {number[]} pin @returns {number[]|null} */
  function end(pin) {
    const v = along === 0 ? null : vector();
    return v && pin.map((value, k) => value + along * v[k]);
  }

  /** The controls, as things are now; a move of the pointer changes nothing of them. */
  function dress() {
    const model = plane.model();
    const offered = vector() !== null;
    const some = model && model.latentDim > model.axes.length;
    const key = `${offered} ${along} ${some}`;
    if (key === dressed) return;
    dressed = key;
    const part = number(along, 2);
    box.hidden = !offered;
    reset.hidden = along === 0;
    slider.value = String(along);
    slider.setAttribute("aria-valuetext", `${part} times A minus B`);
    told.textContent = part;
    const left = some ? " What the plane does not show of it stays out." : "";
    words.textContent = `Adds to the pin what leads from the mean of B to the mean of A; 1.00 is all of it.${left}`;
  }

  return {
    restore(view) {
      along = view.along ?? 0;
    },
    get link() {
      return { along };
    },
    shift: end,
    show({ preview }) {
      dress();
      if (!preview && end(plane.pin())) status.textContent = `Pin ${along < 0 ? "−" : "+"} ${number(Math.abs(along), 2)} (A − B)`;
    },
    draw(context, area, projection, strip) {
      const pin = plane.pin();
      const to = end(pin);
      if (to) arrow(context, area, projection, pin, to, strip);
    },
  };
}

/**
 * A straight way in z, which under Φ is bent.
 *
 * @param {CanvasRenderingContext2D} context @param {import("../../plane/frame.js").Area} area @param {Projection} plane
 * @param {number[]} from @param {number[]} to shown coordinates @param {boolean} strip
 */
function arrow(context, { height, ratio }, plane, from, to, strip) {
  const places = Array.from({ length: PIECES + 1 }, (_, n) => {
    const z = from.map((value, k) => value + (n / PIECES) * (to[k] - value));
    return [across(plane, z[0]), strip ? height / 2 : down(plane, z[1])];
  });
  const [x, y] = places[PIECES];
  const away = (/** @type {number[]} */ place, /** @type {number[]} */ other) =>
    Math.hypot(place[0] - other[0], place[1] - other[1]);
  const shaft = places.filter((place) => away(place, places[0]) > RING * ratio && away(place, [x, y]) > HEAD * ratio);
  const [tailX, tailY] = places.findLast((place) => away(place, [x, y]) > HEAD * ratio) ?? places[0];
  const angle = Math.atan2(y - tailY, x - tailX);
  const barb = (/** @type {number} */ side) =>
    /** @type {[number, number]} */ ([
      x - HEAD * ratio * Math.cos(angle + side * 0.45), y - HEAD * ratio * Math.sin(angle + side * 0.45),
    ]);
  context.save();
  context.lineJoin = "round";
  for (const [colour, width] of /** @type {[string, number][]} */ ([[SURFACE, 5], [ACCENT, 2]])) {
    context.strokeStyle = colour;
    context.fillStyle = colour;
    context.lineWidth = width * ratio;
    context.beginPath();
    shaft.forEach((place) => context.lineTo(place[0], place[1]));
    context.stroke();
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(...barb(-1));
    context.lineTo(...barb(1));
    context.closePath();
    context.stroke();
    context.fill();
  }
  context.restore();
}
