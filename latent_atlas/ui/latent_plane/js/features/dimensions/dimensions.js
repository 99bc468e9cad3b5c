/**
 * Which plane of a latent space of many dimensions is seen: two of its axes, PCA, or a sheet of t-SNE. The choice is
 * part of the addresses of points and maps; whoever looks keeps the z that was pinned.
 *
 * @typedef {{at: string|null, count: number}} Dims where the server has the planes of a model, null where it has none,
 * and how many dimensions there are
 * @typedef {import("../../plane/feature.js").Feature} Feature
 * @typedef {import("../../plane/model.js").Model} Model
 */
import { baseText, dimensionName } from "./words.js";

/** @param {import("../../plane/feature.js").Plane} plane @returns {Feature} */
export function createDims(plane) {
  const { root } = plane;
  const find = (/** @type {string} */ selector) => /** @type {any} */ (root.querySelector(selector));
  const [bar, pair] = [find(".dims"), find(".dims-axes")];
  const selects = /** @type {HTMLSelectElement[]} */ ([...root.querySelectorAll(".dims select")]);
  const kinds = /** @type {HTMLButtonElement[]} */ ([...root.querySelectorAll("[data-plane-of]")]);
  /** @type {Dims|null} */
  let dims = null;
  /** As in an address, `axes-3-7`; null for the two most active. @type {string|null} */
  let wanted = null;
  /** The axes to come back to. @type {string|null} */
  let axes = null;
  /** Of a link, until there is a model. @type {number[]|null} */
  let base = null;
  /** @type {Model|null} */
  let model = null;

  for (const button of kinds) {
    button.onclick = () => void choose(button.dataset.planeOf === "axes" ? axes : (button.dataset.planeOf ?? null));
  }
  selects.forEach((select, k) => {
    select.onchange = () => {
      const before = pairNow();
      const next = selects.map((each) => Number(each.value));
      // Two axes that are one would be a line: the other one takes the place of the old one.
      if (next[0] === next[1]) next[1 - k] = before[k];
      axes = `axes-${next.map((axis) => axis + 1).join("-")}`;
      void choose(axes);
    };
  });

  /** @param {string|null} next */
  async function choose(next) {
    const here = next === null ? model?.place.kind === "axes" : model?.place.name === next;
    if (here && next === wanted) return;
    wanted = next;
    if (next === "tsne") plane.switchView({ layers: "points", axis: "z", background: "none" });
    show();
    await plane.reload();
    if (wanted !== next) return;
    // Where it did not come, what is on show is what is chosen.
    if (model && next !== null && model.place.name !== next) wanted = model.place.name;
    show();
    plane.send();
  }

  /** The two axes that are chosen, also while their points are on the way. @returns {number[]} */
  function pairNow() {
    const named = wanted?.startsWith("axes-") ? wanted : axes;
    if (named) return named.split("-").slice(1).map((number) => Number(number) - 1);
    return model?.place.kind === "axes" ? model.axes : (model?.activity?.order.slice(0, 2) ?? [0, 1]);
  }

  /** Sets the controls. */
  function show() {
    if (!model) return;
    const kind = wanted === "pca" || wanted === "tsne" ? wanted : "axes";
    for (const button of kinds) button.setAttribute("aria-pressed", String(button.dataset.planeOf === kind));
    pair.hidden = kind !== "axes";
    selects.forEach((select, k) => (select.value = String(pairNow()[k])));
  }

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
    source(data) {
      if (!dims || !wanted) return { ...data, dims: null };
      if (!dims.at) return { ...data, dims: wanted };
      const at = `${dims.at}/${wanted}`;
      return { ...data, encodings: `${at}/encodings-0.safetensors`, maps: `${at}/maps` };
    },

    setModel(next, _colours, data) {
      if (base) next.place.stayAt(base);
      base = null;
      if (model && model.place.name !== next.place.name && model.latentDim === next.latentDim) {
        // Outlines are of the plane that they were drawn on.
        plane.choice.restore({ ...plane.choice.link, a: null, b: null });
      }
      const same = model?.latentDim === next.latentDim && model.activity?.rate.join() === next.activity?.rate.join();
      model = next;
      root.dataset.plane = next.place.name;
      bar.hidden = !data.dims;
      if (bar.hidden) return;
      if (next.place.kind === "axes" && wanted) axes = next.place.name;
      for (const button of kinds) button.hidden = !data.dims.at;
      if (!same || !selects[0].length) fill(next);
      show();
    },

    update(data) {
      // Another model may have other dimensions, of which nothing was chosen.
      if (dims && dims.count !== data.dims?.count) {
        [wanted, axes, base, model] = [null, null, null, null];
        plane.send(); // or the address would go on naming a plane of the other model
      }
      dims = data.dims;
    },

    restore(view) {
      [wanted, base] = [view.dims, view.base];
      if (wanted?.startsWith("axes")) axes = wanted;
    },

    get link() {
      const at = model?.place.base();
      return { dims: wanted, base: model ? (at ? baseText(at).split(",").map(Number) : null) : base };
    },
  };
}
