/**
 * The way into a popover by keyboard. Streamlit hangs what a popover shows at the end of the page, so that Tab leads
 * from its button past all of the page first. Here Tab leads from the button into what it has opened, and out of its
 * end to what follows the button; Escape shuts it, as Streamlit has it.
 */
const DOOR = 'button[aria-haspopup="dialog"][aria-expanded="true"]';
const SHOWN = '[data-testid="stPopoverBody"]';
const REACHED = "a[href], button, input, select, textarea, summary, [tabindex]";

/** @returns {() => void} ends it */
export function leadIntoPopovers() {
  document.addEventListener("keydown", lead, true);
  return () => document.removeEventListener("keydown", lead, true);
}

/** @param {KeyboardEvent} event */
function lead(event) {
  const [door, shown, here] = [document.querySelector(DOOR), document.querySelector(SHOWN), document.activeElement];
  if (event.key !== "Tab" || !(door instanceof HTMLElement) || !shown) return;
  const within = [...shown.querySelectorAll(REACHED)].filter(isReached);
  if (here === door && !event.shiftKey && within.length > 0) {
    event.preventDefault();
    within[0].focus();
  } else if (here === within[0] && event.shiftKey) {
    event.preventDefault();
    door.focus();
  } else if (here === within.at(-1) && !event.shiftKey) {
    door.focus(); // and from there the browser goes on
  }
}

/** @param {Element} element @returns {element is HTMLElement} */
function isReached(element) {
  const off = element instanceof HTMLElement && "disabled" in element && element.disabled;
  return element instanceof HTMLElement && !off && element.tabIndex >= 0 && element.checkVisibility();
}
