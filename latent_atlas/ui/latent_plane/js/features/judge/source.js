/**
 * Which judge looks at the plane: the one that was brought, else the program's own of the labels that the points are
 * coloured by, which the server trains when it is first asked for.
 *
 * @typedef {{digest: string, names: string[], told: string, warning: string}} Judge
 * `names` of its classes; `told`: which it is and how well it does, `warning`: why not to believe it, if so
 * @typedef {{at: string|null, why: string, own: Judge|null}} JudgeData
 * `at`: where the server is asked, null without images; `why` this model has none; `own`: that was brought
 */
import { fetchPatiently } from "../../decode/safetensors.js";
import { signal } from "../../util/signals.js";

const UNLABELLED = "These images have no classes that a judge could learn: bring a classifier of your own.";

/** Whether its classes are those of the points. @param {Judge} judge @param {{classNames: string[]}} model */
export function ofPoints({ names }, { classNames }) {
  return names.length === classNames.length && names.every((name, k) => name === classNames[k]);
}

/**
 * @param {Judge} judge @param {{classNames: string[]}} model
 * @param {string[]} inks of the model's classes @param {string[]} palette its last is that of no class
 * @returns {string[]} one for each class of the judge
 */
export function judgeColours(judge, model, inks, palette) {
  return ofPoints(judge, model) ? inks.slice(0, -1) : judge.names.map((_, k) => palette[k % (palette.length - 1)]);
}

export function createJudge() {
  /** @type {JudgeData} */
  let data = { at: null, why: "", own: null };
  let [labels, labelled, now, asked] = ["", false, "", ""];
  let off = new AbortController();
  /** Counts what has changed of all this. */
  const turn = signal(0);
  const found = signal(/** @type {Judge|Error|null} */ (null));
  /** What the server says while it trains one. */
  const waiting = signal("");

  /** @param {string} url @param {AbortSignal} signal */
  async function ask(url, signal) {
    try {
      const response = await fetchPatiently(url, signal, (words) => (waiting.value = words));
      const judge = await response.json();
      if (!signal.aborted) found.value = judge;
    } catch (error) {
      if (!signal.aborted) found.value = /** @type {Error} */ (error);
    }
    if (!signal.aborted) waiting.value = "";
  }

  return {
    /** @param {JudgeData} next @param {number} column of labels @param {boolean} hasLabels */
    setSource(next, column, hasLabels) {
      const name = JSON.stringify([next, column, hasLabels]);
      if (name === now) return;
      [now, data, labels, labelled] = [name, next, column > 0 ? `labels=${column}` : "", hasLabels];
      off.abort();
      [off, asked] = [new AbortController(), ""];
      [found.value, waiting.value] = [next.own, ""];
      turn.value = turn.peek() + 1;
    },

    /** Asks for it, the first time. @returns {Judge|Error|null} null while it is on its way; an error in a sentence */
    get() {
      void turn.value; // read, so that whoever asks hears of another
      const judge = found.value;
      if (data.why) return new Error(data.why);
      if (judge || !data.at) return judge;
      if (!labelled) return new Error(UNLABELLED);
      if (!asked) {
        asked = `${data.at}/judge${labels && `?${labels}`}`;
        void ask(asked, off.signal);
      }
      return null;
    },

    get waiting() {
      return waiting.value;
    },

    /** Where a path is judged, but for its spots. @param {Judge} judge */
    pathAddress: (judge) => `${data.at}/judged-path${queryOf(judge)}`,

    /** Which judge a map is of, as part of its address. @param {Judge} judge */
    query: (judge) => queryOf(judge),

    dispose: () => off.abort(),
  };

  /** @param {Judge} judge */
  function queryOf({ digest }) {
    return `?judge=${digest}${labels && `&${labels}`}`;
  }
}
