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
/** Longer than a busy server takes to answer to a step, and than it takes to another one if it has not taken both in one. */
const [UNANSWERED_MS, TOGETHER_MS] = [20_000, 3_000];

/**
 * @param {{view: () => Partial<View>, show: (view: Partial<View>) => Promise<void>, tell: () => void,
 *          tellNow: () => void, tellLater: () => void, receive: (data: PlaneData) => void}} plane
 * `show` a view of the model that is there; `tell` the server of the view, `tellNow` of what it is about to be told,
 * `tellLater` of what it could not be told before; `receive` what the server said of another model
 */
export function createSteps({ view, show, tell, tellNow, tellLater, receive }) {
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
  /** Where the history leads while the model of that step is on its way. @type {import("./acts.js").Standing|null} */
  let awaited = null;
  /** How many steps the server has not answered to, and a timer; and whether it is to be told of something since. */
  let [unanswered, patience, withheld] = [0, 0, false];

  window.addEventListener("popstate", awaitAnswer, { capture: true, signal: off.signal });

  const seat = () => data?.twin ?? "first";
  const address = () => data?.address ?? null;
  /** Only one of two planes answers to the keys. */
  const leads = () => seat() === "first";

  /** @param {KeyboardEvent} event */
  function press(event) {
    const asked = leads() && address() ? actOfKey(event) : null;
    if (!asked) return;
    tellNow(); // an act that was finished just now is the first to be undone
    if (acts[asked]()) event.preventDefault();
  }

  /**
   * Streamlit makes one of two messages that find the server busy, and takes from the later one whether somebody has gone
   * back: a word of the plane after a step would have the server take that for an address which is behind, and undo it.
   *
   * @param {PopStateEvent} event a link within the page brings one too, without a state, and the server does not hear of it
   */
  function awaitAnswer({ state }) {
    if (state && address()) wait(unanswered + 1, UNANSWERED_MS);
  }

  /** @param {number} count @param {number} ms */
  function wait(count, ms) {
    clearTimeout(patience);
    unanswered = count;
    if (count > 0) {
      patience = window.setTimeout(wait, ms, 0, 0);
      return;
    }
    if (withheld) tellLater();
    withheld = false;
  }

  /** @type {import("./acts.js").Listener} */
  function go({ views }, asked) {
    const place = address();
    const next = views[seat()];
    awaited = null;
    if (!place || !next) return;
    acted = false;
    if (next.model === place.model) {
      void show(next.view).then(() => asked && tell());
      return;
    }
    if (!leads()) return; // another model in the second place is another plane
    awaited = next;
    const there = known.get(next.model);
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

    /** Whether the server is not to be told anything yet: it will be asked to be, once it can. */
    withhold() {
      withheld ||= unanswered > 0;
      return unanswered > 0;
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
      const answered = before !== null && before.turn !== next.turn;
      const found = awaited?.model === next.address.model ? awaited.view : null;
      // Where the server answers with another model, that of the step is not here any more.
      if (found || answered) awaited = null;
      if (answered) wait(unanswered > 1 ? 1 : 0, TOGETHER_MS);
      return answered && !acts.knows(seat(), next.address.model) ? next.view : found;
    },

    dispose() {
      deafen?.();
      clearTimeout(patience);
      off.abort();
    },
  };
}
