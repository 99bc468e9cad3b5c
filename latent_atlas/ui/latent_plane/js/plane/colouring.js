/**
 * By which column of labels the points have their colours, where their images have several: diagnosis, sex, hospital.
 * The first comes with the points; the labels of another are fetched when it is chosen, and kept.
 *
 * @typedef {import("./model.js").Model} Model
 * @typedef {{labels: import("../decode/safetensors.js").Labels, classNames: string[]}} Column
 */
import { find } from "../../../components/elements.js";
import { fetchSafetensors } from "../decode/safetensors.js";
import { colouredBy } from "./model.js";

/**
 * @param {HTMLElement} root
 * @param {() => void} onChoose called when the user has chosen another column
 * @param {(url: string, off: AbortSignal) => Promise<Column>} [load]
 */
export function createColouring(root, onChoose, load = fetchColumn) {
  const box = find(root, ".colour-by", HTMLElement);
  const select = find(box, "select", HTMLSelectElement);
  /** What is asked for by name, by a link or a hand; null for the first column, whatever it is called. @type {string|null} */
  let wish = null;
  /** What is shown: a column's name, null for the first; undefined while no points are there. @type {string|null|undefined} */
  let shown;
  /** Of the columns, without their number; null where there is but one. @type {string|null} */
  let address = null;
  /** @type {Map<number, Promise<Column>>} */
  let kept = new Map();
  let off = new AbortController();
  let listed = "";

  select.onchange = () => {
    wish = select.selectedIndex > 0 ? select.value : null;
    onChoose();
  };
  // Letters are keys of the plane elsewhere.
  select.onkeydown = (event) => event.stopPropagation();

  /** @param {string[]} columns */
  function list(columns) {
    const content = JSON.stringify([columns, address === null]);
    if (content === listed) return;
    listed = content;
    box.hidden = columns.length < 2 || address === null;
    select.replaceChildren(...columns.map((name) => new Option(name, name)));
  }

  /** @param {number} column */
  function labelsOf(column) {
    const known = kept.get(column);
    if (known) return known;
    const asked = kept;
    const found = load(`${address}/labels-${column}.safetensors`, off.signal);
    kept.set(column, found);
    found.catch(() => asked.delete(column)); // it is asked for again the next time
    return found;
  }

  return {
    /** @param {string|null} next */
    restore(next) {
      wish = next;
    },

    /** @param {string|null} next address of what is known of the images */
    setSource(next) {
      if (next === address) return;
      off.abort();
      [address, kept, off] = [next, new Map(), new AbortController()];
    },

    /** Whether the images have the column that was asked for. @param {Model} model */
    knows: ({ columns }) => wish === null || columns.includes(wish),

    /**
     * The model with the colours that were asked for; those of its first column where its images have no such.
     *
     * @param {Model} model as it was loaded
     * @returns {Promise<Model>} throws where labels do not come
     */
    async of(model) {
      for (;;) {
        const asked = wish;
        const column = asked === null ? 0 : model.columns.indexOf(asked);
        if (!model.encodings || column < 1 || address === null) return model;
        try {
          const its = await labelsOf(column);
          if (wish === asked) return colouredBy(model, column, its);
        } catch (error) {
          if (wish === asked) throw error;
        }
        // Another one was chosen meanwhile.
      }
    },

    /** Hears which column is shown. @param {Model} model */
    show({ columns, column, encodings }) {
      if (!encodings) return;
      list(columns);
      shown = column > 0 ? columns[column] : null;
      select.selectedIndex = Math.min(column, columns.length - 1);
    },

    /** What was asked for did not come: what is shown stays. */
    giveUp() {
      wish = shown ?? null;
    },

    /** What a link restores. @returns {{colour: string|null}} */
    get link() {
      return { colour: shown === undefined ? wish : shown };
    },

    dispose: () => off.abort(),
  };
}

/** @param {string} url @param {AbortSignal} off @returns {Promise<Column>} */
async function fetchColumn(url, off) {
  const { tensors, metadata } = await fetchSafetensors(url, off);
  const labels = /** @type {import("../decode/safetensors.js").Labels|undefined} */ (tensors.get("labels")?.data);
  if (!labels) throw new Error("These labels are empty: reload the page.");
  return { labels, classNames: metadata.class_names ?? [] };
}
