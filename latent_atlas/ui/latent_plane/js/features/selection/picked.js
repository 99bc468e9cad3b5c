/**
 * Images that were selected elsewhere in the app, in a whole split of Reconstruct say: they stand out among the points.
 * What was selected stands in the address as it was written there; which points those are the server knows.
 */
import { finder, make } from "../../../../components/elements.js";
import { fetchSafetensors } from "../../decode/safetensors.js";
import { counted, grouped } from "../../plane/words.js";
import { derived, signal } from "../../util/signals.js";
import { breakdown, countByClass } from "./counts.js";
import { wordsOf } from "./lassos.js";

/** @typedef {{indices: Uint32Array, note: string, total: number}} Found */

const NOWHERE = "There are no dots here that selected images could be among.";

/** @type {import("../../plane/feature.js").FeatureModule} */
export const feature = { order: 38, create: createPicked }; // before the twin, which lends it

/** @param {import("../../plane/feature.js").Plane} plane @returns {import("../../plane/feature.js").Feature} */
function createPicked({ root, state, effect, selection, actions }) {
  const find = finder(root);
  const [box, told, note] = [".picked", ".picked-told", ".picked-note"].map(find.html);
  const clear = find.button(".picked button");
  /** As the address has it. */
  const text = signal(/** @type {string|null} */ (null));
  const found = signal(/** @type {Found|Error|null} */ (null));
  const waiting = signal("");
  let off = new AbortController();

  clear.onclick = () => {
    text.value = null;
    find.html(".field").focus(); // this one goes away
    actions.tell();
  };

  /** Where the server tells which points they are; empty where it cannot. */
  const address = derived(() => {
    const [data, of] = [state.data.value, text.value];
    if (!data || of === null) return null;
    return data.labels ? `${data.labels}/picked?of=${encodeURIComponent(of)}` : "";
  });

  effect(() => {
    const url = address.value;
    off.abort();
    off = new AbortController();
    found.value = url === "" ? new Error(NOWHERE) : null;
    waiting.value = "";
    if (url) void ask(url, off.signal);
  });

  /** @param {string} url @param {AbortSignal} signal */
  async function ask(url, signal) {
    try {
      const { tensors, metadata } = await fetchSafetensors(url, signal, (words) => (waiting.value = words));
      const marks = /** @type {Uint8Array} */ (tensors.get("points")?.data);
      const indices = Uint32Array.from(marks.keys()).filter((n) => marks[n] === 1);
      found.value = { indices, note: metadata.note ?? "", total: metadata.total ?? indices.length };
    } catch (error) {
      if (!signal.aborted) found.value = /** @type {Error} */ (error);
    }
  }

  effect(() => selection.pick(found.value && !(found.value instanceof Error) ? found.value.indices : null));

  effect(() => {
    const [model, now] = [state.model.value, found.value];
    box.hidden = text.value === null;
    root.dataset.picked = now && !(now instanceof Error) ? String(now.indices.length) : "";
    if (!model || !now || now instanceof Error) {
      const problem = now instanceof Error ? now.message : "";
      told.replaceChildren(problem || waiting.value || "Looking for the selected images…");
      note.textContent = "";
      return;
    }
    const { indices, total } = now;
    const labels = model.encodings?.labels ?? null;
    const here = indices.filter((n) => n < (model.points ?? 0));
    const [, ...classes] = breakdown(countByClass(here, labels), Math.max(1, here.length));
    const lost = total - indices.length;
    told.replaceChildren(
      make("b", "", `${counted(total, "image")} selected`),
      ...classes.map((part) => wordsOf(part, model, state.colours.value)),
    );
    note.textContent = `${now.note}${lost > 0 ? ` Of these, ${grouped(lost)} are among no dots.` : ""}`;
  });

  return {
    restore(view) {
      text.value = view.picked ?? null;
    },
    get link() {
      return { picked: text.value };
    },
    dispose: () => off.abort(),
  };
}
