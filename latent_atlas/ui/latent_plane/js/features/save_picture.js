/** The plane as it is now, as a PNG to keep: drawn anew at the scale that is wanted, so that it stays sharp. */
import { finder } from "../../../components/elements.js";
import { download } from "../util/download.js";

/** Pixels of the picture for each CSS pixel of the plane. */
const SCALES = [1, 2, 4];

/** @type {import("../plane/feature.js").FeatureModule} */
export const feature = { order: 90, create: createPictureSaver };

/** @param {import("../plane/feature.js").Plane} plane @returns {import("../plane/feature.js").Feature} */
function createPictureSaver({ root, canvas, actions }) {
  const find = finder(root);
  const [button, menu] = [find.button(".snapshot-tool"), find.html(".snapshot")];

  /** @param {boolean} open */
  function toggle(open) {
    if (open) menu.replaceChildren(...SCALES.map(choice));
    menu.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
  }

  /** @param {number} scale */
  function choice(scale) {
    const { width, height, ratio } = canvas.area;
    // Height × width, as everywhere.
    const size = [height, width].map((pixels) => Math.round((scale * pixels) / ratio)).join(" × ");
    const each = document.createElement("button");
    each.type = "button";
    each.textContent = `${size} pixels`;
    each.setAttribute("aria-label", `Save the plane as a picture of ${size} pixels`);
    each.onclick = () => void save(scale);
    return each;
  }

  /** @param {number} scale */
  async function save(scale) {
    toggle(false);
    button.focus();
    /** @type {Blob|null} */
    const blob = await new Promise((resolve) => canvas.picture(scale).toBlob(resolve, "image/png"));
    if (!blob) {
      actions.notice("The browser has no room for a picture of that size: choose a smaller one.");
      return;
    }
    download(blob, "latent-plane.png");
  }

  button.onclick = () => toggle(menu.hidden === true);
  for (const element of [button, menu]) {
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || menu.hidden) return;
      toggle(false);
      button.focus();
    });
  }
  return {};
}
