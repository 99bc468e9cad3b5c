/**
 * Every feature of the plane: what the modules of this folder export as `feature`, filled in as they are served
 * (`latent_atlas/ui/components/modules.py`).
 *
 * @type {import("../plane/feature.js").FeatureModule[]}
 */
export const features = [];
