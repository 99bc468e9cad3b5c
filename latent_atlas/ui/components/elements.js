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
