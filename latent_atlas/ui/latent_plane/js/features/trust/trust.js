/**
 * Believe with care: everything that tells how far a decoded image can be trusted. Gathers support, nearest image,
 * guides and backgrounds, and keeps their controls; what is computed is computed by the server.
 *
 * @typedef {import("../../layers/backgrounds.js").Background} Background
 * @typedef {import("../../layers/backgrounds.js").Painted} Painted
 * @typedef {import("../../plane/model.js").Model} Model
 */
import { judging, meaning, paintMap } from "../../layers/backgrounds.js";
import { createFileNames } from "../../layers/file_names.js";
import { createMaps } from "../../layers/maps.js";
import { buttonsIn, finder } from "../../../../components/elements.js";
import { memoized } from "../../util/memo.js";
import { derived, signal } from "../../util/signals.js";
import { throttled } from "../../util/throttle.js";
import { createJudge, judgeColours } from "../judge/source.js";
import { elsewhere } from "../dimensions/words.js";
import { countWithin, sortIntoCells } from "../selection/neighbours.js";
import { posteriorRadius } from "../walk/near.js";
import { createEvidence } from "./evidence.js";
import { meanwhile, supportAt } from "./support.js";

/** Words and the real image follow a moving pointer at this pace: each of them costs more than a decode. */
const PACE_MS = 150;
/** Classes that a map tells apart. */
const MOST_REGIONS = 256;
const FORMER = "A judge looks at the model as it is now: leave the kept epoch to see what it says.";
const COVERED = "Tiles cover the plane: choose Points or Both to see a background.";

/**
 * @param {{root: HTMLElement, state: import("../../plane/state.js").State,
 *          effect: import("../../util/signals.js").FrameLoop["effect"],
 *          switchView: import("../../plane/feature.js").Actions["switchView"]}} plane
 */
export function createTrust({ root, state, effect, switchView }) {
  const { html, button } = finder(root);
  const [beneath, choices, judges, legend, words] = [".beneath", ".grounds", ".judges", ".map-legend", ".map-words"].map(html);
  const [scale, bar, low, middle, high, unit] = [
    ".scale", ".scale-bar", ".scale-low", ".scale-middle", ".scale-high", ".scale-unit",
  ].map(html);
  const backgrounds = buttonsIn(root, "[data-background]");
  const guides = button("[data-guides]");
  const evidence = createEvidence(root);
  const [cellsOf, radiusOf] = [memoized(sortIntoCells), memoized(posteriorRadius)];
  const [maps, judge] = [createMaps(), createJudge()];
  let names = createFileNames(null);
  let namedAt = /** @type {string|null} */ (null);
  /** Whether there are maps and images to tell from. */
  const offered = signal(false);
  /** What was drawn last, for while the map of the other scale is on its way. */
  let last = /** @type {{background: Background, picture: import("../../layers/backgrounds.js").MapPicture}|null} */ (null);
  /** Pictures of maps by the maps that they show, and as what. @type {WeakMap<object, Partial<Record<Background, Painted>>>} */
  let painted = new WeakMap();

  const titles = backgrounds.map(({ title }) => title);
  for (const each of backgrounds) {
    each.onclick = () => {
      if (each.getAttribute("aria-disabled") === "true") return;
      switchView({ background: /** @type {Background} */ (each.dataset.background) });
    };
  }
  guides.onclick = () => switchView({ guides: !state.guides.value });

  const show = throttled((/** @type {number[]} */ z, /** @type {number} */ near) => {
    const model = state.model.value;
    if (!model?.encodings) return;
    const { mu, columns, labels } = model.encodings;
    const sheet = model.place.kind === "tsne";
    const label = labels ? labels[near] : null;
    const colours = state.colours.value;
    const images = state.images.value;
    evidence.showReal(
      near < 0
        ? null
        : {
            index: near,
            distance: sheet ? null : Math.hypot(...z.map((value, k) => value - mu[near * columns + k])),
            name: label === null ? null : (model.classNames[label] ?? String(label)),
            colour: colours[label ?? -1] ?? colours[colours.length - 1],
            pixels: images.get(near, show.again),
            lost: images.lost(near),
            file: names.get(near, model.points ?? 0, show.again),
          },
    );
    if (!sheet) evidence.showSupport(supportOf(z), () => around(model, z));
  }, PACE_MS);

  /** What is known of a spot before its support. @param {Model} model @param {number[]} z */
  function around({ encodings, latentDim, axes }, z) {
    const radius = radiusOf(encodings);
    // In more dimensions, images that lie near on this plane need not be near.
    if (!encodings || !radius || latentDim > axes.length) return meanwhile(null);
    const count = countWithin(cellsOf(encodings.mu, encodings.columns), z, radius);
    return meanwhile({ count, radius });
  }

  /** @param {string|null} address of the names of the files */
  function nameFiles(address) {
    if (address === namedAt) return;
    names.dispose();
    [names, namedAt] = [createFileNames(address), address];
  }

  /** @param {number[]} z */
  function supportOf(z) {
    const map = maps.get("support", false);
    return map && !(map instanceof Error) ? supportAt(map, z) : map;
  }

  /** @param {Exclude<Background, "none">} background @param {boolean} cdf @returns {Painted|Error|null} null on its way */
  function paintedMap(background, cdf) {
    const [model, data] = [state.model.value, state.data.value];
    if (!model || !data) return null;
    const by = judging(background) ? whoJudges() : null;
    if (by instanceof Error || (!by && judging(background))) return by;
    const map = by ? maps.get("judged", cdf, judge.query(by)) : maps.get(/** @type {import("../../layers/maps.js").Kind} */ (background), cdf);
    if (!map || map instanceof Error) return map;
    const known = painted.get(map) ?? {};
    const inks = by ? judgeColours(by, model, state.colours.value, data.colours) : state.colours.value;
    painted.set(map, known);
    return (known[background] ??= paintMap(background, map, inks));
  }

  /** @returns {import("../judge/source.js").Judge|Error|null} */
  function whoJudges() {
    return state.epoch.value === null ? judge.get() : new Error(FORMER);
  }

  const cdf = derived(() => state.mix.value >= 0.5);
  /** Tiles leave nothing of a plane to be seen beneath them; of a strip they do. */
  const covered = derived(() => state.layers.value === "tiles" && state.model.value?.axes.length === 2);
  /** The map that is wanted, as far as it is here. */
  const wanted = derived(() => {
    const background = state.background.value;
    return background === "none" || covered.value || !offered.value ? null : paintedMap(background, cdf.value);
  });
  /** The map to draw, the one of the other scale while the right one is on its way. */
  const drawn = derived(() => {
    const background = state.background.value;
    const found = wanted.value instanceof Error ? null : wanted.value;
    if (found || background !== last?.background) last = found && { background, picture: found.picture };
    return last?.picture ?? null;
  });

  effect(() => {
    const [model, source] = [state.model.value, state.data.value?.judge];
    if (model && source) judge.setSource(source, model.column, Boolean(model.encodings?.labels));
  });

  // Where all lies that the plane does not show; what depends on it is asked for when the hand rests.
  effect(() => {
    const place = state.model.value?.place;
    if (!place) return;
    maps.setBase(state.rests.value ? place.base() : undefined);
    // Before any background: it judges the picture that is on the screen.
    const support = offered.value && place.kind !== "tsne" ? maps.get("support", false) : null;
    if (support) evidence.showLimits(support instanceof Error ? "" : support.note);
  });

  effect(() => {
    backgrounds.forEach((each, n) => {
      const idle = covered.value && each.dataset.background !== "none";
      each.setAttribute("aria-pressed", String(each.dataset.background === state.background.value));
      // Disabled would take the focus away from under the user's hand, and the reason with it.
      each.setAttribute("aria-disabled", String(idle));
      each.title = idle ? COVERED : titles[n];
    });
    guides.setAttribute("aria-pressed", String(state.guides.value));
  });

  effect(() => {
    const [model, background, found] = [state.model.value, state.background.value, wanted.value];
    const shown = offered.value && (background !== "none" || covered.value);
    const ready = found && !(found instanceof Error) ? found : null;
    root.dataset.background = ready ? `${background} ${cdf.value ? "cdf" : "z"}` : "none";
    legend.hidden = !shown;
    scale.hidden = !ready?.scale;
    if (!shown || !model) return;
    const text = found instanceof Error ? found.message : found ? meaning(background, elsewhere(model)) : judge.waiting || maps.waiting || "Computing…";
    const said = covered.value ? COVERED : text;
    // The same words again would be spoken again.
    if (words.textContent !== said) words.textContent = said;
    if (!ready?.scale) return;
    bar.style.background = ready.scale.css;
    [low.textContent, high.textContent] = ready.scale.ends;
    [middle.textContent, unit.textContent] = [ready.scale.middle ?? "", ready.scale.unit];
  });

  return {
    /** The picture of the map that lies beneath the points. */
    get background() {
      return covered.value ? null : drawn.value;
    },

    /** @param {Model} model @param {string|null} address of the maps; null where there are none */
    setModel(model, address) {
      const images = state.images.value;
      show.stop();
      nameFiles(state.data.value?.names ?? null);
      offered.value = address !== null && model.encodings !== null;
      // The points come first: the server may be encoding them still.
      const mapped = offered.value && model.place.kind !== "tsne";
      maps.setColumn(model.column);
      maps.setSource(mapped && model.complete ? address : null, model.extent);
      painted = new WeakMap();
      last = null;
      beneath.hidden = model.encodings === null || model.place.kind === "tsne";
      for (const each of backgrounds) {
        each.hidden = !mapped || (each.dataset.background === "classes" && !hasRegions(model));
      }
      choices.hidden = !mapped;
      judges.hidden = !mapped || !state.data.value?.judge;
      evidence.setModel(model, offered.value, images.offered, names.offered);
      const [channels, height, width] = model.imageShape;
      if (model.complete && model.points) images.fetchAhead(model.points, channels * height * width);
    },

    /**
     * Shows what backs z.
     *
     * @param {number[]} z shown coordinates @param {number} near the nearest point, −1 without points
     * @returns {string|null} in a few words, for the ear
     */
    show(z, near) {
      const model = state.model.value;
      if (!model?.encodings || !offered.value) return null;
      show.tell(z, near);
      root.dataset.nearest = String(near);
      if (model.place.kind === "tsne") return null;
      const support = supportOf(z);
      if (!support || support instanceof Error) return null;
      evidence.warn(support);
      root.dataset.support = String(support.bars);
      return support.words.toLowerCase();
    },

    /**
     * How well the images back z; null while it is not known.
     *
     * @param {number[]} z shown coordinates @returns {import("./support.js").Support|null}
     */
    support(z) {
      const { encodings, place } = state.model.value ?? {};
      const support = encodings && place?.kind !== "tsne" ? supportOf(z) : null;
      return support && !(support instanceof Error) ? support : null;
    },

    /** The posterior of a point, when guides are wanted. @param {number} near */
    posterior(near) {
      const { mu, s, correlation, columns } = state.model.value?.encodings ?? {};
      if (!state.guides.value || near < 0 || !mu || !s || !columns) return null;
      const of = (/** @type {Float32Array} */ values) => [...values.slice(near * columns, (near + 1) * columns)];
      return { mu: of(mu), s: of(s), correlation: correlation?.[near] };
    },

    /** Which judge looks on; it is asked for the first time. */
    judge: whoJudges,
    /** Where it is asked of a path, but for its spots. */
    judgedPath: judge.pathAddress,
    /** Whether there is none. */
    get judgeless() {
      return !offered.value || !state.data.value?.judge || Boolean(state.data.value.judge.why);
    },

    dispose() {
      show.stop();
      maps.dispose();
      judge.dispose();
      names.dispose();
    },
  };
}

/** Whether there are classes, and no more than a map of them tells apart. @param {Model} model */
function hasRegions({ encodings, classNames }) {
  return Boolean(encodings?.labels) && classNames.length <= MOST_REGIONS;
}
