/**
 * What a page of the app has of the plane's modules, as one bundle: planes, and what stands between two. One, for the
 * three share an instance of what links them.
 */
import { find } from "../components/elements.js";
import * as page from "./js/plane/page.js";

export const createPlane = page.createPlane;

/**
 * @param {import("../components/bootstrap.js").Parent} parent
 * @returns {import("../components/bootstrap.js").View<{titles: string[]}>}
 */
export function createDifference(parent) {
  const difference = page.createBetween(find(parent, ".between", HTMLElement));
  return {
    update: ({ data }) => difference.update(data),
    dispose: () => difference.dispose(),
  };
}
