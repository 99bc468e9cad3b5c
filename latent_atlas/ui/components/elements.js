/** Elements: found where the markup has them, or made. */

/**
 * @template {Element} Found
 * @param {ParentNode} parent @param {string} selector @param {new () => Found} Type
 * @returns {Found} the first element that the selector means; throws where there is none of that type
 */
export function find(parent, selector, Type) {
  const found = parent.querySelector(selector);
  if (found instanceof Type) return found;
  throw new Error(`There is no ${Type.name} “${selector}” here.`);
}

/** Finds below one element again and again: `const { html, button } = finder(root)`. @param {ParentNode} parent */
export function finder(parent) {
  /** @template {Element} Found @param {new () => Found} Type @returns {(selector: string) => Found} */
  const of = (Type) => (selector) => find(parent, selector, Type);
  return {
    html: of(HTMLElement),
    button: of(HTMLButtonElement),
    canvas: of(HTMLCanvasElement),
    details: of(HTMLDetailsElement),
    input: of(HTMLInputElement),
  };
}

/** @param {ParentNode} parent @param {string} selector @returns {HTMLButtonElement[]} in the order of the page */
export function buttonsIn(parent, selector) {
  return [...parent.querySelectorAll(selector)].filter((each) => each instanceof HTMLButtonElement);
}

/** @param {HTMLCanvasElement} canvas @param {CanvasRenderingContext2DSettings} [settings] */
export function contextOf(canvas, settings) {
  const context = canvas.getContext("2d", settings);
  if (context) return context;
  throw new Error("This browser cannot draw on a canvas.");
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag @param {string} className @param {...(Node|string|null)} children of which null is none
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children.filter((child) => child !== null));
  return element;
}
