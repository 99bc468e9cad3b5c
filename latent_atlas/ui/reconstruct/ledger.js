// The ledger of one image: its pictures, its account in nats, its rate by dimension.
//
// Joined behind elements.js, and in front of what mounts it (wall.js, or that of an image of one's own), which
// says what an image is called: `named(data, card)`.

function ledgerOf(data, card) {
  const title = named(data, card)
  return [
    make("h2", "", title[0].toUpperCase() + title.slice(1)),
    ...card.models.map((model) => figuresOf(data, card, model)),
    costScale(data),
    accountOf(data, card),
    ...card.models.map((model) => dimensionsOf(data, card, model)),
    make("p", "note", noteOf(data, card)),
  ]
}

function figuresOf(data, card, model) {
  const figure = (source, alt, caption) =>
    make("figure", "", picture(data, source, alt, data.scale), make("figcaption", "", caption))
  return make(
    "div",
    "figures",
    data.models.length > 1 ? make("div", "whose", model.title) : null,
    figure(card.original, `original, ${named(data, card)}`, "original"),
    figure(model.rebuilt, `reconstruction by ${model.title}, ${data.picture}`, "rebuilt"),
    figure(model.cost, `cost of each pixel under ${model.title}`, "cost per pixel"),
  )
}

function costScale(data) {
  const ramp = make("img", "ramp")
  ramp.src = data.costRamp
  ramp.alt = `Cost scale from 0 to ${data.costTop} nats per pixel or more`
  return make("div", "scale", "0 ", ramp, ` ${data.costTop} or more nats per pixel`)
}

function accountOf(data, card) {
  const table = make("table", "account")
  if (data.models.length > 1) {
    const row = make("tr", "", make("td"))
    for (const model of card.models) row.append(make("th", "model", model.title))
    table.append(row)
  }
  const line = (className, name, meaning, values) => {
    const head = make("th", "", make("span", "", name), make("small", "", meaning))
    head.scope = "row"
    table.append(make("tr", className, head, ...values.map((value) => make("td", "", value))))
  }
  const each = (field) => card.models.map((model) => model[field])
  line("distortion", "distortion", "to get the pixels right, given z", each("distortion"))
  if (card.models[0].floor !== null) {
    line("floor", "of it, grey levels", "even a perfect copy pays this", each("floor"))
  }
  line("rate", "+ rate", "to say which z", each("rate"))
  line("total", "= −ELBO", "nats for this image", each("total"))
  const longest = Math.max(...card.models.map((model) => model.bars[0] + model.bars[1]))
  const stacks = card.models.map((model) => stackOf(model, longest))
  return make("div", "", table, ...stacks)
}

function stackOf(model, longest) {
  const [distortion, rate, floor] = model.bars
  const bar = make("div", "stack")
  const parts = [
    ["floor", Math.max(0, Math.min(floor, distortion))],
    ["distortion", Math.max(0, distortion - floor)],
    ["rate", Math.max(0, rate)],
  ]
  for (const [name, nats] of parts) {
    const part = make("span", name)
    part.style.width = `${(100 * nats) / longest}%`
    bar.append(part)
  }
  bar.setAttribute("role", "img")
  bar.setAttribute(
    "aria-label",
    `${model.title}: distortion ${model.distortion}, rate ${model.rate} nats`,
  )
  return bar
}

function dimensionsOf(data, card, model) {
  const rows = [...model.dimensions, ...(model.others ? [model.others] : [])]
  const longest = Math.max(
    ...card.models.flatMap((one) => one.dimensions.map((dimension) => dimension[2])),
    0.01,
  )
  const several = data.models.length > 1
  const list = make("div", "dimensions")
  const words = several ? `Rate of ${model.title}, by dimension` : "The rate, by dimension"
  list.append(make("h3", "", words))
  for (const [name, text, nats] of rows) {
    const bar = make("span", "bar")
    bar.style.width = `${(100 * Math.max(0, nats)) / longest}%`
    list.append(
      make("span", "axis", name),
      make("span", "track", bar),
      make("span", "value", text),
    )
  }
  return list
}

function noteOf(data, card) {
  const shown = card.models.map((model) =>
    data.models.length > 1 ? `${model.title} ${model.shown}` : model.shown,
  )
  return (
    `The cost picture adds up to ${shown.join(", ")} nats: that of the ${data.picture} shown. ` +
    "The distortion is the average over posterior samples."
  )
}

// The ledger's pictures take its width, three in a row, and with several models a third of the
// window's height: at a whole multiple of their pixels.
function enlarge(panel, data, side) {
  const wide = Math.floor((side - 34 - 8) / 3 / data.width)
  const high = Math.floor((0.3 * window.innerHeight) / data.models.length / data.height)
  const scale = Math.max(1, Math.min(wide, Math.max(high, data.scale)))
  for (const image of panel.querySelectorAll("img.pixels")) {
    image.width = data.width * scale
    image.height = data.height * scale
  }
}
