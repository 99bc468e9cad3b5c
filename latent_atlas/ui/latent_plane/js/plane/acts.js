/**
 * What somebody has done on the planes of a page, as steps of the browser's history: Back undoes the last act, Forward
 * does it again, and so do the keys of undo. Each entry of the history carries the views that are seen there, so that
 * going back waits for nobody.
 *
 * The server writes the address too, later: it says again what it was told. Where two acts follow one another faster
 * than it answers, its word on the first would be an entry after the second. Such echoes are left out.
 *
 * @typedef {import("./state.js").View} View
 * @typedef {{model: string, view: Partial<View>}} Standing of a plane: what it shows, and of which model
 * @typedef {{id: number, model: string|null, views: Record<string, Standing>}} Entry `model`: that of the address, which
 * the first plane shows; `views` by the seat of a plane
 * @typedef {(entry: Entry, asked: boolean) => void} Listener `asked`: the server does not hear of it by itself
 */

/** A browser keeps about 50 entries. */
const MOST_ACTS = 100;
/** Longer than the server takes to say again what it was told. */
const ECHO_MS = 10_000;
const KEY = "latentPlane";

/**
 * @param {Pick<Window, "history"|"location"|"addEventListener"|"removeEventListener">} page
 * @param {() => number} [now] milliseconds
 */
export function createActs(page, now = () => performance.now()) {
  /** All that can be undone or done again, with where the present one is among it. @type {{search: string, entry: Entry}[]} */
  let acts = [];
  let at = -1;
  /** How many entries at the start of the browser's history have had to stand for several acts. */
  let lost = 0;
  let serial = 0;
  /** @type {Map<string, number>} what has been written here, in order, and when */
  const told = new Map();
  /** @type {Map<string, Listener>} */
  const listeners = new Map();
  /** @type {Map<string, () => Standing|null>} */
  const places = new Map();
  const { history } = page;
  const push = history.pushState.bind(history);
  const replace = history.replaceState.bind(history);

  // The server's word comes by way of the same function.
  history.pushState = (state, unused, url) => {
    if (listeners.size > 0 && isEcho(url)) return;
    const before = page.location.search;
    push(state, unused, url);
    // With another model the server has heard all that was told, and another choice may lead back to it.
    if (["first", "second"].some((seat) => named(page.location.search, seat) !== named(before, seat))) told.clear();
    for (const [seat, where] of places) stand(seat, where());
  };
  history.replaceState = (state, unused, url) => {
    if (listeners.size === 0 || !isEcho(url)) replace(state, unused, url);
  };

  /** @param {string|URL|null|undefined} url */
  function isEcho(url) {
    const { pathname, search } = new URL(String(url ?? ""), page.location.href);
    if (pathname !== page.location.pathname || search === page.location.search) return false;
    return now() - (told.get(inOrder(search)) ?? -Infinity) < ECHO_MS;
  }

  /** @returns {Entry|null} of the entry that the browser is at */
  const here = () => history.state?.[KEY] ?? null;

  /** @param {"push"|"replace"} how @param {Entry} entry @param {string} search */
  function write(how, entry, search) {
    const url = search ? `?${search}` : page.location.pathname;
    (how === "push" ? push : replace)({ ...(how === "replace" ? history.state : {}), [KEY]: entry }, "", url);
    told.set(inOrder(search), now());
    for (const [each, when] of told) if (now() - when > ECHO_MS) told.delete(each);
  }

  /** No two entries have the same one, nor after the page was loaded again. */
  const newId = () => Date.now() + ++serial / 1000;
  const searchNow = () => page.location.search.replace("?", "");

  /** Notes down an entry as the latest one. @param {Entry} entry @param {string} search */
  function keep(entry, search) {
    acts = [...acts.slice(0, at + 1), { search, entry }].slice(-MOST_ACTS - 1);
    at = acts.length - 1;
    lost = 0;
  }

  /** The model that the address names for a plane. @param {string} search @param {string} [seat] */
  const named = (search, seat = "first") => new URLSearchParams(search).get(seat === "first" ? "model" : "twin");

  /** @param {string} seat @param {Standing|null} standing */
  function stand(seat, standing) {
    // Another model is in the address as long as the server has not written this one, or before the page shows that one.
    if (!standing || named(page.location.search, seat) !== standing.model) return;
    const model = named(page.location.search);
    const before = here();
    const last = acts[at]?.entry;
    const known = before !== null && before.model === model;
    const others = known ? before.views : last?.model === model ? last.views : {};
    const entry = { id: known ? before.id : newId(), model, views: { ...others, [seat]: standing } };
    if (last?.id === entry.id) acts[at] = { search: searchNow(), entry };
    else keep(entry, searchNow());
    replace({ ...history.state, [KEY]: entry }, "", page.location.href);
  }

  /** @param {PopStateEvent} event */
  function go(event) {
    const entry = /** @type {Entry|null} */ (event.state?.[KEY] ?? null);
    if (!entry) return; // of a time before this: the server says what is seen there
    const found = acts.findIndex((each) => each.entry.id === entry.id);
    if (found >= 0) at = found;
    for (const listener of listeners.values()) listener(entry, false);
  }

  /** @param {number} next @param {-1|1} step */
  function move(next, step) {
    const beneath = history.length - 1 - (acts.length - 1 - at);
    at = next;
    if (step < 0 ? beneath > 0 && lost === 0 : lost === 0) {
      history.go(step);
      return;
    }
    // The browser has no more entries below, so its first one becomes what was before it.
    lost -= step;
    const { search, entry } = acts[next];
    write("replace", entry, search);
    for (const listener of listeners.values()) listener(entry, true);
  }

  return {
    /**
     * What is seen at the entry that the browser is at. One that the server has made, by a choice outside the plane, is
     * an act like others.
     *
     * @param {string} seat @param {string} model @param {Partial<View>} view
     */
    stand: (seat, model, view) => stand(seat, { model, view }),

    /** Whether what is seen at this entry is known here. @param {string} seat @param {string} model */
    knows: (seat, model) => here()?.views[seat]?.model === model,

    /**
     * An act has been finished.
     *
     * @param {string} seat @param {string} model @param {Partial<View>} view
     * @param {(search: string) => string} address the query that names this view
     * @param {boolean} acted whether somebody has done something; else this only says better what is seen anyway
     */
    act(seat, model, view, address, acted) {
      // A second plane that goes says a last word of itself, which no page would take out of the address any more.
      if (seat === "second" && named(searchNow(), seat) !== model) return;
      const search = address(searchNow());
      if (search === searchNow()) return;
      const before = here();
      const views = { ...(before ?? acts[at]?.entry)?.views, [seat]: { model, view } };
      const entry = { id: acted ? newId() : (before?.id ?? newId()), model: named(search), views };
      write(acted ? "push" : "replace", entry, search);
      if (acted || acts[at]?.entry.id !== entry.id) keep(entry, search);
      else acts[at] = { search, entry };
    },

    /** @returns {boolean} whether there was an act to undo */
    undo() {
      if (at < 1) return false;
      move(at - 1, -1);
      return true;
    },

    /** @returns {boolean} whether there was an act to do again */
    redo() {
      if (at + 1 >= acts.length) return false;
      move(at + 1, 1);
      return true;
    },

    /**
     * @param {string} seat @param {Listener} listener
     * @param {() => Standing|null} where what the plane of this seat shows; null while it is on its way
     * @returns {() => void} ends it
     */
    listen(seat, listener, where) {
      // Before Streamlit, which asks the server: the view is there when its answer comes.
      if (listeners.size === 0) page.addEventListener("popstate", go, true);
      listeners.set(seat, listener);
      places.set(seat, where);
      return () => {
        if (listeners.get(seat) === listener) for (const each of [listeners, places]) each.delete(seat);
        if (listeners.size === 0) page.removeEventListener("popstate", go, true);
      };
    },
  };
}

/**
 * A query with its names sorted. A server that hears of two acts at once adds what is new in an order of its own.
 *
 * @param {string} search
 */
function inOrder(search) {
  const params = new URLSearchParams(search);
  params.sort();
  return params.toString();
}

/** @type {ReturnType<typeof createActs>|null} */
let ofPage = null;

/** Those of this page, which all planes on it share. */
export function actsOfPage() {
  return (ofPage ??= createActs(window));
}

/**
 * Which of undo and redo a key means, and nothing where somebody writes.
 *
 * @param {KeyboardEvent} event
 * @returns {"undo"|"redo"|null}
 */
export function actOfKey(event) {
  const { key, ctrlKey, metaKey, altKey, shiftKey, defaultPrevented } = event;
  if (defaultPrevented || altKey || !(ctrlKey || metaKey)) return null;
  const [target] = event.composedPath();
  if (target instanceof HTMLElement && writes(target)) return null;
  if (key.toLowerCase() === "z") return shiftKey ? "redo" : "undo";
  return key.toLowerCase() === "y" && ctrlKey ? "redo" : null;
}

/** Whether somebody has written something there, which the same keys take back. @param {HTMLElement} target */
function writes(target) {
  if (target instanceof HTMLTextAreaElement || target.isContentEditable) return true;
  // A picker that is closed keeps the focus after a choice.
  return target instanceof HTMLInputElement && !target.matches("[type=range], [type=checkbox], [aria-expanded=false]");
}
