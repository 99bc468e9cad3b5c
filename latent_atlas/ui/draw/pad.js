// A sheet to draw on, or to paste a picture into. What is on it is sent as a PNG when the hand is lifted.
//
// Streamlit calls the default export again whenever the data or the theme changes, so all state lives in one
// object per mount. Strokes are kept as lines in units of the sheet's longer side, and the PNG is drawn from
// them anew: it does not depend on the screen.

const pads = new WeakMap()
const SIDE = 280 // CSS pixels, and pixels of the PNG
const PASTED_SIDE = 1024 // a pasted picture larger than this is made smaller before it is sent
const INK = "#fff"

export default function ({ data, parentElement, setStateValue }) {
  let pad = pads.get(parentElement)
  if (!pad) {
    pad = createPad(parentElement.querySelector(".pad"))
    pads.set(parentElement, pad)
  }
  pad.send = (value) => setStateValue("picture", value)
  pad.fit(data)
  return () => {
    pad.dispose()
    pads.delete(parentElement)
  }
}

function createPad(root) {
  const canvas = root.querySelector("canvas")
  const context = canvas.getContext("2d")
  const invitation = root.querySelector(".invitation")
  const told = root.querySelector(".told")
  const buttons = Object.fromEntries([...root.querySelectorAll("button")].map((b) => [b.dataset.do, b]))
  const pad = { strokes: [], pasted: null, width: 0, height: 0, thickness: 0, pointer: null, send: () => {} }
  const quiet = new AbortController()
  const { signal } = quiet

  pad.fit = ({ width, height, thickness, label }) => {
    canvas.setAttribute("aria-label", label)
    invitation.textContent = label
    const longer = Math.max(width, height)
    if (pad.width === width / longer && pad.height === height / longer && pad.thickness === thickness) return
    Object.assign(pad, { width: width / longer, height: height / longer, thickness })
    const ratio = window.devicePixelRatio || 1
    for (const side of ["width", "height"]) {
      canvas[side] = Math.round(SIDE * pad[side] * ratio)
      canvas.style[side] = `${SIDE * pad[side]}px`
    }
    show()
  }

  function show() {
    context.clearRect(0, 0, canvas.width, canvas.height)
    if (pad.pasted) drawInto(context, pad.pasted)
    drawStrokes(context, pad)
    const empty = pad.strokes.length === 0 && !pad.pasted
    invitation.hidden = !empty
    buttons.undo.disabled = pad.strokes.length === 0
    buttons.clear.disabled = empty
  }

  function send() {
    pad.send(pad.strokes.length ? { kind: "drawn", png: drawnPng(pad) } : null)
  }

  const place = (event) => {
    const box = canvas.getBoundingClientRect()
    const unit = Math.max(box.width, box.height)
    return [(event.clientX - box.left) / unit, (event.clientY - box.top) / unit]
  }

  function begin(event) {
    if (event.button !== 0 || pad.pointer !== null) return
    pad.pointer = event.pointerId
    canvas.setPointerCapture(event.pointerId)
    pad.pasted = null
    told.textContent = ""
    pad.strokes.push([place(event)])
    show()
  }

  function go(event) {
    if (event.pointerId !== pad.pointer) return
    const all = event.getCoalescedEvents?.() ?? []
    pad.strokes.at(-1).push(...(all.length ? all : [event]).map(place))
    show()
  }

  function end(event) {
    if (event.pointerId !== pad.pointer) return
    pad.pointer = null
    if (event.type === "pointercancel") pad.strokes.pop()
    show()
    send()
  }

  function undo() {
    if (pad.pointer !== null || !pad.strokes.length) return
    pad.strokes.pop()
    show()
    send()
  }

  function clear() {
    if (pad.pointer !== null) return
    Object.assign(pad, { strokes: [], pasted: null })
    told.textContent = ""
    show()
    send()
    canvas.focus() // the button that had the focus cannot keep it
  }

  async function paste(event) {
    const file = [...(event.clipboardData?.files ?? [])].find((each) => each.type.startsWith("image/"))
    if (!file) return
    event.preventDefault()
    try {
      const picture = await createImageBitmap(file)
      Object.assign(pad, { strokes: [], pasted: picture })
      told.textContent = "Pasted"
      show()
      pad.send({ kind: "pasted", png: pngOf(picture) })
    } catch {
      told.textContent = "What was pasted is no picture that can be read."
    }
  }

  canvas.addEventListener("pointerdown", begin, { signal })
  canvas.addEventListener("pointermove", go, { signal })
  canvas.addEventListener("pointerup", end, { signal })
  canvas.addEventListener("pointercancel", end, { signal })
  canvas.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") undo()
    else if (event.key === "Delete" || event.key === "Backspace") clear()
    else return
    event.preventDefault()
  }, { signal })
  buttons.undo.addEventListener("click", undo, { signal })
  buttons.clear.addEventListener("click", clear, { signal })
  // Wherever the focus is: a text field has no use for a picture.
  document.addEventListener("paste", paste, { signal })
  pad.dispose = () => quiet.abort()
  return pad
}

/** Lines through the middles of neighbouring points, which rounds the corners of a quick hand. */
function drawStrokes(context, { strokes, thickness }) {
  const unit = Math.max(context.canvas.width, context.canvas.height)
  context.strokeStyle = INK
  context.lineWidth = thickness * unit
  context.lineCap = "round"
  context.lineJoin = "round"
  for (const stroke of strokes) {
    const points = stroke.map(([x, y]) => [x * unit, y * unit])
    context.beginPath()
    context.moveTo(...points[0])
    for (let i = 1; i < points.length - 1; i += 1) {
      const [x, y] = points[i]
      context.quadraticCurveTo(x, y, (x + points[i + 1][0]) / 2, (y + points[i + 1][1]) / 2)
    }
    context.lineTo(...points.at(-1))
    context.stroke()
  }
}

function drawnPng(pad) {
  const canvas = document.createElement("canvas")
  canvas.width = Math.round(SIDE * pad.width)
  canvas.height = Math.round(SIDE * pad.height)
  const context = canvas.getContext("2d")
  context.fillStyle = "#000"
  context.fillRect(0, 0, canvas.width, canvas.height)
  drawStrokes(context, pad)
  return canvas.toDataURL("image/png")
}

function pngOf(picture) {
  const scale = Math.min(1, PASTED_SIDE / Math.max(picture.width, picture.height))
  const canvas = document.createElement("canvas")
  canvas.width = Math.max(1, Math.round(picture.width * scale))
  canvas.height = Math.max(1, Math.round(picture.height * scale))
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height)
  return canvas.toDataURL("image/png")
}

/** All of a picture in the middle of the sheet, its pixels as they are. */
function drawInto(context, picture) {
  const { width, height } = context.canvas
  const scale = Math.min(width / picture.width, height / picture.height)
  const [w, h] = [picture.width * scale, picture.height * scale]
  context.imageSmoothingEnabled = scale < 1
  context.drawImage(picture, (width - w) / 2, (height - h) / 2, w, h)
}
