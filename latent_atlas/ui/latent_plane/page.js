/**
 * What a page of the app has of the plane's modules, as one bundle: planes, and what stands between two. One, for the
 * three share an instance of what links them.
 */
import { find } from "../components/elements.js";
import * as between from "./js/features/twin/difference.js";
import * as plane from "./js/plane/plane.js";

export const createPlane = plane.createPlane;

/**
 * @param {import("../components/bootstrap.js").Parent} parent
 * @returns {import("../components/bootstrap.js").View<{titles: string[]}>}
 */
export function createDifference(parent) {
  const difference = between.createDifference(find(parent, ".between", HTMLElement));
  return {
    update: ({ data }) => difference.update(data),
    dispose: () => difference.dispose(),
  };
}
