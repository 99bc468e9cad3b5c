/**
 * Pointer, touch and keys on the field, turned into three words: preview, pin, leave.
 *
 * @typedef {{preview: (s: [number, number], event: PointerEvent) => void,
 *            pin: (s: [number, number]) => void,
 *            leave: () => void,
 *            step: (dx: number, dy: number) => void}} Listener
 * s = screen coordinates in [0, 1], rightward and upward; steps in units of one arrow key
 */

const ARROWS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/**
 * @param {HTMLElement} field
 * @param {Listener} listener
 * @returns {() => void} takes the listeners off again
 */
export function listen(field, listener) {
  const off = new AbortController();
  const { signal } = off;
  /** @param {PointerEvent} event @returns {[number, number]} */
  const where = (event) => {
    const box = field.getBoundingClientRect();
    const clamp = (/** @type {number} */ v) => Math.min(1, Math.max(0, v));
    return [clamp((event.clientX - box.left) / box.width), clamp(1 - (event.clientY - box.top) / box.height)];
  };

  field.addEventListener("pointermove", (event) => listener.preview(where(event), event), { signal });
  field.addEventListener(
    "pointerdown",
    (event) => {
      if (event.button !== 0) return;
      // Captured, so that a drag which leaves the field goes on, and its end is heard.
      field.setPointerCapture(event.pointerId);
      listener.preview(where(event), event);
    },
    { signal },
  );
  field.addEventListener(
    "pointerup",
    (event) => {
      if (event.button === 0) listener.pin(where(event));
      // A finger that lifts has left; a mouse is still there, on the spot that it just pinned.
      if (event.pointerType !== "mouse") listener.leave();
    },
    { signal },
  );
  for (const name of /** @type {const} */ (["pointerleave", "pointercancel"])) {
    field.addEventListener(name, () => listener.leave(), { signal });
  }

  field.addEventListener(
    "keydown",
    (event) => {
      const arrow = ARROWS[/** @type {keyof typeof ARROWS} */ (event.key)];
      if (!arrow || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      const times = event.shiftKey ? 10 : 1;
      listener.step(arrow[0] * times, arrow[1] * times);
    },
    { signal },
  );
  return () => off.abort();
}
