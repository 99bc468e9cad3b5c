/** Small pictures of files, made in the browser one after the other, before any of them is sent. */
import { contextOf, make } from "../../components/elements.js";
import { suffixOf } from "./files.js";

export const MOST = 200;
const SIDE = 48; // CSS pixels
const AT_ONCE = 4;

/**
 * Puts a tile for each of the first files into `list` and draws them; resolves when the last is drawn.
 *
 * @param {HTMLElement} list @param {import("./files.js").Found[]} files pictures @param {AbortSignal} signal
 */
export async function drawThumbnails(list, files, signal) {
  const tiles = files.slice(0, MOST).map(({ path, file }) => ({ path, file, tile: make("span", "tile") }));
  list.replaceChildren(...tiles.map(({ tile }) => tile));
  const waiting = tiles.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const { path, file, tile } of waiting) {
        if (signal.aborted) return;
        tile.append(await thumbnail(file).catch(() => suffixOf(path).slice(1).toUpperCase() || "?"));
        tile.dataset.drawn = "";
      }
    }),
  );
}

/** @param {File} file @returns {Promise<HTMLCanvasElement>} rejects where this browser does not read it */
async function thumbnail(file) {
  const picture = await createImageBitmap(file);
  const { width, height } = picture;
  const fits = SIDE / Math.max(width, height);
  // A small one at a whole multiple of its pixels, which stay what they are.
  const scale = fits >= 1 ? Math.floor(fits) : fits;
  const ratio = fits >= 1 ? 1 / scale : window.devicePixelRatio || 1;
  const canvas = make("canvas", fits >= 1 ? "small" : "");
  canvas.style.width = `${Math.max(1, scale * width)}px`;
  canvas.style.height = `${Math.max(1, scale * height)}px`;
  canvas.width = Math.max(1, Math.round(scale * width * ratio));
  canvas.height = Math.max(1, Math.round(scale * height * ratio));
  const context = contextOf(canvas);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return canvas;
}
