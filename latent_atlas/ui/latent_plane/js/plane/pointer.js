/**
 * Pointer, touch and keys on the field, turned into a few words.
 *
 * One finger or the mouse moves z. Two fingers, the wheel with Ctrl or ⌘ (which is what a pinch on a touchpad
 * sends), and + − 0 magnify; two fingers, Shift with the mouse, or its middle button shift the view. The bare
 * wheel scrolls the page. While the listener draws, one finger or the mouse draws a stroke instead.
 *
 * @typedef {[number, number]} Share of the field, rightward and upward, in [0, 1]
 * @typedef {{preview: (s: Share, event: PointerEvent) => void,
 *            pin: (s: Share) => void,
 *            leave: () => void,
 *            step: (dx: number, dy: number) => void,
 *            zoom: (factor: number, s: Share) => void,
 *            pan: (dx: number, dy: number) => void,
 *            zoomKey: (direction: 1|-1|0) => void,
 *            scrolled: () => void,
 *            draws: () => boolean,
 *            stroke: (s: Share|null, end: boolean) => void,
 *            key: (name: string) => boolean}} Listener
 * steps in units of one arrow key; pan in shares of the field; `scrolled`: somebody may have meant to zoom; a stroke
 * that is given up has no place; `key` says whether it had a use for Enter or Escape
 */
import { trackFingers } from "./pinch.js";

const ARROWS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};
/** @type {Record<string, 1|-1|0>} */
const ZOOM_KEYS = { "+": 1, "=": 1, "-": -1, _: -1, 0: 0 };
/** A notch of a wheel, about 100 pixels, should not do more than a few small steps of a touchpad. */
const MOST_WHEEL = 40;

/**
 * @param {HTMLElement} field
 * @param {Listener} listener
 * @returns {() => void} takes the listeners off again
 */
export function listen(field, listener) {
  const off = new AbortController();
  const { signal } = off;
  const fingers = trackFingers(listener);
  /** @type {{id: number, at: Share}|null} a mouse that shifts the view */
  let hand = null;
  /** The pointer that draws. @type {number|null} */
  let pen = null;

  function giveUp() {
    if (pen !== null) listener.stroke(null, true);
    pen = null;
  }

  /** @param {MouseEvent} event @returns {Share} */
  const where = (event) => {
    const box = field.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, 1 - (event.clientY - box.top) / box.height];
  };
  const clamped = (/** @type {MouseEvent} */ event) =>
    /** @type {Share} */ (where(event).map((value) => Math.min(1, Math.max(0, value))));

  /** @param {boolean} on */
  function grab(on) {
    field.classList.toggle("grabbed", on);
    if (!on) hand = null;
  }

  field.addEventListener(
    "pointermove",
    (event) => {
      if (hand?.id === event.pointerId) {
        const at = where(event);
        listener.pan(at[0] - hand.at[0], at[1] - hand.at[1]);
        hand.at = at;
      } else if (fingers.move(event, where(event))) return;
      else if (pen === event.pointerId) listener.stroke(clamped(event), false);
      else listener.preview(clamped(event), event);
    },
    { signal },
  );
  field.addEventListener(
    "pointerdown",
    (event) => {
      const pans = event.pointerType === "mouse" && (event.button === 1 || (event.button === 0 && event.shiftKey));
      if (!pans && event.button !== 0) return;
      // Captured, so that a drag which leaves the field goes on, and its end is heard.
      field.setPointerCapture(event.pointerId);
      if (pans) {
        event.preventDefault(); // the middle button would start to scroll
        hand = { id: event.pointerId, at: where(event) };
        grab(true);
        listener.leave();
      } else if (fingers.down(event, where(event))) giveUp();
      else if (listener.draws()) {
        pen = event.pointerId;
        listener.leave();
        listener.stroke(clamped(event), false);
      } else listener.preview(clamped(event), event);
    },
    { signal },
  );
  field.addEventListener(
    "pointerup",
    (event) => {
      if (hand?.id === event.pointerId) {
        grab(false);
        return;
      }
      const pinched = fingers.up(event);
      if (pen === event.pointerId) {
        pen = null;
        listener.stroke(clamped(event), true);
      } else if (event.button === 0 && !pinched && !listener.draws()) listener.pin(clamped(event));
      // A finger that lifts has left; a mouse is still there, on the spot that it just pinned.
      if (event.pointerType !== "mouse") listener.leave();
    },
    { signal },
  );
  for (const name of /** @type {const} */ (["pointerleave", "pointercancel"])) {
    field.addEventListener(
      name,
      (event) => {
        if (name === "pointercancel" || event.pointerType !== "mouse") fingers.up(event);
        if (name === "pointercancel") {
          grab(false);
          giveUp();
        }
        listener.leave();
      },
      { signal },
    );
  }

  field.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) {
        listener.scrolled();
        return;
      }
      event.preventDefault(); // the browser would magnify the whole page
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : 16;
      const delta = Math.min(MOST_WHEEL, Math.max(-MOST_WHEEL, event.deltaY * lines));
      listener.zoom(Math.exp(-delta / 100), clamped(event));
    },
    { signal, passive: false },
  );

  field.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if ((event.key === "Enter" || event.key === "Escape") && listener.key(event.key)) event.preventDefault();
      const arrow = ARROWS[/** @type {keyof typeof ARROWS} */ (event.key)];
      const direction = ZOOM_KEYS[event.key];
      if (!arrow && direction === undefined) return;
      event.preventDefault();
      const times = event.shiftKey ? 10 : 1;
      if (arrow) listener.step(arrow[0] * times, arrow[1] * times);
      else listener.zoomKey(direction);
    },
    { signal },
  );
  return () => off.abort();
}

/**
 * For benchmarks and tests: how long ago the pointer moved, now that the drawing is done.
 *
 * @param {HTMLElement} root @param {PointerEvent} event
 */
export function announceDrawing(root, event) {
  const detail = { moved: event.timeStamp, drawn: performance.now() };
  root.dispatchEvent(new CustomEvent("plane-drawn", { detail, bubbles: true, composed: true }));
}
