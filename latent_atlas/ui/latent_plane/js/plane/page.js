/** What a page of the app has of these modules, which it gets as one script: planes, and what stands between two. */
import * as difference from "../features/twin/difference.js";
import * as plane from "./plane.js";

export const createDifference = difference.createDifference;
/** By the name that the component between two planes still asks for. */
export const createBetween = difference.createDifference;
export const createPlane = plane.createPlane;
