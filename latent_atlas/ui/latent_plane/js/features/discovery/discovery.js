/**
 * One sentence above the plane that says what is seen, and in its place, one after the other, the steps of a guided
 * discovery. A step notices that it has been done; none is in the way of anything, and how far somebody has come is
 * remembered in the browser.
 *
 * @typedef {{say: string, until: string, classes: string[]}} Step
 * @typedef {{id: string, steps: Step[], thing: string, terms: Record<string, string>, start: string|null, problem: string|null}} Tour
 * `latent_atlas/ui/discovery`; `terms` are words of its steps, with what they mean; `start` is another word each time that an address asks for it
 * @typedef {import("../../plane/model.js").Model} Model
 * @typedef {{step: Step, say: string, course: import("./noticing.js").Course}} Shown a step as this plane has it
 */
import { finder } from "../../../../components/elements.js";
import { derived, signal, untracked } from "../../util/signals.js";
import { drawHole } from "./hole_mark.js";
import { explain } from "../../plane/terms.js";
import { createMemory } from "./memory.js";
import { KINDS } from "./noticing.js";
import { borderOf, borderingClasses, largestHole } from "./spots.js";
import { course, orientation, worded } from "./words.js";

/** So long a step that is done says so. */
const DONE_MS = 1_400;

/** @type {import("../../plane/feature.js").FeatureModule} */
export const feature = { order: 5, create: createDiscovery };

/** @param {import("../../plane/feature.js").Plane} plane @returns {import("../../plane/feature.js").Feature} */
function createDiscovery(plane) {
  const { root, state, effect, actions } = plane;
  const find = finder(root);
  const [box, words, count, problem] = [".discovery", ".discovery-words", ".discovery-count", ".discovery-problem"].map(find.html);
  const [begin, next, end] = [".discovery-begin", ".discovery-next", ".discovery-end"].map(find.button);
  const memory = createMemory();
  const tour = signal(/** @type {Tour|null} */ (null));
  /** Which of the shown steps it is at; null when the tour does not run. */
  const at = signal(/** @type {number|null} */ (null));
  const done = signal(false);
  let timer = 0;
  /** Where the present step looks at what is seen. @type {{key: string, notices: (seen: import("./noticing.js").Seen) => boolean}|null} */
  let watching = null;
  /** @type {string|null} */
  let landed = null;
  /** The place to go on from, of a visit before. @type {number|null} */
  let kept = null;

  /** What the points of a model have to offer; asked of the whole of them alone. */
  const offers = derived(() => {
    const [model, data] = [state.loaded.value, state.data.value];
    return model && data && at.value !== null ? course(model, largestHole, borderingClasses) : null;
  });

  /** The steps, null for one that this plane cannot have. @type {import("../../util/signals.js").Readable<(Shown|null)[]>} */
  const steps = derived(() => {
    const [all, model, offered] = [tour.value, state.loaded.value, offers.value];
    if (!all || !model || !offered) return [];
    return all.steps.map((step) => {
      const pair = step.until === "border" ? borderOf(step.classes, model.classNames, offered.pairs) : null;
      if ((step.until === "border" && !pair) || (step.until === "hole" && !offered.holes)) return null;
      const names = pair?.map((label) => model.classNames[label]);
      return { step, say: worded(step.say, all.thing, names), course: { extent: model.extent, pair, hole: offered.hole } };
    });
  });

  /** The step that it is at, or the next one that this plane can have. */
  const present = derived(() => steps.value.find((each, n) => at.value !== null && each && n >= at.value) ?? null);

  /** The hole that it sends to is shown in place of the pin, while that is where it was. @type {import("../../util/signals.js").Signal<{z: number[], pin: string}|null>} */
  const sight = signal(null);

  begin.onclick = () => go(0);
  end.onclick = () => {
    go(null);
    begin.focus();
  };
  next.onclick = () => {
    if (present.value?.step.until === "train") finish(true);
    else go(after());
  };

  /** The place after the present step. */
  const after = () => (present.value ? steps.value.indexOf(present.value) : (at.peek() ?? 0)) + 1;

  /** @param {number|null} step null, or beyond the last: it is over */
  function go(step) {
    clearTimeout(timer);
    done.value = false;
    watching = null;
    at.value = step;
    if (steps.peek().length > 0 && !present.peek()) at.value = null;
    const { id } = tour.peek() ?? {};
    if (id) memory.keep({ id, at: at.value });
  }

  /** @param {boolean} leave for the page where models are trained */
  function finish(leave) {
    go(null);
    if (leave) actions.visit("train");
  }

  /** The present step has been done. */
  function celebrate() {
    done.value = true;
    timer = window.setTimeout(() => go(after()), DONE_MS);
  }

  effect(() => {
    const [all, now, model] = [tour.value, present.value, state.loaded.value];
    box.hidden = !all;
    if (!all || !model) return;
    explain(words, now ? now.say : orientation(model, all.thing), all.terms);
    box.dataset.done = String(done.value);
    box.dataset.step = now ? now.step.until : "";
    const open = steps.value.filter((each) => each !== null);
    count.textContent = now ? `${open.indexOf(now) + 1} of ${open.length}` : "";
    for (const button of [next, end]) button.hidden = !now;
    begin.hidden = now !== null;
    next.textContent = now?.step.until === "train" ? "Open Train" : "Next";
    problem.textContent = all.problem ? `${all.problem} The usual tour stands in.` : "";
    problem.hidden = !all.problem;
  });

  effect(() => {
    const [now, shown, model] = [present.value, plane.shown(), state.model.value];
    if (!now || !shown || !model || done.value) return;
    // Points that come while a step is at work do not begin it anew, unless it is about them.
    const key = `${now.step.until} ${now.say} ${now.course.hole?.z ?? ""}`;
    if (watching?.key !== key) watching = { key, notices: (KINDS[now.step.until] ?? KINDS.next)(now.course) };
    const label = shown.near >= 0 ? (model.encodings?.labels?.[shown.near] ?? null) : null;
    const view = actions.view();
    const seen = { z: [...shown.z], preview: shown.preview, label, view, landed: state.data.value?.landed?.turn ?? landed };
    if (untracked(() => watching?.notices(seen))) untracked(celebrate);
  });

  effect(() => {
    const z = present.value?.step.until === "hole" ? (present.value.course.hole?.z ?? null) : null;
    if (String(z) === String(sight.peek()?.z ?? null)) return;
    sight.value = z && { z, pin: untracked(() => String(state.pin.value)) };
  });

  /** @param {number[]} pin */
  const shift = (pin) => (sight.value?.pin === String(pin) ? sight.value.z : null);

  return {
    shift,

    get status() {
      return shift(state.pin.value) && "In the circle";
    },

    update(data) {
      landed = data.landed?.turn ?? null;
      const before = tour.peek();
      const told = data.tour ?? null;
      if (JSON.stringify(told) === JSON.stringify(before)) return;
      tour.value = told;
      if (!told || before?.id === told.id) return;
      // Who has not been here before begins; so does whom an address sends.
      const memories = memory.recall(told.id);
      const asked = told.start !== null && told.start !== memory.answered();
      if (asked) memory.answer(/** @type {string} */ (told.start));
      kept = asked || !memories ? 0 : memories.at;
      at.value = kept;
    },

    draw(context, area, projection) {
      const now = present.value;
      if (now?.step.until === "hole" && now.course.hole) drawHole(context, area, projection, now.course.hole);
    },

    dispose: () => clearTimeout(timer),
  };
}
