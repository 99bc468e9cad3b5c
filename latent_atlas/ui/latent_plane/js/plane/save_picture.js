/** The plane as it is now, as a PNG to keep: drawn anew at the scale that is wanted, so that it stays sharp. */

/** Pixels of the picture for each CSS pixel of the plane. */
const SCALES = [1, 2, 4];

/** @param {import("./feature.js").Plane} plane @returns {import("./feature.js").Feature} */
export function createSnapshot({ root, field, notice }) {
  const button = /** @type {HTMLButtonElement} */ (root.querySelector(".snapshot-tool"));
  const menu = /** @type {HTMLElement} */ (root.querySelector(".snapshot"));

  /** @param {boolean} open */
  function toggle(open) {
    if (open) menu.replaceChildren(...SCALES.map(choice));
    menu.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
  }

  /** @param {number} scale */
  function choice(scale) {
    const { width, height, ratio } = field.area;
    const size = [width, height].map((pixels) => Math.round((scale * pixels) / ratio)).join(" × ");
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
    const blob = await new Promise((resolve) => field.picture(scale).toBlob(resolve, "image/png"));
    if (!blob) {
      notice("The browser has no room for a picture of that size: choose a smaller one.");
      return;
    }
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = "latent-plane.png";
    link.click();
    URL.revokeObjectURL(link.href);
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
