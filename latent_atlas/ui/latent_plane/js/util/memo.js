/** A memory of one answer. */

/**
 * Remembers the answer to the last question: the ground is drawn again and again for the same points.
 *
 * @template {any[]} A @template R
 * @param {(...args: A) => R} ask
 * @returns {(...args: A) => R}
 */
export function keepLast(ask) {
  /** @type {{args: A, answer: R}|null} */
  let last = null;
  return (...args) => {
    if (!last || args.some((value, k) => value !== last?.args[k])) last = { args, answer: ask(...args) };
    return last.answer;
  };
}
