/**
 * A direction that means something: from the mean of selection B to the mean of selection A, added to the pin in
 * parts. What is shown then is no longer the pin but where the arrow ends.
 *
 * @typedef {import("../../plane/camera_math.js").Projection} Projection
 */
import { SURFACE } from "../../plane/frame.js";
import { across, down } from "../../plane/camera_math.js";
import { number } from "../../plane/words.js";
import { finder } from "../../../../components/elements.js";
import { memoized } from "../../util/memo.js";
import { derived, signal } from "../../util/signals.js";

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
function attributeVector(mu, columns, a, b) {
  const mean = (/** @type {Uint32Array} */ chosen, /** @type {number} */ k) => {
    let sum = 0;
    for (const n of chosen) sum += mu[n * columns + k];
    return sum / chosen.length;
  };
  return Array.from({ length: columns }, (_, k) => mean(a, k) - mean(b, k));
}

/** @type {import("../../plane/feature.js").FeatureModule} */
export const feature = { order: 10, create: createAttribute };

/** @param {import("../../plane/feature.js").Plane} plane @returns {import("../../plane/feature.js").Feature} */
function createAttribute({ root, state, effect, selection, actions }) {
  const box = finder(root).html(".attribute");
  const { html, input, button } = finder(box);
  const [slider, told, reset, words] = [input("input"), html(".part"), button("button"), html("p")];
  const vectorOf = memoized(attributeVector);
  /** How much of the vector is added. */
  const along = signal(0);

  slider.oninput = () => (along.value = Number(slider.value));
  slider.onchange = () => actions.tell();
  for (const [element, event] of /** @type {[HTMLElement, string][]} */ ([[reset, "click"], [slider, "dblclick"]])) {
    element.addEventListener(event, () => {
      slider.focus(); // the button goes away
      along.value = 0;
      actions.tell();
    });
  }

  /** Null where there are no two selections, or where a direction says nothing. */
  const vector = derived(() => {
    const model = state.model.value;
    const { a, b } = selection.selections;
    if (!model?.encodings || model.place.kind === "tsne" || !a?.indices.length || !b?.indices.length) return null;
    return vectorOf(model.encodings.mu, model.encodings.columns, a.indices, b.indices);
  });

  /** @param {number[]} pin @returns {number[]|null} */
  function end(pin) {
    const v = along.value === 0 ? null : vector.value;
    return v && pin.map((value, k) => value + along.value * v[k]);
  }

  // What is out of sight with its slider must not come back by itself with the next two selections.
  effect(() => {
    if (state.model.value?.encodings && vector.value === null) along.value = 0;
  });

  effect(() => {
    const model = state.model.value;
    const part = number(along.value, 2);
    box.hidden = vector.value === null;
    reset.hidden = along.value === 0;
    slider.value = String(along.value);
    slider.setAttribute("aria-valuetext", `${part} times A minus B`);
    told.textContent = part;
    const left = model && model.latentDim > model.axes.length ? " What the plane does not show of it stays out." : "";
    words.textContent = `Adds to the pin what leads from the mean of B to the mean of A; 1.00 is all of it.${left}`;
  });

  /** What is shown in place of the pin, in words; null while that is the pin. */
  function shifted() {
    if (!end(state.pin.value)) return null;
    return `Pin ${along.value < 0 ? "−" : "+"} ${number(Math.abs(along.value), 2)} (A − B)`;
  }

  return {
    restore(view) {
      along.value = view.along ?? 0;
    },
    get link() {
      return { along: along.value };
    },
    shift: end,
    get status() {
      return shifted();
    },
    get marks() {
      const [z, name] = [end(state.pin.value), shifted()];
      return z && name ? [{ z, name }] : [];
    },
    draw(context, area, projection, strip) {
      const pin = state.pin.value;
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
