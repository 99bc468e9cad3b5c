/**
 * One batch of a paused run, seen from inside: asks for it, fetches what it has left, and plays it.
 *
 * @typedef {import("./stations.js").BatchView} BatchView
 * @typedef {{address: string, step: number, traced: boolean, answered: {asked: number, after: number}|null}} Told
 * `step` is the run's; `traced` says whether the batch of that step can be fetched; `answered` is the last `asked` that
 * the server has heard, and the step after which its batch comes
 */
import { find, make } from "../../components/elements.js";
import { createPlayer } from "./player.js";
import { drawBatch } from "./stations.js";

const ASK_EVERY = 250; // milliseconds
/** Where the batch is from that somebody looks at, also when the page puts it elsewhere; one of before stays folded. */
let open = "";
const INVITATION = "Take one batch, and see its true numbers go from the pictures to the step.";

/**
 * @param {import("../../components/bootstrap.js").Parent} parent
 * @returns {import("../../components/bootstrap.js").View<Told>}
 */
export function createOneBatch(parent) {
  const root = find(parent, ".one-batch", HTMLElement);
  const words = make("span", "words", INVITATION);
  words.setAttribute("role", "status");
  const place = make("div", "place");
  /** @type {Told|null} */
  let told = null;
  /** @type {BatchView|null} */
  let view = null;
  /** @type {ReturnType<typeof drawBatch>|null} */
  let drawn = null;
  let image = 0;
  let pending = 0; // what was asked for and has not come
  let slowly = false; // how to play what is about to come
  let timer = 0;
  let gone = false;
  const isFolded = () => told?.address !== open;
  /** @type {(name: string, value: number) => void} */
  let send = () => {};

  const player = createPlayer(show);
  const one = button("One batch", () => take(false));
  const slow = button("Slow", slowOrPause);
  const back = button("‹ Back", () => player.go(player.at() - 1));
  const next = button("Next ›", () => player.go(player.at() + 1));
  const fold = button("", () => {
    player.pause();
    unfold(isFolded());
    show();
  });
  root.replaceChildren(make("div", "bar", one, slow, back, next, fold, words), place);
  show();

  function slowOrPause() {
    unfold(true);
    if (player.playing()) player.pause();
    else if (view) player.play(spoken(view), "slow");
    else take(true);
  }

  /** @param {boolean} whether */
  function unfold(whether) {
    open = whether ? (told?.address ?? "") : "";
  }

  /** @param {boolean} inSlowMotion */
  function take(inSlowMotion) {
    player.pause();
    slowly = inSlowMotion;
    pending = Date.now();
    send("asked", pending);
    show();
  }

  function show() {
    drawn?.mark(player.at(), player.playing());
    const last = view ? view.stations.length - 1 : 0;
    turn(one, pending === 0);
    turn(slow, pending === 0);
    slow.textContent = player.playing() ? "Pause" : "Slow";
    turn(back, player.at() > 0);
    turn(next, player.at() < last);
    const folded = isFolded();
    place.hidden = folded;
    back.hidden = next.hidden = !view || folded;
    fold.hidden = !view;
    fold.textContent = folded ? "Show" : "Hide";
    fold.setAttribute("aria-expanded", String(!folded));
    words.textContent = pending ? "Taking one batch…" : view ? view.title : INVITATION;
  }

  /** @param {number} after a step @param {() => void} [arrived] */
  async function fetchView(after, arrived) {
    clearTimeout(timer);
    if (!told || gone) return;
    const response = await fetch(new URL(`${told.address}?after=${after}`, document.baseURI)).catch(() => null);
    if (gone) return;
    if (response === null || response.status === 204) {
      timer = window.setTimeout(() => void fetchView(after, arrived), ASK_EVERY);
      return;
    }
    if (response.status !== 200) {
      pending = 0;
      show();
      if (arrived) words.textContent = "No batch was taken.";
      return;
    }
    view = /** @type {BatchView} */ (await response.json());
    pending = 0;
    image = Math.min(image, view.images.length - 1);
    build(view);
    player.pause();
    player.rest(view.stations.length - 1);
    if (arrived) arrived();
    show();
  }

  /** @param {BatchView} batch */
  function build(batch) {
    drawn?.dispose();
    drawn = drawBatch(batch, image, {
      station: (index) => player.go(index),
      image: (index) => {
        image = index;
        build(batch);
        show();
        drawn?.focusImage(index);
      },
    });
    place.replaceChildren(drawn.element);
  }

  return {
    update(component) {
      const first = told === null;
      told = component.data;
      send = (name, value) => component.setStateValue(name, value);
      if (first && told.traced) void fetchView(told.step - 1);
      if (!pending || told.answered?.asked !== pending) return;
      const batch = pending;
      void fetchView(told.answered.after, () => {
        if (view) {
          unfold(true);
          player.play(spoken(view), slowly ? "slow" : "quick");
          send("taken", batch);
        }
      });
    },
    dispose() {
      gone = true;
      clearTimeout(timer);
      player.pause();
      drawn?.dispose();
    },
  };
}

/** @param {BatchView} view @returns {string[]} */
function spoken(view) {
  return view.stations.map((station) => station.sentence);
}

/** @param {string} text @param {() => void} act */
function button(text, act) {
  const made = make("button", "", text);
  made.type = "button";
  made.onclick = () => {
    if (made.getAttribute("aria-disabled") !== "true") act();
  };
  return made;
}

/** One that is off keeps the focus, and does nothing. @param {HTMLButtonElement} which @param {boolean} on */
function turn(which, on) {
  which.setAttribute("aria-disabled", String(!on));
}
