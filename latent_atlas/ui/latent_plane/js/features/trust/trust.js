/**
 * Believe with care: everything that tells how far a decoded image can be trusted. Gathers support, nearest image,
 * guides and backgrounds, and keeps their controls; what is computed is computed by the server.
 *
 * @typedef {import("../../layers/backgrounds.js").Background} Background
 * @typedef {import("../../plane/model.js").Model} Model
 */
import { meaning, paintMap } from "../../layers/backgrounds.js";
import { elsewhere } from "../dimensions/words.js";
import { createEvidence } from "./evidence.js";
import { createMaps } from "../../layers/maps.js";
import { paced } from "../../util/throttle.js";
import { WORDS, supportAt } from "./support.js";

/** Words and the real image follow a moving pointer at this pace: each of them costs more than a decode. */
const PACE_MS = 150;

/**
 * @param {HTMLElement} root
 * @param {(change: {background?: Background, guides?: boolean}) => void} onSwitch
 * @param {{ground: () => void, pointer: () => void}} redraw
 */
export function createBelief(root, onSwitch, redraw) {
  const find = (/** @type {string} */ selector) => /** @type {any} */ (root.querySelector(selector));
  const [beneath, legend, scale, bar] = [".beneath", ".map-legend", ".scale", ".scale-bar"].map(find);
  const [low, middle, high, unit] = [".scale-low", ".scale-middle", ".scale-high", ".scale-unit"].map(find);
  const words = find(".map-words");
  const choices = /** @type {NodeListOf<HTMLButtonElement>} */ (root.querySelectorAll("[data-background]"));
  const guidesButton = /** @type {HTMLButtonElement} */ (find("[data-guides]"));
  const evidence = createEvidence(root);
  const maps = createMaps(() => {
    redraw.ground();
    redraw.pointer();
  });
  /** @type {Model|null} */
  let model = null;
  /** @type {string[]} */
  let colours = [];
  /** @type {import("../../layers/images.js").Images|null} */
  let images = null;
  /** @type {Background} */
  let background = "none";
  let guides = false;
  let offered = false;
  let shownLegend = "";
  /** What was drawn last, for while the map of the other scale is on its way. */
  /** @type {{background: Background, picture: import("../../layers/backgrounds.js").MapPicture}|null} */
  let last = null;
  /** Pictures of maps by the maps that they show. @type {WeakMap<object, import("../../layers/backgrounds.js").Painted>} */
  let painted = new WeakMap();

  const show = paced((/** @type {number[]} */ z, /** @type {number} */ near) => {
    if (!model?.encodings) return;
    const { mu, columns, labels } = model.encodings;
    const sheet = model.place.kind === "tsne";
    const label = labels ? labels[near] : null;
    evidence.showReal({
      index: near,
      distance: sheet ? null : Math.hypot(...z.map((value, k) => value - mu[near * columns + k])),
      name: label === null ? null : (model.classNames[label] ?? String(label)),
      colour: colours[label ?? -1] ?? colours[colours.length - 1],
      pixels: images?.get(near, show.again) ?? null,
    });
    if (!sheet) evidence.showSupport(supportOf(z));
  }, PACE_MS);

  for (const button of choices) {
    button.onclick = () => onSwitch({ background: /** @type {Background} */ (button.dataset.background) });
  }
  guidesButton.onclick = () => onSwitch({ guides: !guides });

  /** @param {number[]} z */
  function supportOf(z) {
    const map = maps.get("support", false);
    return map && !(map instanceof Error) ? supportAt(map, z) : map;
  }

  /** @param {boolean} cdf @returns {import("../../layers/backgrounds.js").Painted|Error|null} */
  function paintedMap(cdf) {
    if (background === "none" || !offered) return null;
    const map = maps.get(background, cdf);
    if (!map || map instanceof Error) return map;
    const known = painted.get(map) ?? paintMap(background, map, colours);
    painted.set(map, known);
    return known;
  }

  /** @param {import("../../layers/backgrounds.js").Painted|Error|null} found @param {boolean} covered by tiles */
  function explain(found, covered) {
    const shown = offered && background !== "none";
    const ready = found && !(found instanceof Error);
    const text = found instanceof Error ? found.message : found ? meaning(background, elsewhere(/** @type {Model} */ (model))) : "Computing…";
    const over = covered && ready ? " The tiles hide it: choose Points." : "";
    const parts = ready ? found.scale : null;
    const key = JSON.stringify([shown, text + over, parts?.ends]);
    if (key === shownLegend) return;
    shownLegend = key;
    legend.hidden = !shown;
    words.textContent = text + over;
    scale.hidden = !parts;
    if (!parts) return;
    bar.style.background = parts.css;
    [low.textContent, high.textContent] = parts.ends;
    [middle.textContent, unit.textContent] = [parts.middle ?? "", parts.unit];
  }

  return {
    /**
     * @param {Model} next @param {string[]} palette
     * @param {string|null} address of the maps; null where there are none
     * @param {import("../../layers/images.js").Images|null} pictures
     */
    setModel(next, palette, address, pictures) {
      [model, colours, images] = [next, palette, pictures];
      show.stop();
      offered = address !== null && next.encodings !== null;
      // The points come first: the server may be encoding them still.
      const mapped = offered && next.place.kind !== "tsne";
      maps.setSource(mapped && next.complete ? address : null, next.extent);
      maps.setBase(next.place.base());
      // Before any background: it judges the picture that is on the screen.
      if (mapped) maps.get("support", false);
      painted = new WeakMap();
      last = null;
      beneath.hidden = next.encodings === null || next.place.kind === "tsne";
      for (const button of choices) {
        button.hidden = !mapped || (button.dataset.background === "classes" && next.glyphs.length === 0);
      }
      find(".choices").hidden = !mapped;
      evidence.setModel(next, offered, pictures?.offered ?? false);
      const [channels, height, width] = next.imageShape;
      if (next.complete && next.points) pictures?.fetchAhead(next.points, channels * height * width);
    },

    /** Another base: what depends on it is asked for when the hand rests. @param {boolean} rests */
    moveBase(rests) {
      maps.setBase(rests ? (model?.place.base() ?? null) : undefined);
      if (rests && model?.place.kind !== "tsne") maps.get("support", false);
    },

    /** @param {{background: Background, guides: boolean}} view */
    setView(view) {
      ({ background, guides } = view);
      for (const button of choices) {
        button.setAttribute("aria-pressed", String(button.dataset.background === background));
      }
      guidesButton.setAttribute("aria-pressed", String(guides));
    },

    /**
     * The map to draw, the one of the other scale while the right one is on its way.
     *
     * @param {number} mix 0 z … 1 Φ @param {boolean} covered by tiles
     */
    ground(mix, covered) {
      const cdf = mix >= 0.5;
      const right = paintedMap(cdf);
      explain(right, covered);
      const found = right && !(right instanceof Error) ? right : null;
      root.dataset.background = found ? `${background} ${cdf ? "cdf" : "z"}` : "none";
      if (found || background !== last?.background) last = found && { background, picture: found.picture };
      return last?.picture ?? null;
    },

    /**
     * Shows what backs z.
     *
     * @param {number[]} z shown coordinates @param {number} near the nearest point, −1 without points
     * @returns {string|null} in a few words, for the ear
     */
    show(z, near) {
      if (!model?.encodings || !offered || near < 0) return null;
      show.tell(z, near);
      root.dataset.nearest = String(near);
      if (model.place.kind === "tsne") return null;
      const support = supportOf(z);
      if (!support || support instanceof Error) return null;
      evidence.warn(support);
      root.dataset.support = support.backing;
      return WORDS[support.backing].toLowerCase();
    },

    /** What is known of how well the images back z. @param {number[]} z shown coordinates */
    backing(z) {
      const support = model?.encodings && model.place.kind !== "tsne" ? supportOf(z) : null;
      return support && !(support instanceof Error) ? support.backing : null;
    },

    /** The posterior of a point, when guides are wanted. @param {number} near */
    posterior(near) {
      const { mu, s, correlation, columns } = model?.encodings ?? {};
      if (!guides || near < 0 || !mu || !s || !columns) return null;
      const of = (/** @type {Float32Array} */ values) => [...values.slice(near * columns, (near + 1) * columns)];
      return { mu: of(mu), s: of(s), correlation: correlation?.[near] };
    },

    dispose() {
      show.stop();
      maps.dispose();
    },
  };
}
