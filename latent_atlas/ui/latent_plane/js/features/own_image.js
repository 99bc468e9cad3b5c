/**
 * An image of one's own on the plane: a diamond at the mean of its posterior, and the ellipses of one and two standard
 * deviations, for as long as the page has the image.
 *
 * @typedef {{z: number[], deviation: number[], turn: string}} Landing of all coordinates (`spot.py`)
 */
import { projected } from "../plane/base_plane.js";
import { SURFACE } from "../plane/frame.js";
import { drawPosterior } from "../layers/guides.js";
import { across, down } from "../plane/camera_math.js";
import { finder } from "../../../components/elements.js";
import { signal } from "../util/signals.js";

/** No class has it, and the pin has not. */
const INK = "#FFD166";
const SIZE = 6;

/** @type {import("../plane/feature.js").FeatureModule} */
export const feature = { order: 20, create: createOwnImage };

/** @param {import("../plane/feature.js").Plane} plane @returns {import("../plane/feature.js").Feature} */
function createOwnImage({ root, state, effect }) {
  const word = finder(root).html(".landed");
  const landing = signal(/** @type {Landing|null} */ (null));

  /** Null where the plane has no place for it. */
  function shown() {
    const { latentDim, place } = state.model.value ?? {};
    const { z, deviation } = landing.value ?? {};
    return place && z && deviation && z.length === latentDim ? projected(place, z, deviation) : null;
  }

  effect(() => void (word.hidden = shown() === null));

  return {
    update(data) {
      if (data.landed?.turn !== landing.peek()?.turn) landing.value = data.landed ?? null;
    },
    get marks() {
      const here = shown();
      return here ? [{ z: here.mu, name: "Your image", ink: INK }] : [];
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
