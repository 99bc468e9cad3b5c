/**
 * The one door for images of one's own: files, a whole folder, an archive, dropped or chosen. The first ones are shown at
 * once; all are sent meanwhile, several as one ZIP. The page hears of them when the last is there.
 *
 * @typedef {{address: string, pictures: string[], litter: import("./files.js").Litter, most: number}} DropData
 * `address`: where uploads begin; `pictures`: the suffixes of pictures; `most`: files that are taken
 * @typedef {import("./files.js").Found} Found
 * @typedef {(signal: AbortSignal, told: (count: number) => void) => Promise<Found[]>} Search
 */
import { finder } from "../../components/elements.js";
import { counted, grouped } from "../../latent_plane/js/plane/words.js";
import { chosen, dropped, litterRule, sortNaturally, suffixOf } from "./files.js";
import { bare, packed } from "./pack.js";
import { send } from "./send.js";
import { drawThumbnails, MOST } from "./thumbnails.js";

/**
 * @param {import("../../components/bootstrap.js").Parent} parent
 * @returns {import("../../components/bootstrap.js").View<DropData>}
 */
export function createDrop(parent) {
  const { html, button, input } = finder(parent);
  const [area, sending, told, count] = [".area", ".sending", ".told", ".count"].map((each) => html(each));
  const [preview, caption, tiles] = [".preview", "figcaption", ".tiles"].map((each) => html(each));
  const bar = /** @type {HTMLProgressElement} */ (html("progress"));
  const [filesButton, folderButton] = [button("[data-do='files']"), button("[data-do='folder']")];
  const cancelButton = button("[data-do='cancel']");
  const [filesInput, folderInput] = [input("[data-of='files']"), input("[data-of='folder']")];
  const listening = new AbortController();
  const { signal } = listening;
  /** @type {DropData} */
  let data = { address: "", pictures: [], litter: { names: [], pattern: "" }, most: 0 };
  /** @type {AbortController|null} what ends the sending that goes on */
  let busy = null;
  /** @type {(token: string) => void} */
  let hand = () => {};
  folderButton.hidden = !("webkitdirectory" in folderInput);

  /** @param {Search} search */
  async function bring(search) {
    if (busy) return;
    const mine = new AbortController();
    busy = mine;
    begin();
    try {
      const all = await search(mine.signal, (found) => (count.textContent = `Looking for files: ${grouped(found)} so far`));
      const isLitter = litterRule(data.litter);
      const files = sortNaturally(all.filter(({ path }) => !isLitter(path)));
      const left = all.length - files.length;
      if (!files.length) throw new Error(left ? "There are only hidden and system files in this." : "There are no files in this.");
      show(files, mine.signal);
      const token = await sendAll(files, mine.signal);
      end(`${counted(files.length, "file")} brought.${leftOut(left)}`);
      hand(token);
    } catch (error) {
      if (mine.signal.aborted) end("Cancelled: nothing was kept.");
      else end(error instanceof Error ? error.message : "The files cannot be read: choose them again.");
      preview.hidden = true;
    }
  }

  /** @param {Found[]} files @param {AbortSignal} stop @returns {Promise<string>} */
  function sendAll(files, stop) {
    const [{ path, file }] = files;
    const single = files.length === 1 && !data.pictures.includes(suffixOf(path));
    const { length, pieces } = single ? bare(file) : packed(files);
    const name = single ? file.name : "";
    const progress = (/** @type {number} */ bytes, /** @type {number} */ done) => {
      bar.value = length ? bytes / length : 1;
      const [sent, all] = [sizeText(bytes), sizeText(length)];
      count.textContent = single ? `${sent} of ${all}` : `${grouped(done)} of ${counted(files.length, "file")}, ${sent}`;
    };
    progress(0, 0);
    return send(data.address, { name, bytes: length, packed: !single, files: files.length }, pieces, stop, progress);
  }

  /** @param {Found[]} files @param {AbortSignal} stop */
  function show(files, stop) {
    const pictures = files.filter(({ path }) => data.pictures.includes(suffixOf(path)));
    preview.hidden = pictures.length === 0;
    const some = pictures.length > MOST ? `The first ${MOST} of ${counted(pictures.length, "picture")}` : counted(pictures.length, "picture");
    caption.textContent = some;
    tiles.setAttribute("aria-label", some);
    void drawThumbnails(tiles, pictures, stop);
  }

  /** @param {boolean} allowed whether files may be chosen; before this module was there, nobody would have heard */
  function allow(allowed) {
    for (const each of [filesButton, folderButton]) each.disabled = !allowed;
  }

  function begin() {
    const focused = [filesButton, folderButton].some((each) => each.matches(":focus"));
    allow(false);
    sending.hidden = false;
    preview.hidden = true;
    tiles.replaceChildren();
    told.textContent = "";
    count.textContent = "Looking for files";
    bar.removeAttribute("value");
    if (focused) cancelButton.focus(); // what had the focus is disabled
  }

  /** @param {string} words what came of it */
  function end(words) {
    busy = null;
    const focused = cancelButton.matches(":focus");
    allow(true);
    sending.hidden = true;
    told.textContent = words;
    if (focused) filesButton.focus(); // what had the focus is gone
  }

  /** @param {HTMLInputElement} from */
  function take(from) {
    const files = chosen(from.files ?? new DataTransfer().files);
    from.value = ""; // so that the same may be chosen again
    if (files.length) void bring(async () => files);
  }

  /** @param {DragEvent} event */
  function over(event) {
    event.preventDefault();
    area.classList.toggle("over", event.type === "dragover" && !busy);
  }

  /** @param {DragEvent} event */
  function drop(event) {
    over(event);
    if (event.dataTransfer && !busy) void bring(dropped(event.dataTransfer, data.most));
  }

  filesButton.addEventListener("click", () => filesInput.click(), { signal });
  folderButton.addEventListener("click", () => folderInput.click(), { signal });
  cancelButton.addEventListener("click", () => busy?.abort(), { signal });
  for (const each of [filesInput, folderInput]) each.addEventListener("change", () => take(each), { signal });
  for (const kind of /** @type {const} */ (["dragover", "dragleave"])) area.addEventListener(kind, over, { signal });
  area.addEventListener("drop", drop, { signal });

  return {
    update({ data: latest, setStateValue }) {
      data = latest;
      if (!busy) allow(true);
      hand = (token) => setStateValue("brought", token);
    },
    dispose() {
      listening.abort();
      busy?.abort();
    },
  };
}

/** @param {number} bytes */
function sizeText(bytes) {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1e3)} kB`;
  return `${bytes < 1e7 ? Math.round(bytes / 1e5) / 10 : Math.round(bytes / 1e6)} MB`;
}

/** @param {number} count */
function leftOut(count) {
  if (!count) return "";
  return ` ${counted(count, "hidden or system file")} ${count === 1 ? "was" : "were"} left out.`;
}
