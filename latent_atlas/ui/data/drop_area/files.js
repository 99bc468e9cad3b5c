/**
 * The files that somebody chose or dropped, with the paths that they have in their folders.
 *
 * @typedef {{path: string, file: File}} Found
 * @typedef {{names: string[], pattern: string}} Litter what systems leave about: names in lower case, and a pattern
 *   that fits the whole name of a file
 */

/** @param {FileList} list of an input @returns {Found[]} */
export function chosen(list) {
  return [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/**
 * All that was dropped, folders looked through to their ends. What a drop holds is known only as long as its event
 * lasts, so this is called at once; the looking through comes after.
 *
 * @param {DataTransfer} transfer @param {number} most files that are listed; one more tells that there are too many
 * @returns {(signal: AbortSignal, told: (count: number) => void) => Promise<Found[]>} `told` hears how many were found
 */
export function dropped(transfer, most) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? null).filter((each) => each !== null);
  const plain = chosen(transfer.files);
  return async (signal, told) => {
    if (!entries.length) return plain;
    const found = await filesOf(entries.filter((entry) => entry.isFile));
    const folders = entries.filter((entry) => entry.isDirectory);
    for (let folder = folders.pop(); folder && found.length <= most; folder = folders.pop()) {
      for await (const inside of entriesIn(/** @type {FileSystemDirectoryEntry} */ (folder))) {
        signal.throwIfAborted();
        found.push(...(await filesOf(inside.filter((entry) => entry.isFile))));
        folders.push(...inside.filter((entry) => entry.isDirectory));
        told(found.length);
        if (found.length > most) break;
      }
    }
    return found;
  };
}

/** @param {Litter} litter @returns {(path: string) => boolean} whether a file is hidden, or of the system */
export function litterRule({ names, pattern }) {
  const known = new Set(names);
  const whole = new RegExp(`^(?:${pattern})$`, "i");
  return (path) => {
    const parts = path.split("/");
    return whole.test(parts[parts.length - 1]) || parts.some((part) => part.startsWith(".") || known.has(part.toLowerCase()));
  };
}

/** @param {string} path @returns {string} `.png`, in lower case; empty where there is none */
export function suffixOf(path) {
  return /[^/](\.[^./]+)$/.exec(path)?.[1].toLowerCase() ?? "";
}

/** Sorts s2 before s10, in place. @param {Found[]} files */
export function sortNaturally(files) {
  const { compare } = new Intl.Collator("en", { numeric: true });
  return files.sort((one, other) => compare(one.path, other.path));
}

/** What lies in a folder, some of it at a time. @param {FileSystemDirectoryEntry} folder */
async function* entriesIn(folder) {
  const reader = folder.createReader();
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject)).catch(() => cannotRead(folder));
    if (!some.length) return;
    yield some;
  }
}

/** @param {FileSystemEntry[]} entries files @returns {Promise<Found[]>} */
function filesOf(entries) {
  return Promise.all(
    entries.map(async (entry) => {
      const from = /** @type {FileSystemFileEntry} */ (entry);
      /** @type {File} */
      const file = await new Promise((resolve, reject) => from.file(resolve, reject)).catch(() => cannotRead(entry));
      return { path: pathOf(entry), file };
    }),
  );
}

/** @param {FileSystemEntry} entry */
function pathOf(entry) {
  return entry.fullPath.replace(/^\//, "");
}

/** @param {FileSystemEntry} entry @returns {never} */
function cannotRead(entry) {
  throw new Error(`${pathOf(entry)} cannot be read: check its permissions.`);
}
