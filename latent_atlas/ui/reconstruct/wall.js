/**
 * Lays out reconstructions as cards and opens the ledger of the selected one. The cards are built anew only when
 * their content is new, and the browser keeps the selection.
 *
 * @typedef {import("./ledger.js").Card} Card
 * @typedef {import("./ledger.js").LedgerData & {split: string, captions: string[], pictureScale: [ramp: string, left: string, right: string]|null,
 *           selected: number|null}} WallData
 * `captions` name the pictures of each model; `pictureScale` is that of those in false colours; `selected` is the id of
 * the card that the wall opens on
 */
import { find, make } from "../components/elements.js";
import { grouped } from "../latent_plane/js/plane/words.js";
import { enlarge, ledgerOf, picture } from "./ledger.js";
import { lensOf } from "./lens.js";

const GAP = 24; // between the cards and the ledger
const BETWEEN = 8; // between two cards
const LEAST = 304; // the ledger's smallest width, beside one or two cards in a row
const ROOMY = 400; // and beside more
const MANY = 3; // with more models a card is as wide as there is room, and its pictures go on in a further row

/**
 * @param {import("../components/bootstrap.js").Parent} parent
 * @returns {import("../components/bootstrap.js").View<WallData>}
 */
export function createWall(parent) {
  const root = find(parent, ".wall", HTMLElement);
  const side = make("aside", "side");
  const panel = make("section", "panel");
  panel.setAttribute("aria-label", "Ledger of the selected image");
  let cards = make("div", "cards");
  let fingerprint = "";
  /** @type {WallData|null} */
  let data = null;
  /** @type {number|null} */
  let selected = null;
  let opened = false;
  /** @type {(id: number) => void} */
  let send = () => {};
  /** @type {(id: number) => void} asks for what is like an image */
  let ask = () => {};
  const observer = new ResizeObserver(place);
  observer.observe(root);

  /** @param {WallData} shown */
  function build(shown) {
    root.style.setProperty("--tile", `${shown.width * shown.scale}px`);
    root.style.setProperty("--models", String(shown.models.length));
    root.style.setProperty("--pictures", String(shown.captions.length));
    root.classList.toggle("several", shown.models.length > 1);
    root.classList.toggle("many", shown.models.length > MANY);
    cards = make("div", "cards", ...shown.cards.map((card) => cardOf(shown, card, () => select(card.id))));
    cards.setAttribute("role", "group");
    cards.setAttribute("aria-label", "Images. Arrow keys move, Enter opens the ledger.");
    cards.onkeydown = (event) => moveFocus(buttons(), event);
    const focus = focused();
    panel.remove();
    side.replaceChildren();
    root.replaceChildren(make("div", "main", legendOf(shown), headOf(shown), cards), side);
    mark(shown);
    place();
    if (focus !== null) focusAnew(focus);
  }

  /** What has the focus: a button's words, or empty for a card; null where it is elsewhere on the page. */
  function focused() {
    const within = root.getRootNode();
    const active = within instanceof ShadowRoot ? within.activeElement : document.activeElement;
    if (!active || !root.contains(active)) return null;
    return active.classList.contains("hand") ? active.textContent : "";
  }

  /** Keys go on from where they were when other cards have come. @param {string} words */
  function focusAnew(words) {
    const hands = [...root.querySelectorAll(".hand")].filter((each) => each instanceof HTMLButtonElement);
    const hand = words && hands.find((each) => each.textContent === words);
    (hand || buttons().find((each) => each.tabIndex === 0))?.focus({ preventScroll: true });
  }

  const buttons = () => [...cards.querySelectorAll(".card")].filter((each) => each instanceof HTMLButtonElement);

  /** @param {number} id */
  function select(id) {
    if (!data) return;
    const narrow = root.classList.contains("narrow");
    // On a phone the ledger opens under its card, and a second tap closes it.
    opened = !(narrow && opened && selected === id);
    const changed = selected !== id;
    selected = id;
    mark(data);
    place();
    if (changed) send(id);
  }

  /** @param {WallData} shown */
  function mark(shown) {
    for (const button of buttons()) {
      const chosen = Number(button.dataset.id) === selected;
      button.setAttribute("aria-pressed", String(chosen));
      button.tabIndex = chosen ? 0 : -1;
    }
    panel.replaceChildren();
    const card = shown.cards.find((one) => one.id === selected);
    if (!card) return;
    const name = named(shown, card);
    const { title, figures, scale, account, dimensions, note } = ledgerOf(shown, card, name);
    const hands = make(
      "div",
      "hands",
      button("Swipe, flicker, magnify", () => magnify(shown, card, name)),
      button("More like it", () => ask(card.id)),
    );
    panel.append(title, hands, ...figures, scale, account, ...dimensions, note);
  }

  /** @param {WallData} shown @param {Card} card @param {string} name */
  function magnify(shown, card, name) {
    const copies = card.models.map(({ title, rebuilt }) => ({ name: title, source: rebuilt }));
    // Of several models these are held against each other first.
    const original = { name: "original", source: card.original };
    const pictures = copies.length > 1 ? [...copies, original] : [original, ...copies];
    const dialog = lensOf(pictures, shown, name[0].toUpperCase() + name.slice(1));
    root.append(dialog);
    dialog.showModal();
  }

  /** Beside the cards where there is room, under the selected card where there is not. */
  function place() {
    if (!data) return;
    const all = root.clientWidth;
    const tile = data.width * data.scale;
    const each = data.captions.length * (tile + 4) - 4;
    const least = tile + 8 + each + 16; // a card whose models go on in further rows
    const card = data.models.length > MANY ? Math.max(least, all - GAP - ROOMY) : tile + data.models.length * (each + 8) + 16;
    const fit = (/** @type {number} */ ledger) => Math.floor((all - GAP - ledger + BETWEEN) / (card + BETWEEN));
    const across = Math.max(fit(ROOMY), Math.min(2, fit(LEAST)));
    const narrow = across < 1;
    root.classList.toggle("narrow", narrow);
    const width = narrow ? all : Math.min(560, all - GAP - across * (card + BETWEEN) + BETWEEN);
    root.style.setProperty("--side", `${width}px`);
    enlarge(panel, data, width);
    if (!narrow) {
      if (panel.parentElement !== side) side.replaceChildren(panel);
      return;
    }
    const button = cards.querySelector('[aria-pressed="true"]');
    if (opened && button) button.after(panel);
    else panel.remove();
  }

  return {
    update(component) {
      send = (id) => component.setStateValue("selected", id);
      ask = (id) => component.setStateValue("near", id);
      const { selected: asked, ...content } = component.data;
      const next = JSON.stringify(content);
      if (next === fingerprint) return;
      fingerprint = next;
      data = component.data;
      const ids = data.cards.map((card) => card.id);
      const there = (/** @type {number|null} */ id) => id !== null && ids.includes(id);
      const wanted = there(selected) ? selected : asked;
      opened = there(wanted) && (opened || selected === null);
      selected = there(wanted) ? wanted : ids[0];
      build(data);
    },
    dispose() {
      observer.disconnect();
    },
  };
}

/** @param {WallData} data @param {Card} card */
function named(data, card) {
  const image = `${data.split} image ${grouped(card.id)}`;
  return card.label ? `${image}, class ${card.label}` : image;
}

/** One heading a card column: the grid shows as many as fit, further ones fall into rows of no height. @param {WallData} data */
function headOf(data) {
  const head = make("div", "cards head");
  head.setAttribute("aria-hidden", "true");
  for (let copy = 0; copy < 8; copy += 1) {
    const row = make("div", "row", make("span", "cell one", "original"));
    for (const title of data.models) {
      const parts = data.captions.map((caption) => make("span", "", caption));
      row.append(make("span", "cell two", ...(data.models.length > 1 ? [make("span", "name", title)] : parts)));
    }
    head.append(row);
  }
  return head;
}

/** @param {WallData} data @param {Card} card @param {() => void} select */
function cardOf(data, card, select) {
  const spoken = card.models.map((model) => `${model.title}: ${model.brief[0]} nats`).join(", ");
  const name = named(data, card);
  const original = make(
    "span",
    "cell one",
    picture(data, card.original, `original, ${name}`),
    make("span", "under label", card.label || grouped(card.id)),
  );
  const rebuilt = card.models.map((model) => {
    const [total, distortion, rate] = model.brief;
    return make(
      "span",
      "cell two",
      make("span", "caption", model.title),
      ...model.pictures.map((source, at) => picture(data, source, `${data.captions[at]}, ${model.title}`)),
      make(
        "span",
        "under sum",
        make("span", model.best ? "total best" : "total", total),
        make("span", "parts", `= ${distortion} + ${rate}`),
      ),
    );
  });
  const button = make("button", "card", make("span", "row", original, ...rebuilt));
  button.type = "button";
  button.dataset.id = String(card.id);
  button.setAttribute("aria-label", `${name}; ${spoken}`);
  button.onclick = select;
  return button;
}

/** @param {WallData} data */
function legendOf(data) {
  const legend = make("div", "legend");
  if (data.pictureScale) {
    const [source, left, right] = data.pictureScale;
    const ramp = make("img", "ramp");
    ramp.src = source;
    ramp.alt = `Scale from ${left} to ${right}`;
    legend.append(make("span", "ends", `${left} `, ramp, ` ${right}`));
  }
  legend.append(make("span", "", `nats: cost, −ELBO = ${data.names.join(" + ")}`));
  return legend;
}

/** @param {string} text @param {() => void} act */
function button(text, act) {
  const made = make("button", "hand", text);
  made.type = "button";
  made.onclick = act;
  return made;
}

/** Arrow keys, Home and End go from card to card. @param {HTMLElement[]} cards @param {KeyboardEvent} event */
function moveFocus(cards, event) {
  const here = cards.findIndex((card) => event.target instanceof Node && card.contains(event.target));
  if (here < 0) return;
  const top = cards[0].offsetTop;
  const across = Math.max(1, cards.filter((card) => card.offsetTop === top).length);
  /** @type {Record<string, number>} */
  const targets = {
    ArrowRight: here + 1, ArrowLeft: here - 1, ArrowDown: here + across, ArrowUp: here - across,
    Home: 0, End: cards.length - 1,
  };
  const next = targets[event.key] ?? here;
  if (next === here || !cards[next]) return;
  event.preventDefault();
  for (const card of cards) card.tabIndex = -1;
  cards[next].tabIndex = 0;
  cards[next].focus();
}
