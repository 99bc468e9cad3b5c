/**
 * Which plane of a latent space of many dimensions is seen: two of its axes, PCA, or a sheet of t-SNE. The choice is
 * part of the addresses of points and maps; whoever looks keeps the z that was pinned.
 *
 * @typedef {{at: string|null, count: number}} Dims where the server has the planes of a model, null where it has none,
 * and how many dimensions there are. A run that trains shows its most active axes or PCA, and tells of both itself.
 * @typedef {import("../../plane/feature.js").Feature} Feature
 * @typedef {import("../../plane/model.js").Model} Model
 */
import { baseText } from "../../plane/base_plane.js";
import { buttonsIn, finder } from "../../../../components/elements.js";
import { signal } from "../../util/signals.js";
import { dimensionName, planeWords } from "./words.js";

/** @type {import("../../plane/feature.js").FeatureModule} */
export const feature = { order: 60, create: createDimensions };

/** @param {import("../../plane/feature.js").Plane} plane @returns {Feature} */
function createDimensions({ root, state, effect, selection, actions }) {
  const [bar, pair, words] = [".dims", ".dims-axes", ".dims-words"].map(finder(root).html);
  const selects = [...bar.querySelectorAll("select")];
  const kinds = buttonsIn(root, "[data-plane-of]");
  const dims = signal(/** @type {Dims|null} */ (null));
  /** As in an address, `axes-3-7`; null for the two most active. */
  const wanted = signal(/** @type {string|null} */ (null));
  /** The axes to come back to. */
  const axes = signal(/** @type {string|null} */ (null));
  /** Of a link, until there is a model. @type {number[]|null} */
  let base = null;
  /** @type {Model|null} */
  let model = null;

  for (const button of kinds) {
    button.onclick = () => {
      const usual = state.data.value?.live ? null : axes.value;
      void choose(button.dataset.planeOf === "axes" ? usual : (button.dataset.planeOf ?? null));
    };
  }
  selects.forEach((select, k) => {
    select.onchange = () => {
      const before = pairNow();
      const next = selects.map((each) => Number(each.value));
      // Two axes that are one would be a line: the other one takes the place of the old one.
      if (next[0] === next[1]) next[1 - k] = before[k];
      axes.value = `axes-${next.map((axis) => axis + 1).join("-")}`;
      void choose(axes.value);
    };
  });

  /** @param {string|null} next */
  async function choose(next) {
    const here = next === null ? model?.place.kind === "axes" : model?.place.name === next;
    if (here && next === wanted.value) return;
    wanted.value = next;
    if (next === "tsne") actions.switchView({ layers: "points", axis: "z", background: "none" });
    const coming = actions.reload();
    if (!state.data.value?.live) await coming; // that of a run comes as long as it trains
    else return actions.tell();
    if (wanted.value !== next) return;
    // Where it did not come, what is on show is what is chosen.
    if (model && next !== null && model.place.name !== next) wanted.value = model.place.name;
    actions.tell();
  }

  /** The two axes that are chosen, also while their points are on the way. @returns {number[]} */
  function pairNow() {
    const named = wanted.value?.startsWith("axes-") ? wanted.value : axes.value;
    if (named) return named.split("-").slice(1).map((number) => Number(number) - 1);
    const now = state.model.value;
    return now?.place.kind === "axes" ? now.axes : (now?.activity?.order.slice(0, 2) ?? [0, 1]);
  }

  effect(() => {
    if (state.model.value) root.dataset.plane = state.model.value.place.name;
  });

  effect(() => {
    if (!state.model.value || !dims.value) return;
    const { live = null, compact = false } = state.data.value ?? {};
    const kind = wanted.value === "pca" || (wanted.value === "tsne" && !live) ? wanted.value : "axes";
    const few = compact || live !== null;
    for (const button of kinds) {
      button.hidden = (!dims.value.at && live === null) || (few && button.dataset.planeOf === "tsne");
      button.setAttribute("aria-pressed", String(button.dataset.planeOf === kind));
    }
    pair.hidden = few || kind !== "axes";
    words.hidden = !few;
    words.textContent = few ? planeWords(state.model.value) : "";
    if (few) return;
    selects.forEach((select, k) => (select.value = String(pairNow()[k])));
  });

  /** The dimensions, most active first. @param {Model} next */
  function fill({ latentDim, activity }) {
    const order = activity?.order ?? Array.from({ length: latentDim }, (_, axis) => axis);
    for (const select of selects) {
      select.replaceChildren(
        ...order.map((axis) => {
          const option = new Option(dimensionName(axis, activity), String(axis));
          option.classList.toggle("dead", activity?.dead[axis] ?? false);
          return option;
        }),
      );
    }
  }

  return {
    source(from) {
      if (!dims.value || !wanted.value) return from;
      if (!dims.value.at) return { ...from, dims: wanted.value };
      const at = `${dims.value.at}/${wanted.value}`;
      return { ...from, encodings: `${at}/encodings-0.safetensors`, maps: `${at}/maps` };
    },

    setModel(next, data) {
      if (base) next.place.stayAt(base);
      base = null;
      // Outlines are of the plane that they were drawn on.
      if (model && model.place.name !== next.place.name && model.latentDim === next.latentDim) selection.clear();
      const same = model?.latentDim === next.latentDim && model.activity?.rate.join() === next.activity?.rate.join();
      model = next;
      bar.hidden = !data.dims;
      if (bar.hidden) return;
      if (data.live) return;
      if (next.place.kind === "axes" && wanted.value) axes.value = next.place.name;
      if (!same || !selects[0].length) fill(next);
    },

    update(data) {
      // Another model may have other dimensions, of which nothing was chosen.
      if (dims.value && dims.value.count !== data.dims?.count) {
        [base, model] = [null, null];
        [wanted.value, axes.value] = [null, null];
        actions.tell(); // or the address would go on naming a plane of the other model
      }
      dims.value = data.dims;
    },

    restore(view) {
      [wanted.value, base] = [view.dims, view.base];
      if (view.dims?.startsWith("axes")) axes.value = view.dims;
    },

    get link() {
      const at = model?.place.base();
      return { dims: wanted.value, base: model ? (at ? baseText(at).split(",").map(Number) : null) : base };
    },
  };
}
