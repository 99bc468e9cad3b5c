/**
 * What experts look at folds behind one button, which says what for, and which of it is on. What is on stays on, and
 * explains itself below, while the list is folded.
 */
import { finder } from "../../../components/elements.js";

/** @type {import("../plane/feature.js").FeatureModule} */
export const feature = { order: 94, create: createViews };

/** @param {import("../plane/feature.js").Plane} plane @returns {import("../plane/feature.js").Feature} */
function createViews({ root, state, effect, actions }) {
  const find = finder(root);
  const [box, list, name, purpose] = [".views", ".views-list", ".views-name", ".views-purpose"].map(find.html);
  const button = find.button(".views-tool");
  /** @param {string} attribute of the button that turns a view on */
  const called = (attribute) => find.button(`.views-list [data-${attribute}]`).textContent;

  /** @param {boolean} open */
  function toggle(open) {
    list.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
  }

  button.onclick = () => toggle(list.hidden === true);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    toggle(false);
    button.focus();
  });

  effect(() => {
    const model = state.model.value;
    if (!model) return;
    const { background, guides, uncertainty, axis } = actions.view();
    const mapped = model.encodings !== null && model.place.kind !== "tsne";
    const on = [
      mapped && background !== "none" ? called(`background="${background}"`) : null,
      mapped && guides ? called("guides") : null,
      uncertainty ? called('picture="deviation"') : null,
      axis === "cdf" && model.place.kind !== "tsne" ? called('axis="cdf"') : null,
    ].filter((each) => each !== null);
    button.dataset.on = String(on.length > 0);
    const text = on.length > 0 ? `More views: ${on.join(", ")}` : "More views";
    if (name.textContent !== text) name.textContent = text;
    purpose.hidden = on.length > 0;
  });

  return {};
}
