/** What the colours and lines of the plane stand for. */
import { make } from "../../components/elements.js";
import { OF_BEST, OF_P, OF_Q, tone } from "./plane.js";
import { DEEPEST } from "./window.js";

export function createKey() {
  const ramp = make("span", "ramp");
  const stops = Array.from({ length: 9 }, (_, n) => `rgb(${tone(DEEPEST * (1 - n / 8)).join(" ")})`);
  ramp.style.background = `linear-gradient(to right, ${stops.join(", ")})`;
  const family = make("span", "");
  const best = line(OF_BEST, "dashed", "the best of that family: 1 and 2 s.d.");
  const element = make(
    "div",
    "key",
    make("span", "entry", `p(z|x), nats below its mode: −${DEEPEST}`, ramp, "0"),
    line(OF_P, "solid", "holds 50 and 90 % of p(z|x)"),
    make("span", "entry", sample(OF_Q, "solid"), family),
    best,
    make("span", "entry quiet", "circles: the prior, 1, 2 and 3 s.d."),
  );
  return {
    element,
    /** @param {string} name of the family of q @param {boolean} measured whether its best is drawn */
    show(name, measured) {
      family.textContent = `q(z|x), ${name}: 1 and 2 s.d.`;
      best.hidden = !measured;
    },
  };
}

/** @param {string} colour @param {string} style @param {string} words */
function line(colour, style, words) {
  return make("span", "entry", sample(colour, style), words);
}

/** @param {string} colour @param {string} style */
function sample(colour, style) {
  const made = make("span", "sample");
  made.style.borderTop = `2px ${style} ${colour}`;
  return made;
}
