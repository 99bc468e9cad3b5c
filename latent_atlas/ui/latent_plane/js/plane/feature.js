/**
 * What else the plane can do, each in a module of its own that exports a `feature`: how it is made with the `Plane`
 * below, and its `order` among all, in which they are asked and drawn. A feature holds signals of its own, declares
 * effects that show them and what they have read of the plane, and has some of these hooks, by which the plane asks it;
 * what it reads while it answers, the plane has read.
 *
 * @typedef {{order: number, create: (plane: Plane) => Feature}} FeatureModule
 * @typedef {import("./state.js").PlaneData} PlaneData
 * @typedef {import("./state.js").View} View
 * @typedef {import("./model.js").Model} Model
 * @typedef {import("../decode/decoder.js").Decoder} Decoder
 * @typedef {{z: number[], preview: boolean, image: Float32Array, picture: Float32Array, near: number}} Shown
 * shown coordinates; whether they are under the pointer (else pinned); what they decode to; what the picture shows, in
 * grey or three colours; the nearest point or −1
 * @typedef {(context: CanvasRenderingContext2D, area: import("./frame.js").Area,
 *            plane: import("./camera_math.js").Projection, strip: boolean) => void} Draw
 * @typedef {{decoder: string|null, encodings: string|null, maps: string|null, dims: string|null}} Source addresses to load
 * from; `dims` is the plane to show of a model without encodings
 * @typedef {{z: number[], name: string, ink?: string}} Mark what lies at a spot of the plane, in words and in its colour
 * @typedef {{setModel?: (model: Model, data: PlaneData) => void,
 *            update?: (data: PlaneData) => void,
 *            source?: (from: Source) => Source,
 *            restore?: (view: View) => void,
 *            readonly link?: Partial<View>,
 *            click?: (z: number[]) => boolean,
 *            key?: (name: string) => boolean,
 *            shift?: (pin: number[]) => number[]|null,
 *            readonly status?: string|null,
 *            readonly decoderUrl?: string|null,
 *            readonly decoder?: Decoder|null,
 *            picture?: (decoder: Decoder) => Float32Array|null,
 *            draw?: Draw,
 *            readonly marks?: Mark[],
 *            dispose?: () => void}} Feature
 * `setModel`: a model, or more of its points, are there. `update`: the server has spoken. `source`: other addresses to
 * load from. `restore`, `link`: its part of the view that an address keeps (`latent_atlas/ui/latent_plane/view.py`).
 * `click`: it takes a click that would pin. `key`: it had a use for Enter or Escape. `shift`: what is shown in place of
 * the pin, and `status` in place of “Pinned”. `decoder`: other weights stand in for the model's; `decoderUrl`: where
 * workers have them from, once the hand rests. `picture`: what to show in place of the means that were decoded last.
 * `draw`: on the pointer's canvas; `marks`: what of it people would look for if it were out of sight.
 * @typedef {{root: HTMLElement,
 *            state: import("./state.js").State,
 *            effect: import("../util/signals.js").FrameLoop["effect"],
 *            canvas: ReturnType<typeof import("./canvas.js").createCanvas>,
 *            selection: ReturnType<typeof import("../features/selection/selection.js").createSelection>,
 *            trust: ReturnType<typeof import("../features/trust/trust.js").createTrust>,
 *            narrow: () => boolean,
 *            shown: () => Shown|null,
 *            decoding: () => Decoder,
 *            decode: (z: number[]) => Float32Array,
 *            decoderUrl: () => string,
 *            marks: () => Mark[],
 *            actions: Actions}} Plane
 * what a feature may read of the plane. An `effect` of the urgent lane is run within the event of a pointer, so it has to
 * take less than a millisecond. `narrow`: the picture lies over the plane; `shown` is null while there is no model;
 * `decode` gives what is drawn for z by whose weights ever, `decoding`, in an array that may be reused; `marks`: what
 * features have put on the plane
 * @typedef {{pinAt: (z: number[], delay?: number) => void,
 *            preview: (z: number[]|null) => void,
 *            switchView: (change: Partial<Pick<View, "layers"|"axis"|"background"|"guides">>) => void,
 *            rebase: (pin: number[], rests: boolean) => void,
 *            include: (zs: number[][]) => void,
 *            reload: () => Promise<void>,
 *            tell: (delay?: number) => void,
 *            notice: (text: string) => void,
 *            view: () => Partial<View>,
 *            visit: (page: string) => void,
 *            draw: (picture: unknown) => void}} Actions
 * what it may do: `rebase` after another base (base_plane.js), not before the hand `rests` for what takes longer;
 * `include` steps back until spots are in sight; `reload` after another `source`; `tell` the server, and so the address, of the present view;
 * `view`: what a link restores; `visit` asks for another page of the app; `draw` tells the
 * server what was drawn on the sheet
 */
import { features as modules } from "../features/all.js";

/** @param {Omit<Plane, "decode"|"decoding"|"decoderUrl"|"marks">} plane */
export function createFeatures(plane) {
  const { model, data } = plane.state;
  const ordered = [...modules].sort((a, b) => a.order - b.order);
  const features = ordered.map(({ create }) => create({ ...plane, decode, decoding, decoderUrl, marks }));
  /** @template T @param {(feature: Feature) => T} ask @returns {T|null} the first answer that there is */
  const first = (ask) => {
    for (const feature of features) {
      const answer = ask(feature);
      if (answer) return answer;
    }
    return null;
  };

  function decoding() {
    const own = /** @type {Model} */ (model.value).decoder;
    return first(({ decoder }) => (decoder?.latentDim === own.latentDim ? decoder : null)) ?? own;
  }

  /** @param {number[]} z */
  function decode(z) {
    return /** @type {Model} */ (model.value).decodeShown(z, decoding().decode);
  }

  function decoderUrl() {
    const { decoder, live } = /** @type {PlaneData} */ (data.value);
    // A run that trains has other weights at each step.
    return first((feature) => feature.decoderUrl) ?? decoder ?? `${live}?step=${model.value?.step}`;
  }

  /** @returns {Mark[]} */
  function marks() {
    return features.flatMap((feature) => feature.marks ?? []);
  }

  return {
    decode,
    decoding,
    decoderUrl,
    /** @type {NonNullable<Feature["setModel"]>} */
    setModel: (...all) => features.forEach((feature) => feature.setModel?.(...all)),
    /** @param {PlaneData} now */
    update: (now) => features.forEach((feature) => feature.update?.(now)),
    /** @param {Source} usual @returns {Source} */
    source: (usual) => features.reduce((from, feature) => feature.source?.(from) ?? from, usual),
    /** @param {View} view */
    restore: (view) => features.forEach((feature) => feature.restore?.(view)),
    /** @returns {Partial<View>} */
    get link() {
      return Object.assign({}, ...features.map((feature) => feature.link));
    },
    /** @param {number[]} z */
    click: (z) => first((feature) => feature.click?.(z)) ?? false,
    /** @param {string} name */
    key: (name) => first((feature) => feature.key?.(name)) ?? false,
    /** @param {number[]} pin */
    shift: (pin) => first((feature) => feature.shift?.(pin)),
    get status() {
      return first((feature) => feature.status);
    },
    picture: () => first((feature) => feature.picture?.(decoding())),
    /** @type {Draw} */
    draw: (...all) => features.forEach((feature) => feature.draw?.(...all)),
    dispose: () => features.forEach((feature) => feature.dispose?.()),
  };
}
