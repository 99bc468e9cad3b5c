// The posterior and the ledger of an image of one's own. Joined behind elements.js and ledger.js.

const panels = new WeakMap()

export default function ({ data, parentElement }) {
  let state = panels.get(parentElement)
  if (!state) {
    const root = parentElement.querySelector(".panel")
    const observer = new ResizeObserver(() => fit(state))
    state = { root, observer, data, shown: "" }
    panels.set(parentElement, state)
    observer.observe(root)
  }
  state.data = data
  const content = JSON.stringify(data)
  if (content !== state.shown) {
    state.shown = content
    const [title, figures, scale, account, dimensions, note] = ledgerOf(data, data.cards[0])
    const left = make("div", "", figures, scale, posteriorOf(data))
    const right = make("div", "", account, dimensions, note)
    state.root.replaceChildren(title, make("div", "halves", left, right))
    fit(state)
  }
  return () => {
    state.observer.disconnect()
    panels.delete(parentElement)
  }
}

// `enlarge` is told the width of a ledger with its padding; here the figures have a part of it.
function fit({ root, data }) {
  enlarge(root, data, (root.querySelector(".figures")?.clientWidth ?? 0) + 34)
}

function named() {
  return "your image"
}

// Where q(z|x) lies on each axis, from −3 to 3, which is where the prior has its mass.
function posteriorOf(data) {
  const list = make("div", "dimensions posterior", make("h4", "", "Where it is: q(z|x) = μ ± σ"))
  for (const row of data.posterior) {
    const bar = make("span", "bar")
    bar.style.marginLeft = `${100 * row.from}%`
    bar.style.width = `${100 * (row.to - row.from)}%`
    list.append(make("span", "axis", row.name), make("span", "track", bar), make("span", "value", row.text))
  }
  if (data.more) list.append(make("span", "rest", `${data.more} more dimensions say less`))
  return list
}
