/**
 * The ledger of one image: its pictures, its account in nats, its rate by dimension. All numbers come as text, and
 * all pictures as addresses (`rows.py`).
 *
 * @typedef {[name: string, text: string, nats: number]} Dimension
 * @typedef {{title: string, rebuilt: string, pictures: string[], cost: string, best: boolean,
 *            brief: [total: string, distortion: string, rate: string],
 *            total: string, distortion: string, rate: string, floor: string|null, shown: string,
 *            bars: [distortion: number, rate: number, floor: number],
 *            dimensions: Dimension[], others: Dimension|null}} Account
 * what one model makes of an image. `pictures` stand on its card; `brief` is in tenths of a nat, for the card; `shown` is what the cost picture
 * adds up to; `bars` are in nats; `others` is what further dimensions cost together
 * @typedef {{id: number, label: string, original: string, models: Account[]}} Card
 * @typedef {{width: number, height: number, scale: number, models: string[], picture: string, draws: string, cards: Card[],
 *            facts: import("./facts.js").FactsData|null,
 *            names: [distortion: string, rate: string], floorName: string, costRamp: string, costEnds: [left: string, right: string]}} LedgerData
 * `width`, `height` in pixels of the image, each shown `scale` times as large at least; `picture` says what is shown;
 * `draws` of z is what the numbers are means over;
 * `costEnds` stand beside the ramp
 */
import { make } from "../components/elements.js";
import { factRows } from "./facts.js";

/** @param {LedgerData} data @param {Card} card @param {string} name of the image, such as “test image 3” */
export function ledgerOf(data, card, name) {
  return {
    title: make("h2", "", name[0].toUpperCase() + name.slice(1)),
    figures: card.models.map((account) => figuresOf(data, card, account, name)),
    scale: costScale(data),
    account: accountOf(data, card),
    dimensions: card.models.map((account) => dimensionsOf(data, card, account)),
    note: make("p", "note", noteOf(data, card)),
  };
}

/**
 * The ledger's pictures take its width, three in a row, and with several models a third of the window's height: at a
 * whole multiple of their pixels.
 *
 * @param {ParentNode} panel @param {LedgerData} data @param {number} side the panel's width in CSS pixels
 */
export function enlarge(panel, data, side) {
  const wide = Math.floor((side - 34 - 8) / 3 / data.width);
  const high = Math.floor((0.3 * window.innerHeight) / data.models.length / data.height);
  const scale = Math.max(1, Math.min(wide, Math.max(high, data.scale)));
  for (const image of panel.querySelectorAll("img")) {
    if (!image.classList.contains("pixels")) continue;
    image.width = data.width * scale;
    image.height = data.height * scale;
  }
}

/** @param {LedgerData} data @param {string} source @param {string} alt */
export function picture(data, source, alt) {
  const image = make("img", "pixels");
  image.src = source;
  image.alt = alt;
  image.width = data.width * data.scale;
  image.height = data.height * data.scale;
  image.draggable = false;
  return image;
}

/** @param {LedgerData} data @param {Card} card @param {Account} account @param {string} name */
function figuresOf(data, card, account, name) {
  const figure = (/** @type {string} */ source, /** @type {string} */ alt, /** @type {string} */ caption) =>
    make("figure", "", picture(data, source, alt), make("figcaption", "", caption));
  return make(
    "div",
    "figures",
    data.models.length > 1 ? make("div", "whose", account.title) : null,
    figure(card.original, `original, ${name}`, "original"),
    figure(account.rebuilt, `reconstruction by ${account.title}, ${data.picture}`, "rebuilt"),
    figure(account.cost, `cost of each pixel under ${account.title}`, "cost per pixel"),
  );
}

/** @param {LedgerData} data */
function costScale(data) {
  const ramp = make("img", "ramp");
  ramp.src = data.costRamp;
  const [left, right] = data.costEnds;
  ramp.alt = `Cost scale from ${left} to ${right}`;
  return make("div", "scale", `${left} `, ramp, ` ${right}`);
}

/** @param {LedgerData} data @param {Card} card */
function accountOf(data, card) {
  const { models } = card;
  const [distortion, rate] = data.names;
  const table = make("table", "account");
  if (models.length > 1) {
    table.append(make("tr", "", make("td", ""), ...models.map(({ title }) => make("th", "model", title))));
  }
  const line = (
    /** @type {string} */ className,
    /** @type {string} */ name,
    /** @type {string} */ meaning,
    /** @type {(string|null)[]} */ values,
  ) => {
    const head = make("th", "", make("span", "", name), make("small", "", meaning));
    head.scope = "row";
    table.append(make("tr", className, head, ...values.map((value) => make("td", "", value))));
  };
  line("distortion", distortion, "to get the pixels right, given z", models.map((each) => each.distortion));
  if (models[0].floor !== null) {
    line("floor", data.floorName, "even a perfect copy pays this", models.map((each) => each.floor));
  }
  line("rate", `+ ${rate}`, "to say which z", models.map((each) => each.rate));
  line("total", "= cost, −ELBO", "nats for this image", models.map((each) => each.total));
  const facts = data.facts && factRows(data.facts, card.id, models.map(({ title }) => title));
  if (facts) table.append(...facts.rows);
  // Lengths show parts of a whole, which a cost below zero is none of.
  const whole = models.every((each) => each.bars[0] >= 0);
  const longest = Math.max(...models.map((each) => each.bars[0] + each.bars[1]));
  const stacks = whole ? models.map((each) => stackOf(data, each, longest)) : [];
  return make("div", "", table, facts ? facts.note : null, ...stacks);
}

/** @param {LedgerData} data @param {Account} account @param {number} longest nats of the longest of these bars */
function stackOf({ names }, account, longest) {
  const [distortion, rate, floor] = account.bars;
  const bar = make("div", "stack");
  /** @type {[string, number][]} */
  const parts = [
    ["floor", Math.max(0, Math.min(floor, distortion))],
    ["distortion", Math.max(0, distortion - floor)],
    ["rate", Math.max(0, rate)],
  ];
  for (const [name, nats] of parts) {
    const part = make("span", name);
    part.style.width = `${(100 * nats) / longest}%`;
    bar.append(part);
  }
  bar.setAttribute("role", "img");
  bar.setAttribute("aria-label", `${account.title}: ${names[0]} ${account.distortion}, ${names[1]} ${account.rate} nats`);
  return bar;
}

/** @param {LedgerData} data @param {Card} card @param {Account} account */
function dimensionsOf({ names }, { models }, account) {
  const rows = [...account.dimensions, ...(account.others ? [account.others] : [])];
  const longest = Math.max(...models.flatMap((each) => each.dimensions.map(([, , nats]) => nats)), 0.01);
  const title = models.length > 1 ? `By dimension, of ${account.title}: ${names[1]}` : `By dimension: ${names[1]}`;
  const list = make("div", "dimensions");
  for (const [name, text, nats] of rows) {
    const bar = make("span", "bar");
    bar.style.width = `${(100 * Math.max(0, nats)) / longest}%`;
    list.append(make("span", "axis", name), make("span", "track", bar), make("span", "value", text));
  }
  return make("div", "", make("h3", "", title), list);
}

/** @param {LedgerData} data @param {Card} card */
function noteOf(data, { models }) {
  const sums = models.map(({ title, shown }) => (models.length > 1 ? `${title} ${shown}` : shown));
  return (
    `The cost picture adds up to ${sums.join(", ")} nats, the ${data.names[0]}: both are means over the same ` +
    `${data.draws} from q(z|x). ± is what other draws would change, in 95 of 100 cases.`
  );
}
