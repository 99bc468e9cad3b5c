/** Every feature of the plane: a module that exports a `feature`. */
import { feature as feature0 } from "./dimensions/dimensions.js";
import { feature as feature1 } from "./dimensions/traversals.js";
import { feature as feature2 } from "./epochs.js";
import { feature as feature3 } from "./own_image.js";
import { feature as feature4 } from "./save_picture.js";
import { feature as feature5 } from "./selection/attribute.js";
import { feature as feature6 } from "./twin/twin.js";
import { feature as feature7 } from "./uncertainty.js";
import { feature as feature8 } from "./walk/walk.js";

/** @type {import("../plane/feature.js").FeatureModule[]} */
export const features = [feature0, feature1, feature2, feature3, feature4, feature5, feature6, feature7, feature8];
