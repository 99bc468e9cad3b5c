/**
 * What the plane holds: where it is, how it is looked at, and what it shows. Each part is a signal (`util/signals.js`):
 * who reads it while drawing is drawn again when it changes.
 *
 * @typedef {"points"|"tiles"|"both"} Layers
 * @typedef {"z"|"cdf"} Axis
 * @typedef {import("../layers/backgrounds.js").Background} Background
 * @typedef {{z: number[]|null, layers: Layers, axis: Axis, zoom: number, at: number[]|null, background: Background,
 *            guides: boolean, uncertainty: boolean, colour: string|null, hide: number[], a: number[]|null, b: number[]|null,
 *            dims: string|null, base: number[]|null, along: number, epoch: number|null, path: number[]|null,
 *            way: import("../features/walk/ways.js").Way|null, picked: string|null}} View
 * @typedef {{worker: string, compact: boolean, live: string|null, decoder: string|null, encodings: string|null, images: string|null, names: string|null, colours: string[],
 *            labels: string|null, table: string|null,
 *            maps: string|null, judge: import("../features/judge/source.js").JudgeData|null, deviations: string|null, paths: string|null,
 *            dims: import("../features/dimensions/dimensions.js").Dims|null,
 *            epochs: import("../features/epochs.js").Epochs|null, view: View,
 *            curves: import("../features/curve_cursor.js").Curves|null,
 *            address: import("./address.js").Place|null, turn: number,
 *            tour: import("../features/discovery/discovery.js").Tour|null,
 *            pad?: import("../../../draw/pad.js").PadData|null,
 *            landed: import("../features/own_image.js").Landing|null,
 *            twin?: import("../features/twin/twin.js").Seat|null}} PlaneData
 * @typedef {ReturnType<typeof createState>} State
 * @typedef {import("./model.js").Model} Model
 */
import { createImages } from "../layers/images.js";
import { derived, signal } from "../util/signals.js";
import { wholePlane } from "./camera_math.js";
import { inks, withPoints } from "./model.js";

export function createState() {
  const data = signal(/** @type {PlaneData|null} */ (null));
  const loaded = signal(/** @type {Model|null} */ (null));
  const earlier = signal(/** @type {import("./canvas.js").Encodings|null} */ (null));
  const model = derived(() => (loaded.value && earlier.value ? withPoints(loaded.value, earlier.value) : loaded.value));
  let palette = /** @type {string[]} */ ([]);
  const axis = signal(/** @type {Axis} */ ("z"));
  return {
    data,
    /** The model as it was loaded. */
    loaded,
    /** Where its first points were once, shown in place of all. */
    earlier,
    /** Of the kept weights that stand in for the model's, null while its own are drawn with. */
    epoch: signal(/** @type {number|null} */ (null)),
    /** What is shown: the model, with the points that it has, or had. */
    model,
    axis,
    images: signal(createImages(null)),
    layers: signal(/** @type {Layers} */ ("points")),
    background: signal(/** @type {Background} */ ("none")),
    guides: signal(false),
    /** From 0 (z) to 1 (Φ), in between while the axes are on their way. */
    mix: signal(0),
    camera: signal(wholePlane(2)),
    pin: signal([0, 0]),
    /** Under the pointer, or under that of another plane. */
    preview: signal(/** @type {number[]|null} */ (null)),
    /** The whole way of a walk; null while there is none, or some of it is on its way. */
    path: signal(/** @type {import("../features/walk/ways.js").Measured|null} */ (null)),
    /** False while a hand turns what the plane does not show: what takes longer waits for it. */
    rests: signal(true),
    /** How the axes are laid out, which the camera needs to know. */
    axes: derived(() => ({ extent: model.value?.extent ?? 1, cdf: axis.value === "cdf" })),
    /** One colour a class, and that of points without one last. */
    colours: derived(() => {
      const next = model.value && data.value ? inks(model.value, data.value.colours) : [];
      // The server says the same again and again: nothing is drawn again for that.
      return next.join() === palette.join() ? palette : (palette = next);
    }),
  };
}
