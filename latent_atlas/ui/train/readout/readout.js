/**
 * Where a run stands, in numbers that keep their places: fetched again and again while somebody looks at the page. The
 * server says with them what the page around them should be; when that is another one, it is asked to draw it.
 *
 * @typedef {{page: string, said: string, begun: boolean, epoch: string, left: string, done: number, gauges: string[]}} Told
 * `page` is what the page should be, `said` the sentences below, and `done` a share of the run
 * @typedef {{address: string|null, drawn: string, told: Told}} Data no address: nothing moves; `drawn`: what the page is
 */
import { finder } from "../../components/elements.js";

const LOOK_MS = 900;
/** Between looks while something is about to happen: until the first point, and after a button was pressed. */
const SOON_MS = 300;
const EXPECTING_MS = 2_500;
/** The page may not follow at once, as under an open dialog: it is asked again. */
const ASK_AGAIN_MS = 2_500;

/**
 * @param {import("../../components/bootstrap.js").Parent} parent
 * @returns {import("../../components/bootstrap.js").View<Data>}
 */
export function createReadout(parent) {
  const { html } = finder(parent);
  const [epoch, left, done] = [".epoch", ".left", ".done"].map(html);
  const gauges = [...parent.querySelectorAll(".gauge")];
  /** @type {Data|null} */
  let data = null;
  let timer = 0;
  let gone = false;
  let expecting = 0; // until when something is about to happen
  let askedAt = -Infinity;
  /** @type {(turn: number) => void} another one each time */
  let ask = () => {};

  /** @param {Told} told */
  function show(told) {
    write(epoch, told.epoch);
    write(left, told.left);
    gauges.forEach((gauge, n) => write(gauge, told.gauges[n] ?? ""));
    done.style.width = `${100 * told.done}%`;
  }

  async function look() {
    clearTimeout(timer);
    const told = document.hidden ? null : await fetchTold();
    if (gone || !data?.address) return;
    clearTimeout(timer); // of another look that was begun meanwhile
    const now = performance.now();
    if (told && told !== "gone") show(told);
    const other = told && (told === "gone" || told.page !== data.drawn || told.said !== data.told.said);
    if (other && now - askedAt > ASK_AGAIN_MS) {
      askedAt = now;
      ask(Math.round(now));
    }
    const soon = now < expecting || !(told && told !== "gone" ? told : data.told).begun;
    timer = window.setTimeout(look, soon ? SOON_MS : LOOK_MS);
  }

  /** @returns {Promise<Told|"gone"|null>} null where the server does not answer now; the next look may find it */
  async function fetchTold() {
    const address = data?.address;
    if (!address) return null;
    try {
      const response = await fetch(new URL(address, document.baseURI));
      if (response.status === 205) return "gone";
      return response.status === 200 ? await response.json() : null;
    } catch {
      return null;
    }
  }

  const seenAgain = () => void (document.hidden || look());
  document.addEventListener("visibilitychange", seenAgain);

  return {
    update(component) {
      data = component.data;
      ask = (turn) => component.setStateValue("page", turn);
      show(data.told);
      [askedAt, expecting] = [-Infinity, performance.now() + EXPECTING_MS];
      clearTimeout(timer);
      if (data.address) timer = window.setTimeout(look, SOON_MS);
    },
    dispose() {
      gone = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", seenAgain);
    },
  };
}

/** The same words again would be laid out again. @param {Element} element @param {string} words */
function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}
