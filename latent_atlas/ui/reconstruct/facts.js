/**
 * What is known of an image beside its bound: log p(x), the gap, and how alike its copies are. It takes the server a
 * while, so it is asked for when somebody looks at the image, model by model, and kept.
 *
 * @typedef {{names: [name: string, meaning: string][], addresses: string[]}} FactsData
 * `addresses` are one a model: with the id of an image at their end they answer with a text for each of `names`
 * @typedef {{values: string[], notes: string[]}} Facts
 */
import { make } from "../components/elements.js";

/** @type {Map<string, Promise<Facts>>} */
const known = new Map();
const MOST = 2000; // answers that are kept

/**
 * @param {string} address
 * @returns {Promise<Facts>} rejected with the server's sentence where there are none
 */
function factsAt(address) {
  const there = known.get(address);
  if (there) return there;
  const asked = ask(address);
  asked.catch(() => known.delete(address)); // the next look asks again
  known.set(address, asked);
  if (known.size > MOST) known.delete(known.keys().next().value ?? "");
  return asked;
}

/** @param {string} address @returns {Promise<Facts>} */
async function ask(address) {
  const response = await fetch(new URL(address, document.baseURI));
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

/**
 * Rows of a table, which fill themselves as the answers come in.
 *
 * @param {FactsData} data @param {number} image its id
 * @param {string[]} models their titles
 * @returns {{rows: HTMLElement[], note: HTMLElement}}
 */
export function factRows({ names, addresses }, image, models) {
  const cells = names.map(() => models.map(() => make("td", "pending", "…")));
  const rows = names.map(([name, meaning], at) => {
    const head = make("th", "", make("span", "", name), make("small", "", meaning));
    head.scope = "row";
    return make("tr", at === 0 ? "fact first" : "fact", head, ...cells[at]);
  });
  const note = make("p", "note");
  note.setAttribute("role", "status");
  /** @type {string[]} */
  const told = [];
  addresses.forEach(async (address, model) => {
    try {
      const { values, notes } = await factsAt(`${address}/${image}`);
      fill(cells, model, values);
      for (const each of notes) {
        const line = models.length > 1 ? `${models[model]}: ${each}` : each;
        if (!told.includes(line)) told.push(line);
      }
    } catch (problem) {
      fill(cells, model, names.map(() => "–"));
      told.push(`${models[model]}: ${problem instanceof Error ? problem.message : problem}`);
    }
    note.textContent = told.join(" ");
  });
  return { rows, note };
}

/** @param {HTMLElement[][]} cells @param {number} model @param {string[]} values */
function fill(cells, model, values) {
  values.forEach((value, at) => {
    const cell = cells[at]?.[model];
    if (!cell) return;
    cell.textContent = value;
    cell.classList.remove("pending");
  });
}
