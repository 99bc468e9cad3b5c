/** What is said of the posterior of an image: a sentence, and rows of numbers. */
import { number } from "../../latent_plane/js/plane/words.js";

/** Of p(z|x) within 20 s.d. of q: with less, its mode is missed. */
export const MISSED = 0.05;
/** Of p(z|x) within 2 s.d. of q: with more, it is covered. */
const COVERED = 0.5;

/** @param {number} share "0.1 %"; what is not nothing is not called so */
export function percent(share) {
  if (share > 0 && share < 0.001) return "< 0.1 %";
  return `${number(100 * share, 1)} %`;
}

/** @param {string} name of the image @param {import("./found.js").Found} found */
export function sentence(name, { logP, elbo, shares }) {
  const [, near, far] = shares;
  const gap = `the bound is ${number(logP - elbo, 1)} nats below log p(x)`;
  if (far < MISSED) return `${name}: the encoder misses the mode. ${percent(far)} of p(z|x) lies within 20 s.d. of q(z|x), and ${gap}.`;
  if (near < COVERED) return `${name}: q(z|x) stands beside most of p(z|x). ${percent(near)} of it lies within 2 s.d., and ${gap}.`;
  return `${name}: q(z|x) covers p(z|x). ${percent(near)} of it lies within 2 s.d., and ${gap}.`;
}

/**
 * @param {import("./found.js").Found|null} found null while it is worked out
 * @param {number|null} best L[q*], where it is measured
 * @returns {[string, string, string][]} what, how much, and a remark
 */
export function rows(found, best) {
  const nats = (/** @type {number|undefined} */ value, places = 2) => (value === undefined ? "…" : number(value, places));
  const share = (/** @type {number|undefined} */ value) => (value === undefined ? "…" : percent(value));
  const gap = found ? found.logP - found.elbo : undefined;
  return [
    ["log p(x)", nats(found?.logP), found && !found.settled ? "nats, by a grid that did not settle" : "nats, by a grid of z"],
    ...(best === null ? [] : [/** @type {[string, string, string]} */ (["L[q*]", nats(best), "the best of its family (dashed)"])]),
    ["ELBO", nats(found?.elbo), "what the encoder's q(z|x) gives"],
    ["gap", nats(gap), "= KL(q(z|x) ‖ p(z|x))"],
    ["within 2 s.d.", share(found?.shares[1]), "of p(z|x); 86 % if q(z|x) were it"],
    ["within 20 s.d.", share(found?.shares[2]), "of p(z|x)"],
    ["at the mean", nats(found ? -found.lower : undefined, 1), "nats of p(z|x) against its mode"],
  ];
}
