/**
 * A plane's part in the history of its page (acts.js): it says when an act is finished, and shows what is seen at the
 * step that somebody goes to, without waiting for the server. What the plane does by itself is no act.
 *
 * @typedef {import("./state.js").View} View
 * @typedef {import("./state.js").PlaneData} PlaneData
 */
import { actOfKey, actsOfPage } from "./acts.js";
import { searchWith } from "./address.js";

/** Planes of models that were looked at before are shown at once. */
const MOST_KNOWN = 8;

/**
 * @param {{view: () => Partial<View>, show: (view: Partial<View>) => Promise<void>, tell: () => void,
 *          receive: (data: PlaneData) => void}} plane
 * `show` a view of the model that is there; `tell` the server of the view; `receive` what the server said of another model
 */
export function createSteps({ view, show, tell, receive }) {
  const acts = actsOfPage();
  const off = new AbortController();
  /** @type {Map<string, PlaneData>} by the key of a model */
  const known = new Map();
  /** @type {PlaneData|null} */
  let data = null;
  /** @type {(() => void)|null} */
  let deafen = null;
  let quiet = 0;
  /** Whether what will be told is an act. */
  let acted = false;
  /** Where the history leads while the model of that step is on its way. @type {{model: string, view: Partial<View>}|null} */
  let awaited = null;

  const seat = () => data?.twin ?? "first";
  const address = () => data?.address ?? null;
  /** Only one of two planes answers to the keys. */
  const leads = () => seat() === "first";

  /** @param {KeyboardEvent} event */
  function press(event) {
    const asked = leads() && address() ? actOfKey(event) : null;
    if (asked && acts[asked]()) event.preventDefault();
  }

  /** @type {import("./acts.js").Listener} */
  function go({ model, views }, asked) {
    const place = address();
    const next = views[seat()];
    if (!place || !next) return;
    acted = false;
    if (model === place.model || !leads()) {
      void show(next).then(() => asked && tell());
      return;
    }
    awaited = { model, view: next };
    const there = known.get(model);
    if (there) receive({ ...there, landed: null });
  }

  return {
    /** @template T @param {() => T} work that is nobody's act @returns {T} */
    quietly(work) {
      quiet++;
      try {
        return work();
      } finally {
        quiet--;
      }
    },

    /** The view will be told, in a moment. */
    note() {
      acted ||= quiet === 0;
    },

    /** It has been told. */
    told() {
      const place = address();
      if (!place || awaited) return;
      acts.act(seat(), place.model, view(), (search) => searchWith(search, view(), place), acted);
      acted = false;
    },

    /** The plane shows a model as it stands in the address. */
    stand() {
      const place = address();
      if (place && !awaited) acts.stand(seat(), place.model, view());
    },

    /** @param {PlaneData} next @returns {Partial<View>|null} of the step that this data was awaited for */
    update(next) {
      const before = data;
      data = next;
      if (next.compact || !next.address) return null;
      deafen ??= acts.listen(seat(), go, () => data?.address && !awaited ? { model: data.address.model, view: view() } : null);
      if (before === null) document.addEventListener("keydown", press, { signal: off.signal });
      known.delete(next.address.model);
      known.set(next.address.model, next);
      for (const key of [...known.keys()].slice(0, -MOST_KNOWN)) known.delete(key);
      // Of a step that was made before this page was loaded, the server alone knows what was seen.
      if (before && before.turn !== next.turn && !acts.knows(next.address.model)) return next.view;
      const found = awaited?.model === next.address.model ? awaited.view : null;
      if (found) awaited = null;
      return found;
    },

    dispose() {
      deafen?.();
      off.abort();
    },
  };
}
