/**
 * What was put on the plane and is not in sight: a pin of a link, where A − B leads, an image of one's own far from all
 * others. An arrow at the border points to it, a sentence names it, and a button steps back as far as it takes.
 *
 * @typedef {import("../plane/feature.js").Mark} Mark
 */
import { SURFACE } from "../plane/frame.js";
import { across, down, sees, wholePlane } from "../plane/camera_math.js";
import { finder } from "../../../components/elements.js";
import { derived } from "../util/signals.js";

const ACCENT = "#7FB0FF";
/** CSS pixels: from the border to the tip, and how long the arrow is. */
const [MARGIN, LENGTH] = [4, 14];

/** @type {import("../plane/feature.js").FeatureModule} */
export const feature = { order: 100, create: createOutside };

/** @param {import("../plane/feature.js").Plane} plane @returns {import("../plane/feature.js").Feature} */
function createOutside({ root, state, effect, marks, actions }) {
  const find = finder(root);
  const [field, box] = [find.html(".field"), find.html(".outside")];
  const { html, button } = finder(box);
  const [words, back] = [html("p"), button("button")];

  const outside = derived(() => {
    const { extent, cdf } = state.axes.value;
    const [pin, spot] = [state.pin.value, state.preview.value];
    const looks = [{ z: pin, name: "The pin" }, ...(spot ? [{ z: spot, name: "The spot of the picture" }] : [])];
    const lost = (/** @type {Mark[]} */ all) => all.filter(({ z }) => !sees(state.camera.value, z, extent, cdf));
    const beyond = (/** @type {Mark} */ { z }) => !sees(wholePlane(z.length), z, extent, cdf);
    const [left, put] = [lost(looks), lost(marks())];
    // Who magnified has left the pin behind on purpose: an arrow is enough for it.
    return { all: [...left, ...put], told: [...left.filter(beyond), ...put] };
  });

  effect(() => {
    const names = state.model.value ? outside.value.told.map(({ name }) => name) : [];
    box.hidden = names.length === 0;
    const said = names.length ? outsideSentence(names) : "";
    // The same words again would be spoken again.
    if (words.textContent !== said) words.textContent = said;
  });

  back.onclick = () => {
    field.focus(); // the button goes away
    actions.include(outside.value.all.map(({ z }) => z));
  };
  // What lies on the field is no part of it: neither a pin nor a stop of a path.
  for (const name of ["pointerdown", "pointermove", "pointerup", "keydown"]) {
    back.addEventListener(name, (event) => event.stopPropagation());
  }
  back.addEventListener("pointerenter", () => actions.preview(null));

  return {
    draw(context, area, projection, strip) {
      for (const { z, ink } of outside.value.all) {
        const to = [across(projection, z[0]), strip ? area.height / 2 : down(projection, z[1])];
        drawArrow(context, area, to, ink ?? ACCENT);
      }
    },
  };
}

/** @param {string[]} names not none @returns {string} */
export function outsideSentence(names) {
  const [first, ...others] = names;
  const rest = others.map((name) => name[0].toLowerCase() + name.slice(1));
  const all = [[first, ...rest.slice(0, -1)].join(", "), ...rest.slice(-1)].join(" and ");
  return `${all} ${names.length > 1 ? "are" : "is"} outside of what is shown.`;
}

/**
 * At the border, where the straight line from the middle of the field leaves it.
 *
 * @param {CanvasRenderingContext2D} context @param {import("../plane/frame.js").Area} area
 * @param {number[]} to device pixels, outside of the field @param {string} ink
 */
function drawArrow(context, { width, height, ratio }, to, ink) {
  const [halfWidth, halfHeight] = [width / 2 - MARGIN * ratio, height / 2 - MARGIN * ratio];
  const [x, y] = [to[0] - width / 2, to[1] - height / 2];
  const share = 1 / Math.max(Math.abs(x) / halfWidth, Math.abs(y) / halfHeight);
  context.save();
  context.translate(width / 2 + share * x, height / 2 + share * y);
  context.rotate(Math.atan2(y, x));
  context.beginPath();
  context.moveTo(0, 0);
  for (const side of [-0.5, 0.5]) context.lineTo(-LENGTH * ratio, side * LENGTH * ratio);
  context.closePath();
  context.lineJoin = "round";
  context.lineWidth = 4 * ratio;
  context.strokeStyle = SURFACE;
  context.fillStyle = ink;
  context.stroke();
  context.fill();
  context.restore();
}
