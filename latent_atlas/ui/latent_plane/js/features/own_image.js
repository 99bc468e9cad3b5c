/**
 * An image of one's own on the plane: a diamond at the mean of its posterior, and the ellipses of one and two standard
 * deviations, for as long as the page has the image.
 *
 * @typedef {{z: number[], deviation: number[], turn: string}} Landing of all coordinates (`spot.py`)
 */
import { projected } from "./dimensions/base_plane.js";
import { SURFACE } from "../plane/frame.js";
import { drawPosterior } from "../layers/guides.js";
import { across, down } from "../plane/camera_math.js";

/** No class has it, and the pin has not. */
const INK = "#FFD166";
const SIZE = 6;

/** @param {import("../plane/feature.js").Plane} plane @returns {import("../plane/feature.js").Feature} */
export function createLanded(plane) {
  const word = /** @type {HTMLElement} */ (plane.root.querySelector(".landed"));
  /** @type {Landing|null} */
  let landed = null;

  /** Null where the plane has no place for it. */
  function shown() {
    const { latentDim, place } = plane.model() ?? {};
    return landed && place && landed.z.length === latentDim ? projected(place, landed.z, landed.deviation) : null;
  }

  return {
    update(data) {
      const gone = landed !== null && !data.landed;
      landed = data.landed ?? null;
      // A new one is pinned, which draws it.
      if (gone) plane.redraw.pointer();
    },
    show() {
      const absent = shown() === null;
      if (word.hidden !== absent) word.hidden = absent;
    },
    draw(context, area, projection, strip) {
      const here = shown();
      if (!here) return;
      drawPosterior(context, area, projection, here, strip, INK);
      const [x, y] = here.mu;
      diamond(context, area.ratio, across(projection, x), strip ? area.height / 2 : down(projection, y));
    },
  };
}

/** @param {CanvasRenderingContext2D} context @param {number} ratio @param {number} x @param {number} y */
function diamond(context, ratio, x, y) {
  const half = SIZE * ratio;
  context.save();
  context.beginPath();
  context.moveTo(x, y - half);
  context.lineTo(x + half, y);
  context.lineTo(x, y + half);
  context.lineTo(x - half, y);
  context.closePath();
  context.lineWidth = 3 * ratio;
  context.strokeStyle = SURFACE;
  context.fillStyle = INK;
  context.stroke();
  context.fill();
  context.restore();
}
