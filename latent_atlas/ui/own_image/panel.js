/**
 * The posterior and the ledger of an image of one's own.
 *
 * @typedef {import("../reconstruct/ledger.js").LedgerData
 *           & {posterior: {name: string, text: string, from: number, to: number}[], more: number}} PanelData
 * `from`, `to`: where the bar of a dimension begins and ends, 0 to 1; `more`: how many further dimensions there are
 */
import { find, make } from "../components/elements.js";
import { enlarge, ledgerOf } from "../reconstruct/ledger.js";

/**
 * @param {import("../components/bootstrap.js").Parent} parent
 * @returns {import("../components/bootstrap.js").View<PanelData>}
 */
export function createPanel(parent) {
  const root = find(parent, ".panel", HTMLElement);
  /** @type {PanelData|null} */
  let data = null;
  let shown = "";
  const observer = new ResizeObserver(fit);
  observer.observe(root);

  /** `enlarge` is told the width of a ledger with its padding; here the figures have a part of it. */
  function fit() {
    if (data) enlarge(root, data, (root.querySelector(".figures")?.clientWidth ?? 0) + 34);
  }

  return {
    update(component) {
      data = component.data;
      const content = JSON.stringify(data);
      if (content === shown) return;
      shown = content;
      const { title, figures, scale, account, dimensions, note } = ledgerOf(data, data.cards[0], "your image");
      const left = make("div", "", ...figures, scale, posteriorOf(data));
      const right = make("div", "", account, ...dimensions, note);
      root.replaceChildren(title, make("div", "halves", left, right));
      fit();
    },
    dispose() {
      observer.disconnect();
    },
  };
}

/** Where q(z|x) lies on each axis, from −3 to 3, which is where the prior has its mass. @param {PanelData} data */
function posteriorOf({ posterior, more }) {
  const list = make("div", "dimensions posterior");
  for (const { name, text, from, to } of posterior) {
    const bar = make("span", "bar");
    bar.style.marginLeft = `${100 * from}%`;
    bar.style.width = `${100 * (to - from)}%`;
    list.append(make("span", "axis", name), make("span", "track", bar), make("span", "value", text));
  }
  const rest = more ? make("p", "rest", `${more} more dimensions say less`) : null;
  return make("div", "", make("h3", "", "Where it is: q(z|x) = μ ± σ"), list, rest);
}
