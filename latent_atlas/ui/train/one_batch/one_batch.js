/**
 * One batch of a paused run, seen from inside: asks for it, fetches what it has left, and plays it.
 *
 * @typedef {import("./stations.js").BatchView} BatchView
 * @typedef {{id: number, slowly: boolean}} Asked
 * `slowly` says how to play what is about to come
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
/** What was asked for and has not come, by address: the page may put a new one here before it does. @type {Map<string, Asked>} */
const asked = new Map();
const ASK_AGAIN = 3_000; // milliseconds without an answer: what is sent while the page is drawn anew can be lost
const PATIENCE = 60_000; // milliseconds after which a batch that was asked for and never came is forgotten
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
  let timer = 0;
  let reminder = 0;
  let fetches = 0; // of several only the latest says anything, none once the element has gone
  const isFolded = () => told?.address !== open;
  const pending = () => {
    const batch = asked.get(told?.address ?? "");
    return batch && Date.now() - batch.id < PATIENCE ? batch : undefined;
  };
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

  /** @param {boolean} slowly */
  function take(slowly) {
    if (!told) return;
    player.pause();
    const id = Date.now();
    asked.set(told.address, { id, slowly });
    ask(id);
    show();
  }

  /**
   * Until it is answered; the server hears each question once.
   *
   * @param {number} id @param {number} [wait] each time twice as long, so that a slow page is drawn in between
   */
  function ask(id, wait = ASK_AGAIN) {
    clearTimeout(reminder);
    if (told?.answered?.asked === id) return;
    if (pending()?.id !== id) return show(); // patience has ended
    send("asked", id);
    reminder = window.setTimeout(() => ask(id, 2 * wait), wait);
  }

  function show() {
    drawn?.mark(player.at(), player.playing());
    const last = view ? view.stations.length - 1 : 0;
    turn(one, !pending());
    turn(slow, !pending());
    slow.textContent = player.playing() ? "Pause" : "Slow";
    turn(back, player.at() > 0);
    turn(next, player.at() < last);
    const folded = isFolded();
    place.hidden = folded;
    back.hidden = next.hidden = !view || folded;
    fold.hidden = !view;
    fold.textContent = folded ? "Show" : "Hide";
    fold.setAttribute("aria-expanded", String(!folded));
    words.textContent = pending() ? "Taking one batch…" : view ? view.title : INVITATION;
  }

  /** @param {number} after a step @param {() => void} [arrived] */
  async function fetchView(after, arrived) {
    clearTimeout(timer);
    if (!told) return;
    const mine = ++fetches;
    const response = await fetch(new URL(`${told.address}?after=${after}`, document.baseURI)).catch(() => null);
    if (mine !== fetches) return;
    if (response === null || response.status === 204) {
      timer = window.setTimeout(() => void fetchView(after, arrived), ASK_EVERY);
      return;
    }
    if (response.status !== 200) {
      asked.delete(told.address);
      show();
      if (arrived) words.textContent = "No batch was taken.";
      return;
    }
    const batch = /** @type {BatchView} */ (await response.json());
    if (mine !== fetches) return;
    view = batch;
    asked.delete(told.address);
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
      const batch = pending();
      if (batch && told.answered?.asked === batch.id) {
        void fetchView(told.answered.after, () => {
          if (view) {
            unfold(true);
            player.play(spoken(view), batch.slowly ? "slow" : "quick");
            send("taken", batch.id);
          }
        });
      } else if (first && batch) {
        ask(batch.id); // the one that asked has gone
        show();
      } else if (first && told.traced) void fetchView(told.step - 1);
    },
    dispose() {
      fetches += 1;
      clearTimeout(timer);
      clearTimeout(reminder);
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
