// Elements of the wall and of ledgers. Joined in front of what uses them: modules that are given inline cannot
// import.

function make(tag, className, ...children) {
  const element = document.createElement(tag)
  if (className) element.className = className
  element.append(...children.filter((child) => child !== null && child !== undefined))
  return element
}

function picture(data, source, alt, scale) {
  const image = make("img", "pixels")
  image.src = source
  image.alt = alt
  image.width = data.width * scale
  image.height = data.height * scale
  image.draggable = false
  return image
}
