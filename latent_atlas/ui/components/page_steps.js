/**
 * A change of page is one step of the browser's history.
 *
 * Streamlit writes the query and the path of the page that it goes to one after the other. A busy browser may come to
 * the query first, which then stands under the page that is left: an entry that nobody chose, and Back would lead to it.
 * The path takes the place of such an entry, as long as nobody has touched anything in between.
 */
const push = history.pushState.bind(history);
/** The query that has just been written, by nobody's hand since; null otherwise. @type {string|null} */
let justWritten = null;

history.pushState = (state, unused, url) => {
  const { pathname, search, href } = location;
  const next = new URL(String(url ?? ""), href);
  const sameQuery = next.search === search;
  if (next.pathname !== pathname && sameQuery && justWritten === search) history.replaceState(state, unused, url);
  else push(state, unused, url);
  justWritten = next.pathname === pathname ? next.search : null;
};
for (const touch of ["pointerdown", "keydown", "popstate"]) {
  addEventListener(touch, () => (justWritten = null), { capture: true, passive: true });
}
