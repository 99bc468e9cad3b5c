/**
 * What else the plane can do, each in a module of its own: a feature is an object with some of these hooks, and it
 * is made with the `Plane` below. The plane calls them in the order of `FEATURES`.
 *
 * @typedef {{z: number[], preview: boolean, image: Float32Array, near: number}} Shown
 * shown coordinates; whether they are under the pointer (else pinned); what they decode to; the nearest point or −1
 * @typedef {(context: CanvasRenderingContext2D, area: import("./frame.js").Area,
 *            plane: import("./camera_math.js").Projection, strip: boolean) => void} Draw
 * @typedef {import("./state.js").PlaneData} PlaneData
 * @typedef {Omit<PlaneData, "dims"> & {dims?: any}} Source addresses to load from
 * @typedef {{setModel?: (model: import("./model.js").Model, colours: string[], data: PlaneData) => void,
 *            update?: (data: PlaneData) => void,
 *            source?: (data: PlaneData) => Source,
 *            restore?: (view: any) => void,
 *            link?: Record<string, unknown>,
 *            click?: (z: number[]) => boolean,
 *            key?: (name: string) => boolean,
 *            shift?: (pin: number[]) => number[]|null,
 *            decoder?: string|null,
 *            decode?: (z: number[]) => Float32Array|null,
 *            picture?: (image: Float32Array) => Float32Array|null,
 *            show?: (shown: Shown) => void,
 *            draw?: Draw,
 *            dispose?: () => void}} Feature
 * `setModel`: a model, or more of its points, are there. `update`: the server has spoken. `source`: other addresses to load from. `restore`, `link`: its part
 * of the view that an address keeps (`latent_atlas/ui/latent_plane/view.py`). `click`: it takes a click that would pin. `key`: it
 * had a use for Enter or Escape. `shift`: what is shown in place of the pin. `decoder`, `decode`: other weights stand
 * in for the model's. `picture`: what to show in place of the decoded means, in grey or three colours. `show`: after each drawing, so within a
 * millisecond. `draw`: on the pointer's canvas.
 * @typedef {{root: HTMLElement,
 *            field: ReturnType<typeof import("./canvas.js").createField>,
 *            model: () => import("./model.js").Model|null,
 *            pin: () => number[],
 *            pinAt: (z: number[], delay?: number) => void,
 *            preview: (z: number[]|null) => void,
 *            choice: ReturnType<typeof import("../features/selection/selection.js").createChoice>,
 *            redraw: {all: () => void, ground: () => void, pointer: () => void},
 *            switchView: (change: {layers?: any, axis?: any, background?: any}) => void,
 *            reload: () => Promise<void>,
 *            rebase: (pin: number[], rests: boolean) => void,
 *            decoder: () => string,
 *            send: (delay?: number) => void,
 *            notice: (text: string) => void,
 *            backing: (z: number[]) => import("../features/trust/support.js").Backing|null,
 *            decode: (z: number[]) => Float32Array}} Plane
 * what a feature may ask of the plane; `reload` after another `source`, `rebase` after another base (dims_plane.js), not
 * before the hand `rests` for what takes longer; `decoder` is the address of the weights on show; `redraw.all` after another `decoder`, `send` tells the server, and so the address, of the present view;
 * `backing` is null while it is not known; `decode` gives what is drawn for z, in an array that may be reused
 */

import { createAttribute } from "../features/selection/attribute.js";
import { createDims } from "../features/dimensions/dimensions.js";
import { createLanded } from "../features/own_image.js";
import { createSnapshot } from "./save_picture.js";
import { createTime } from "../features/epochs.js";
import { createTraversals } from "../features/dimensions/traversals.js";
import { createTwin } from "../features/twin/twin.js";
import { createUncertainty } from "../features/uncertainty.js";
import { createWalk } from "../features/walk/walk.js";

/** @type {((plane: Plane) => Feature)[]} */
const FEATURES = [
  createAttribute, createLanded, createTime, createTwin, createUncertainty, createDims, createTraversals, createWalk,
  createSnapshot,
];

/** @param {Omit<Plane, "decode">} plane */
export function createFeatures(plane) {
  const features = FEATURES.map((create) => create({ ...plane, decode }));
  /** @template T @param {(feature: Feature) => T} ask @returns {T|null} the first answer that there is */
  const first = (ask) => {
    for (const feature of features) {
      const answer = ask(feature);
      if (answer) return answer;
    }
    return null;
  };

  /** What is drawn for z, by whose weights ever. @param {number[]} z */
  function decode(z) {
    const own = first((feature) => feature.decode?.(z));
    return own ?? /** @type {import("./model.js").Model} */ (plane.model()).decodeShown(z);
  }

  return {
    /** @type {NonNullable<Feature["setModel"]>} */
    setModel: (...all) => features.forEach((feature) => feature.setModel?.(...all)),
    /** @param {PlaneData} data */
    update: (data) => features.forEach((feature) => feature.update?.(data)),
    /** @param {PlaneData} data @returns {PlaneData} */
    source: (data) => features.reduce((from, feature) => /** @type {any} */ (feature.source?.(from) ?? from), data),
    /** @param {any} view */
    restore: (view) => features.forEach((feature) => feature.restore?.(view)),
    get link() {
      return Object.assign({}, ...features.map((feature) => feature.link));
    },
    /** @param {number[]} z */
    click: (z) => first((feature) => feature.click?.(z)) ?? false,
    /** @param {string} name */
    key: (name) => first((feature) => feature.key?.(name)) ?? false,
    /** @param {number[]} pin */
    shift: (pin) => first((feature) => feature.shift?.(pin)),
    get decoder() {
      return first((feature) => feature.decoder);
    },
    decode,
    /** @param {Float32Array} image */
    picture: (image) => first((feature) => feature.picture?.(image)),
    /** @param {Shown} shown */
    show: (shown) => features.forEach((feature) => feature.show?.(shown)),
    /** @type {Draw} */
    draw: (...all) => features.forEach((feature) => feature.draw?.(...all)),
    dispose: () => features.forEach((feature) => feature.dispose?.()),
  };
}
