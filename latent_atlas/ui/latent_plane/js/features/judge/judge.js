/**
 * What a judge says beside the plane: which it is, and of a path between pins what class the pictures along it are
 * taken for, how surely, and where that changes. All of it is there while one of the judge's layers is chosen.
 *
 * @typedef {import("./ribbon.js").Verdicts} Verdicts
 */
import { finder, make } from "../../../../components/elements.js";
import { judging } from "../../layers/backgrounds.js";
import { SURFACE } from "../../plane/frame.js";
import { across, down } from "../../plane/camera_math.js";
import { derived, signal } from "../../util/signals.js";
import { swatch } from "../selection/legend.js";
import { pointAt } from "../walk/ways.js";
import { createRibbon } from "./ribbon.js";
import { judgeColours, ofPoints } from "./source.js";

/** Parts of a path between two spots that are judged: frames of 9 and of 10 lie on them. */
const STEPS = 72;
const MOST_KEPT = 32;
const INK = "#E8EAED";

/** @type {import("../../plane/feature.js").FeatureModule} */
export const feature = { order: 85, create: createJudging };

/** @param {import("../../plane/feature.js").Plane} plane @returns {import("../../plane/feature.js").Feature} */
function createJudging({ root, state, effect, trust, actions }) {
  const { html, button } = finder(root);
  const [words, classes, box] = [".judge-words", ".judge-classes", ".walk-judged"].map(html);
  const ask = button(".walk-judge");
  const ribbon = createRibbon((share) => actions.preview(share === null || !state.path.value ? null : pointAt(state.path.value, share)));
  const trouble = make("p", "");
  box.append(ribbon.element, trouble);
  /** What is known of paths, by where it was asked. @type {Map<string, Verdicts|Error|null>} null: on its way */
  const known = new Map();
  const turn = signal(0);
  let off = new AbortController();

  ask.onclick = () => actions.switchView({ background: "judged" });

  /** The judge that looks on, with the colours of its classes; null where none does, or before it is there. */
  const looking = derived(() => {
    const [model, data] = [state.model.value, state.data.value];
    if (!model || !data || !judging(state.background.value) || state.epoch.value !== null) return null;
    const judge = trust.judge();
    if (!judge || judge instanceof Error) return null;
    return { judge, colours: judgeColours(judge, model, state.colours.value, data.colours) };
  });

  /** What it makes of the path. @returns {Verdicts|Error|null} */
  const verdicts = derived(() => {
    void turn.value;
    const [on, path] = [looking.value, state.path.value];
    if (!on || !path) return null;
    const spots = Array.from({ length: STEPS + 1 }, (_, n) => pointAt(path, n / STEPS));
    const points = spots.flat().map((value) => String(Number(value.toFixed(3)) || 0)).join(",");
    const url = `${trust.judgedPath(on.judge)}&points=${points}`;
    if (!known.has(url)) {
      known.set(url, null);
      void look(url);
    }
    return known.get(url) ?? null;
  });

  /** @param {string} url */
  async function look(url) {
    for (const first of known.keys()) {
      if (known.size <= MOST_KEPT) break;
      known.delete(first);
    }
    try {
      const answer = await fetch(url, { signal: off.signal });
      if (!answer.ok) throw new Error(await answer.text());
      known.set(url, await answer.json());
    } catch (error) {
      if (off.signal.aborted) return;
      known.set(url, /** @type {Error} */ (error));
    }
    turn.value = turn.peek() + 1;
  }

  effect(() => {
    const [on, model] = [looking.value, state.model.value];
    words.hidden = !on;
    classes.hidden = !on || !model || ofPoints(on.judge, model);
    if (!on) return;
    const { told, warning, names } = on.judge;
    const said = `Judge: ${told}. ${warning}`.trim();
    if (words.textContent !== said) words.textContent = said;
    if (!classes.hidden) classes.replaceChildren(...names.map((name, k) => make("li", "", swatch(on.colours[k]), name)));
  });

  effect(() => {
    const [on, path, found] = [looking.value, state.path.value, verdicts.value];
    const sound = found && !(found instanceof Error);
    box.hidden = !on || !path;
    ask.hidden = !path || judging(state.background.value) || trust.judgeless;
    ribbon.element.hidden = !sound;
    trouble.textContent = found instanceof Error ? found.message : sound ? "" : "The judge looks along the path…";
    root.dataset.judged = sound ? String(found.crossings.length) : "";
    if (sound && on) ribbon.draw(found, on.judge.names, on.colours);
  });

  return {
    draw(context, { height, ratio }, projection, strip) {
      const [on, path, found] = [looking.value, state.path.value, verdicts.value];
      if (!on || !path || !found || found instanceof Error) return;
      for (const { at, before, after } of found.crossings) {
        const z = pointAt(path, at);
        const [x, y] = [across(projection, z[0]), strip ? height / 2 : down(projection, z[1])];
        halves(context, ratio, x, y, [on.colours[before], on.colours[after]]);
      }
    },

    dispose() {
      off.abort();
      off = new AbortController();
    },
  };
}

/**
 * Where one class gives way to another: a dot of both colours.
 *
 * @param {CanvasRenderingContext2D} context @param {number} ratio @param {number} x @param {number} y
 * @param {string[]} colours before and after
 */
function halves(context, ratio, x, y, colours) {
  context.save();
  for (const [radius, colour] of /** @type {[number, string][]} */ ([[7.5, SURFACE], [6.5, INK]])) {
    context.beginPath();
    context.arc(x, y, radius * ratio, 0, 2 * Math.PI);
    context.fillStyle = colour;
    context.fill();
  }
  colours.forEach((colour, half) => {
    context.beginPath();
    context.arc(x, y, 5 * ratio, (0.5 + half) * Math.PI, (1.5 + half) * Math.PI);
    context.fillStyle = colour;
    context.fill();
  });
  context.restore();
}
