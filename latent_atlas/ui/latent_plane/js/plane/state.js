/**
 * What the plane holds: where it is, how it is looked at, and what it shows.
 *
 * @typedef {{z: number[]|null, layers: "points"|"tiles"|"both", axis: "z"|"cdf", zoom: number,
 *            at: number[]|null, background: import("../layers/backgrounds.js").Background, guides: boolean, uncertainty: boolean,
 *            hide: number[], a: number[]|null, b: number[]|null, dims: string|null, base: number[]|null, along: number, epoch: number|null,
 *            path: number[]|null, way: import("../features/walk/ways.js").Way|null}} View
 * @typedef {{module: string, decoder: string, encodings: string|null, images: string|null, colours: string[],
 *            maps: string|null, deviations: string|null, paths: string|null, dims: import("../features/dimensions/dimensions.js").Dims|null, epochs: import("../features/epochs.js").Epochs|null, view: View,
 *            landed: import("../features/own_image.js").Landing|null, twin?: import("../features/twin/twin.js").Seat|null}} PlaneData
 */
import { createImages } from "../layers/images.js";

export function newState() {
  return {
    /** @type {PlaneData|null} */ data: null,
    /** @type {import("./model.js").Model|null} */ model: null,
    images: createImages(null),
    /** @type {"points"|"tiles"|"both"} */ layers: "points",
    /** @type {"z"|"cdf"} */ axis: "z",
    /** @type {import("../layers/backgrounds.js").Background} */ background: "none",
    guides: false,
    mix: 0,
    /** @type {number[]} */ pin: [0, 0],
    /** @type {number[]|null} */ preview: null,
    frame: 0,
    timer: 0,
    /** @type {AbortController|null} */ loading: null,
    /** @type {(name: string, value: unknown) => void} */ send: () => {},
  };
}
