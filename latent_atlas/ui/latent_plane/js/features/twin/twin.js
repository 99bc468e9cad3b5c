/**
 * Two planes of one page and one pointer: where one is looked at or pinned, the other is too, and images that are
 * selected in one stand out in the other. Both planes use the one instance of this module that a page has, and so
 * does what stands between them (difference.js).
 *
 * @typedef {"first"|"second"} Seat
 * @typedef {{plane: import("../../plane/feature.js").Plane, points: string|null, live: HTMLElement, words: HTMLElement,
 *            z: number[]|null, preview: boolean, image: Float32Array|null, own: Lent, lent: Lent}} Member
 * `points` tells which images the plane shows; `z`, `image`: what it shows now; `own`: what was selected in it, `lent`:
 * in the other plane
 * @typedef {{a: Uint32Array|null, b: Uint32Array|null, picked: Uint32Array|null}} Lent indices of points, by selection; `picked`: elsewhere
 */
import { counted } from "../../plane/words.js";
import { finder } from "../../../../components/elements.js";
import { signal, untracked } from "../../util/signals.js";

/** Streamlit hears of a follower's pin a little later than of its leader's. */
const REST_MS = 250;
/** @type {Lent} */
const NOTHING = { a: null, b: null, picked: null };
/** @type {Record<Seat, Member|null>} */
const seats = { first: null, second: null };
/** @type {Set<() => void>} */
const watchers = new Set();
/** While one plane leads, what the other shows is an answer. */
let leading = false;

/** Hears each time that a plane shows something else. @param {() => void} watcher @returns {() => void} ends it */
export function watch(watcher) {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** The planes that are there. */
export function planes() {
  return { ...seats };
}

const tell = () => watchers.forEach((watcher) => watcher());

/**
 * Why the pointer of one plane says nothing in the other, in a sentence; null where it does.
 *
 * @param {import("../../plane/model.js").Model} one @param {import("../../plane/model.js").Model} other
 * @returns {string|null}
 */
export function apart({ axes, place }, { axes: others, place: elsewhere }) {
  const so = "so each pointer moves its own picture.";
  if (axes.length !== others.length) {
    return `One shows ${axes.length > 1 ? "a plane" : "a line"} and the other ${others.length > 1 ? "a plane" : "a line"}, ${so}`;
  }
  return place.kind === elsewhere.kind ? null : `The two planes have different kinds of axes, ${so}`;
}

/** @param {Member} member */
const otherOf = (member) => (seats.first === member ? seats.second : seats.first);

/** @param {Member} one @param {Member} other */
function linked(one, other) {
  const [model, others] = [one, other].map(({ plane }) => plane.state.model.peek());
  return model !== null && others !== null && apart(model, others) === null;
}

/** @param {Member} leader @param {Member} follower */
function lead(leader, follower) {
  const { z, preview, plane } = leader;
  if (leading || !z || !linked(leader, follower)) return;
  const same = (/** @type {number[]} */ pin) => z.every((value, k) => value === pin[k]);
  leading = true;
  leader.live.setAttribute("aria-live", "polite");
  follower.live.setAttribute("aria-live", "off"); // one voice is enough
  try {
    // What is neither under the pointer nor pinned is on its way, such as a step of a walk.
    const { state, actions } = follower.plane;
    if (preview || !same(plane.state.pin.peek())) actions.preview([...z]);
    else if (same(state.pin.peek())) actions.preview(null);
    else actions.pinAt([...z], REST_MS);
  } finally {
    leading = false;
  }
  // Beside its pin the other plane may show what A − B adds there: then this one shows that, too.
  const shifted = !preview && follower.z?.some((value, k) => value !== z[k]);
  if (shifted && follower.z && !follower.preview) lead(follower, leader);
}

/** Has each plane show what is selected in the other, where both show the same images. */
function lend() {
  for (const member of [seats.first, seats.second]) {
    if (!member) continue;
    const other = otherOf(member);
    const next = other?.points && other.points === member.points ? other.own : NOTHING;
    if (next.a === member.lent.a && next.b === member.lent.b && next.picked === member.lent.picked) continue;
    member.lent = { ...next };
    const counts = /** @type {const} */ (["a", "b"]).flatMap((slot) => {
      const count = next[slot]?.length;
      return count === undefined ? [] : [`${slot.toUpperCase()}, ${counted(count, "image")}`];
    });
    if (next.picked) counts.push(`in the whole split, ${counted(next.picked.length, "image")}`);
    member.words.textContent = counts.length ? `Selected in the other plane: ${counts.join("; ")}.` : "";
    member.words.hidden = counts.length === 0;
    member.plane.selection.borrow(member.lent);
  }
}

/** @type {import("../../plane/feature.js").FeatureModule} */
export const feature = { order: 40, create: createTwin };

/** @param {import("../../plane/feature.js").Plane} plane @returns {import("../../plane/feature.js").Feature} */
function createTwin(plane) {
  const { root, effect, shown, selection } = plane;
  const { html } = finder(root);
  const card = html(".card");
  const name = card.getAttribute("aria-label");
  /** @type {Member} */
  const member = {
    plane, points: null, live: html(".live"), words: html(".twin-words"),
    z: null, preview: false, image: null, own: NOTHING, lent: NOTHING,
  };
  const seat = signal(/** @type {Seat|null} */ (null));

  /** @param {Seat|null} next */
  function sit(next) {
    const before = seat.peek();
    if (next === before) return;
    if (before && seats[before] === member) {
      seats[before] = null;
      member.live.setAttribute("aria-live", "polite");
      otherOf(member)?.live.setAttribute("aria-live", "polite");
    }
    Object.assign(member, { z: null, image: null });
    seat.value = next;
    if (next) {
      seats[next] = member;
      root.dataset.twin = next;
    } else delete root.dataset.twin;
    card.setAttribute("aria-label", [name, next].filter((part) => part).join(", "));
    lend();
    if (!next && member.lent !== NOTHING) {
      member.lent = NOTHING;
      member.words.hidden = true;
      selection.borrow(NOTHING);
    }
    tell();
  }

  effect(() => {
    const { a, b } = selection.selections;
    const [now, sits] = [shown(), seat.value];
    if (now && sits) untracked(() => follow(now, sits, { a: a?.indices ?? null, b: b?.indices ?? null, picked: selection.picked }));
  }, "urgent");

  /** @param {import("../../plane/feature.js").Shown} now @param {Seat} sits @param {Lent} own */
  function follow({ z, preview, image }, sits, own) {
    const moved = !member.z || preview !== member.preview || z.some((value, k) => value !== member.z?.[k]);
    const newcomer = member.z === null;
    Object.assign(member, { z: [...z], preview, image });
    if (own.a !== member.own.a || own.b !== member.own.b || own.picked !== member.own.picked) {
      member.own = own;
      lend();
    }
    const other = otherOf(member);
    if (moved && other) {
      if (newcomer && sits === "second" && other.z) lead(other, member);
      else lead(member, other);
    }
    if (!leading) tell(); // the leader will
  }

  return {
    update(data) {
      // What the points are does not depend on the model, but on the dataset.
      member.points = data.encodings?.replace(/^.*\/models\/[^/]+\//, "").split("/")[0] ?? null;
      sit(data.twin ?? null);
    },

    dispose() {
      sit(null);
    },
  };
}
