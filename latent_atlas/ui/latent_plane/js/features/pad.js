/** The sheet beside the plane to draw an image of one's own on: so one sees it land. */
import { createPad } from "../../../draw/pad.js";
import { finder } from "../../../components/elements.js";

/** @type {import("../plane/feature.js").FeatureModule} */
export const feature = { order: 95, create: createSheet };

/** @param {import("../plane/feature.js").Plane} plane @returns {import("../plane/feature.js").Feature} */
function createSheet({ root, actions }) {
  const box = finder(root).html(".pad");
  /** @type {ReturnType<typeof createPad>|null} */
  let sheet = null;

  return {
    update({ pad }) {
      box.hidden = !pad;
      if (!pad) return;
      sheet ??= createPad(box);
      sheet.update({ data: pad, parentElement: box, setStateValue: (_, picture) => actions.draw(picture) });
    },
    dispose: () => sheet?.dispose(),
  };
}
