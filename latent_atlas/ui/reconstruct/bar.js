/**
 * What the bar does for the page: tells how high the bar is that stays in sight, as `--bar-height`, so that what is reached by keyboard stops
 * below it; brings the chosen view into sight, where the views are a row that is pushed sideways; and opens the popovers
 * of the page, which stand above it, to the keyboard.
 *
 * @typedef {{bar: string, chosen: string}} BarData the selector of the bar, and the name of the view
 */
import { leadIntoPopovers } from "./popovers.js";

/** @returns {import("../components/bootstrap.js").View<BarData>} */
export function createBar() {
  /** @type {HTMLElement|null} */
  let scroller = null;
  const observer = new ResizeObserver(([{ target }]) => {
    scroller?.style.setProperty("--bar-height", `${target.getBoundingClientRect().height}px`);
  });
  let chosen = "";
  const lead = leadIntoPopovers();
  return {
    update({ data }) {
      const bar = document.querySelector(data.bar);
      if (!bar) return;
      scroller = bar.closest(".stMain");
      observer.disconnect();
      observer.observe(bar);
      if (chosen === data.chosen) return;
      chosen = data.chosen;
      const view = bar.querySelector('[role="radio"][aria-checked="true"]');
      const row = view?.closest('[role="radiogroup"]');
      if (!view || !row) return;
      const [inner, outer] = [view.getBoundingClientRect(), row.getBoundingClientRect()];
      row.scrollBy({ left: inner.left + inner.width / 2 - outer.left - outer.width / 2 });
    },
    dispose() {
      lead();
      observer.disconnect();
      scroller?.style.removeProperty("--bar-height");
    },
  };
}
