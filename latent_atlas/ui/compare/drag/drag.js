/**
 * Drags across a chart choose what is seen of its axis, and a double click shows all of it. Python keeps what was
 * chosen, for a chart forgets it when it is drawn anew. Fingers scroll the page; for them there is the slider.
 *
 * @typedef {{key: string, left: number, right: number, top: number, bottom: number, low: number, high: number}} Chart
 * its margins in pixels, and the ends of its lower axis
 * @typedef {{charts: Chart[], along: string, log: boolean}} Dragged
 * @typedef {{chart: Chart, plot: DOMRect, from: number}} Drag
 */
import { make } from "../../components/elements.js";

const LEAST = 8; // pixels; less is a click

/**
 * The part of an axis between two places, in pixels from its left end, or null where they are too near.
 *
 * @param {{low: number, high: number}} axis @param {boolean} log
 * @param {number} width @param {number} from @param {number} to
 * @returns {[number, number]|null}
 */
export function between({ low, high }, log, width, from, to) {
  const [left, right] = [from, to].map((at) => Math.min(width, Math.max(0, at))).sort((a, b) => a - b);
  if (right - left < LEAST) return null;
  /** @param {number} at */
  const value = (at) => (log ? low * (high / low) ** (at / width) : low + (high - low) * (at / width));
  return [value(left), value(right)];
}

/**
 * @param {import("../../components/bootstrap.js").Parent} parent
 * @returns {import("../../components/bootstrap.js").View<Dragged>}
 */
export function createDrag(parent) {
  const band = make("div", "band");
  band.hidden = true;
  parent.append(band);
  /** @type {Dragged} */
  let told = { charts: [], along: "", log: false };
  /** @type {Drag|null} */
  let drag = null;
  /** @type {(name: string, value: unknown) => void} */
  let send = () => {};
  const listening = new AbortController();
  const { signal } = listening;

  /** @param {MouseEvent} event @returns {Drag|null} */
  function found({ target, clientX, clientY }) {
    if (!(target instanceof Element)) return null;
    for (const chart of told.charts) {
      const place = target.closest(`.st-key-${chart.key} [data-testid="stEChartsChart"]`);
      if (!place) continue;
      const { left, top, width, height } = place.getBoundingClientRect();
      const plot = new DOMRect(
        left + chart.left, top + chart.top, width - chart.left - chart.right, height - chart.top - chart.bottom,
      );
      const inside = clientX >= plot.left && clientX <= plot.right && clientY >= plot.top && clientY <= plot.bottom;
      return inside ? { chart, plot, from: clientX - plot.left } : null;
    }
    return null;
  }

  /** @param {PointerEvent} event */
  function begin(event) {
    drag = event.pointerType === "mouse" && event.button === 0 ? found(event) : null;
  }

  /** @param {PointerEvent} event */
  function move({ clientX }) {
    if (!drag) return;
    const { plot, from } = drag;
    const to = Math.min(plot.width, Math.max(0, clientX - plot.left));
    band.hidden = Math.abs(to - from) < LEAST;
    band.style.left = `${plot.left + Math.min(from, to)}px`;
    band.style.width = `${Math.abs(to - from)}px`;
    band.style.top = `${plot.top}px`;
    band.style.height = `${plot.height}px`;
  }

  /** @param {PointerEvent} event */
  function end({ clientX }) {
    if (!drag) return;
    const { chart, plot, from } = drag;
    stop();
    const window = between(chart, told.log, plot.width, from, clientX - plot.left);
    if (window) choose(window);
  }

  function stop() {
    drag = null;
    band.hidden = true;
  }

  /** @param {[number, number]|null} window */
  function choose(window) {
    send("chosen", { along: told.along, window, moment: Date.now() });
  }

  document.addEventListener("pointerdown", begin, { signal, capture: true });
  document.addEventListener("pointermove", move, { signal });
  document.addEventListener("pointerup", end, { signal, capture: true });
  document.addEventListener("pointercancel", stop, { signal });
  document.addEventListener("keydown", ({ key }) => key === "Escape" && stop(), { signal });
  document.addEventListener("dblclick", (event) => found(event) && choose(null), { signal });

  return {
    update({ data, setStateValue }) {
      told = data;
      send = setStateValue;
    },
    dispose() {
      listening.abort();
    },
  };
}
