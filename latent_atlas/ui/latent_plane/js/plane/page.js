/** What a page of the app has of these modules, which it gets as one script: planes, and what stands between two. */
import * as between from "../features/twin/difference.js";
import * as plane from "./plane.js";

export const createBetween = between.createBetween;
export const createPlane = plane.createPlane;
