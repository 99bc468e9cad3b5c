// Lays out reconstructions as cards and opens the ledger of the selected one.
//
// The default export is called again whenever the data or the theme changes: all state lives in one
// object per mount, and the cards are rebuilt only when their content is new. `ledgerOf` and
// `enlarge` are in ledger.js, `make` and `picture` in elements.js.

const mounts = new WeakMap()
const GAP = 24 // between the cards and the ledger
const BETWEEN = 8 // between two cards
const LEAST = 304 // the ledger's smallest width, beside one or two cards in a row
const ROOMY = 400 // and beside more

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".wall")
  let state = mounts.get(parentElement)
  if (!state) {
    state = { root, fingerprint: null, selected: null, opened: false }
    state.observer = new ResizeObserver(() => place(state))
    state.observer.observe(root)
    mounts.set(parentElement, state)
  }
  state.send = (id) => setStateValue("selected", id)

  const { selected, ...content } = data
  const fingerprint = JSON.stringify(content)
  if (fingerprint !== state.fingerprint) {
    state.fingerprint = fingerprint
    state.data = data
    const ids = data.cards.map((card) => card.id)
    const wanted = ids.includes(state.selected) ? state.selected : selected
    state.opened = ids.includes(wanted) && (state.opened || state.selected === null)
    state.selected = ids.includes(wanted) ? wanted : ids[0]
    build(state)
  }
  return () => {
    state.observer.disconnect()
    mounts.delete(parentElement)
  }
}

function named(data, card) {
  const image = `${data.split} image ${card.id}`
  return card.label ? `${image}, class ${card.label}` : image
}

// ---- the wall -----------------------------------------------------------------------------

function build(state) {
  const { data, root } = state
  root.style.setProperty("--tile", `${data.width * data.scale}px`)
  root.style.setProperty("--models", data.models.length)
  root.classList.toggle("several", data.models.length > 1)

  state.cards = make("div", "cards")
  state.cards.setAttribute("role", "group")
  state.cards.setAttribute("aria-label", "Images. Arrow keys move, Enter opens the ledger.")
  state.cards.append(...data.cards.map((card) => cardOf(state, card)))
  state.cards.onkeydown = (event) => move(state, event)

  state.side = make("aside", "side")
  state.panel = make("section", "panel")
  state.panel.setAttribute("aria-label", "Ledger of the selected image")
  const main = make("div", "main", legendOf(data), headOf(data), state.cards)
  root.replaceChildren(main, state.side)
  mark(state)
  place(state)
}

// One heading a card column: the grid shows as many as fit, further ones fall into rows of no height.
function headOf(data) {
  const head = make("div", "cards head")
  head.setAttribute("aria-hidden", "true")
  for (let copy = 0; copy < 8; copy += 1) {
    const row = make("div", "row", make("span", "cell one", "original"))
    for (const title of data.models) {
      const parts = [make("span", "", "rebuilt"), make("span", "", "error")]
      const name = make("span", "name", title)
      row.append(make("span", "cell two", ...(data.models.length > 1 ? [name] : parts)))
    }
    head.append(row)
  }
  return head
}

function cardOf(state, card) {
  const { data } = state
  const button = make("button", "card")
  button.type = "button"
  button.dataset.id = card.id
  const spoken = card.models.map((model) => `${model.title}: ${model.brief[0]} nats`).join(", ")
  button.setAttribute("aria-label", `${named(data, card)}; ${spoken}`)
  const row = make("span", "row")
  row.append(
    make(
      "span",
      "cell one",
      picture(data, card.original, `original, ${named(data, card)}`, data.scale),
      make("span", "under label", card.label ? card.label : `${card.id}`),
    ),
  )
  for (const model of card.models) {
    const [total, distortion, rate] = model.brief
    const sum = make(
      "span",
      "under sum",
      make("span", model.best ? "total best" : "total", total),
      make("span", "parts", ` = ${distortion} + ${rate}`),
    )
    row.append(
      make(
        "span",
        "cell two",
        make("span", "caption", model.title),
        picture(data, model.rebuilt, `reconstruction by ${model.title}`, data.scale),
        picture(data, model.error, `error of ${model.title}`, data.scale),
        sum,
      ),
    )
  }
  button.append(row)
  button.onclick = () => select(state, card.id)
  return button
}

function legendOf(data) {
  const ramp = make("img", "ramp")
  ramp.src = data.errorRamp
  ramp.alt = "Error scale from minus one, blue, over zero, white, to plus one, red"
  return make(
    "div",
    "legend",
    make("span", "ends", "error −1 ", ramp, " +1: blue is ink lost, red is ink invented"),
    make("span", "", "nats: −ELBO = distortion + rate"),
  )
}

// ---- selection ----------------------------------------------------------------------------

function select(state, id) {
  const narrow = state.root.classList.contains("narrow")
  // On a phone the ledger opens under its card, and a second tap closes it.
  state.opened = !(narrow && state.opened && state.selected === id)
  const changed = state.selected !== id
  state.selected = id
  mark(state)
  place(state)
  if (changed) state.send(id)
}

function mark(state) {
  for (const button of state.cards.children) {
    if (!button.dataset.id) continue
    const chosen = Number(button.dataset.id) === state.selected
    button.setAttribute("aria-pressed", chosen ? "true" : "false")
    button.tabIndex = chosen ? 0 : -1
  }
  const card = state.data.cards.find((one) => one.id === state.selected)
  state.panel.replaceChildren(...(card ? ledgerOf(state.data, card) : []))
}

// Beside the cards where there is room, under the selected card where there is not.
function place(state) {
  if (!state.panel) return
  const { data, root, panel } = state
  const all = root.clientWidth
  const tile = data.width * data.scale
  const card = tile + data.models.length * (2 * tile + 4 + 8) + 16
  const fit = (ledger) => Math.floor((all - GAP - ledger + BETWEEN) / (card + BETWEEN))
  const across = Math.max(fit(ROOMY), Math.min(2, fit(LEAST)))
  const narrow = across < 1
  root.classList.toggle("narrow", narrow)
  const side = narrow ? all : Math.min(560, all - GAP - across * (card + BETWEEN) + BETWEEN)
  root.style.setProperty("--side", `${side}px`)
  enlarge(panel, data, side)
  if (!narrow) {
    if (panel.parentElement !== state.side) state.side.replaceChildren(panel)
    return
  }
  const button = state.cards.querySelector('[aria-pressed="true"]')
  if (state.opened && button) button.after(panel)
  else panel.remove()
}

function move(state, event) {
  const buttons = [...state.cards.querySelectorAll(".card")]
  const here = buttons.indexOf(event.target.closest(".card"))
  if (here < 0) return
  const top = buttons[0].offsetTop
  const across = Math.max(1, buttons.filter((button) => button.offsetTop === top).length)
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: across, ArrowUp: -across }
  let next = here + (steps[event.key] ?? 0)
  if (event.key === "Home") next = 0
  if (event.key === "End") next = buttons.length - 1
  if (next === here || !buttons[next]) return
  event.preventDefault()
  for (const button of buttons) button.tabIndex = -1
  buttons[next].tabIndex = 0
  buttons[next].focus()
}
