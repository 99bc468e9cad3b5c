/**
 * What a `title` says, on focus as well as under the pointer: a browser shows it to the mouse alone. While it is shown,
 * the title is the tip's, so that the browser does not show it a second time.
 */
import { finder } from "../../../components/elements.js";

/** A pointer that only passes asks for nothing. */
const PATIENCE_MS = 400;
const GAP = 6;
const MARGIN = 8;

/** @type {import("../plane/feature.js").FeatureModule} */
export const feature = { order: 99, create: createTips };

/** @param {import("../plane/feature.js").Plane} plane @returns {import("../plane/feature.js").Feature} */
function createTips({ root }) {
  const tip = finder(root).html(".tip");
  const off = new AbortController();
  const { signal } = off;
  /** @type {HTMLElement|null} */
  let shown = null;
  let timer = 0;

  /** @param {Event} event @returns {HTMLElement|null} who explains itself there */
  function asked({ target }) {
    const found = target instanceof Element ? target.closest("[title], [aria-describedby='tip']") : null;
    return found instanceof HTMLElement && (found === shown || found.title) ? found : null;
  }

  function hide() {
    clearTimeout(timer);
    if (!shown) return;
    // What was said meanwhile is newer.
    shown.title ||= tip.textContent ?? "";
    shown.removeAttribute("aria-describedby");
    shown = null;
    if (tip.matches(":popover-open")) tip.hidePopover();
  }

  /** @param {HTMLElement} element */
  function show(element) {
    if (element === shown || !element.title) return;
    hide();
    shown = element;
    tip.textContent = element.title;
    element.removeAttribute("title");
    element.setAttribute("aria-describedby", "tip");
    tip.showPopover();
    const [at, own] = [element.getBoundingClientRect(), tip.getBoundingClientRect()];
    const room = document.documentElement.clientWidth - own.width - MARGIN;
    const below = at.bottom + GAP + own.height <= window.innerHeight;
    tip.style.left = `${Math.max(MARGIN, Math.min(at.left, room))}px`;
    tip.style.top = `${below ? at.bottom + GAP : at.top - GAP - own.height}px`;
  }

  root.addEventListener("pointerover", (event) => {
    const element = event.pointerType === "mouse" ? asked(event) : null;
    if (element === shown) return;
    hide();
    if (element) timer = window.setTimeout(show, PATIENCE_MS, element);
  }, { signal });
  root.addEventListener("pointerleave", hide, { signal });
  root.addEventListener("focusin", (event) => {
    const { target } = event;
    // A finger on a word asks what it means; on a button it acts.
    const asks = target instanceof HTMLElement && (target.matches(":focus-visible") || target.localName === "dfn");
    const element = asks ? asked(event) : null;
    if (element) show(element);
  }, { signal });
  root.addEventListener("focusout", hide, { signal });
  root.addEventListener("pointerdown", ({ target }) => {
    if (!(target instanceof Element && target.closest("dfn"))) hide();
  }, { signal });
  root.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") hide();
  }, { signal });
  window.addEventListener("scroll", hide, { signal, capture: true, passive: true });

  return {
    dispose() {
      hide();
      off.abort();
    },
  };
}
