/** What a selection is made of, counted and in words. */
import { counted } from "../../plane/words.js";

/** As many as a label of two bytes can tell. */
const MOST_CLASSES = 1 << 16;

/** Classes of a selection that are named one by one. */
const MOST_NAMED = 3;

/**
 * How many of each class, the most frequent first.
 *
 * @param {Uint32Array} indices @param {import("../../decode/safetensors.js").Labels|null} labels
 * @returns {{label: number, count: number}[]} empty without labels
 */
export function countByClass(indices, labels) {
  if (!labels) return [];
  const counts = new Uint32Array(MOST_CLASSES);
  for (let n = 0; n < indices.length; n++) counts[labels[indices[n]]]++;
  return Array.from(counts, (count, label) => ({ label, count }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
}

/**
 * What is in a selection: `312 points`, then for each of the most frequent classes `61 %`, then the others.
 *
 * @param {{label: number, count: number}[]} counts the most frequent class first; empty without classes
 * @param {number} total
 * @returns {{label: number|null, text: string}[]} `label` is null for words that are of no class
 */
export function breakdown(counts, total) {
  const share = (/** @type {number} */ count) => {
    const percent = Math.round((100 * count) / total);
    return percent ? `${percent} %` : "< 1 %";
  };
  const named = counts.slice(0, counts.length > MOST_NAMED + 1 ? MOST_NAMED : undefined);
  const rest = counts.slice(named.length).reduce((sum, { count }) => sum + count, 0);
  return [
    { label: null, text: counted(total, "point") },
    ...named.map(({ label, count }) => ({ label, text: share(count) })),
    ...(rest ? [{ label: null, text: `others ${share(rest)}` }] : []),
  ];
}
