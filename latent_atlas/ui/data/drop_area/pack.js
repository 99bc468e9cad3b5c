/**
 * Files as the pieces in which they are sent: one file as it is, several as a ZIP.
 *
 * @typedef {{blob: Blob, files: number}} Piece `files`: how many are behind with this
 * @typedef {{length: number, pieces: AsyncIterable<Piece>}} Parcel `length`: of all pieces together, in bytes
 */
import { crc32, planned } from "./zip.js";

const PIECE = 4 << 20; // bytes
const FILES = 200; // of which a piece is sent at the latest, so that it is seen how far it is
const READ_AHEAD = 16 << 20; // bytes of files that are being read at the same time
const MOST_AHEAD = 32;

/** @param {File} file @returns {Parcel} */
export function bare(file) {
  return { length: file.size, pieces: cut(file, 0, 1) };
}

/** @param {import("./files.js").Found[]} files @returns {Parcel} */
export function packed(files) {
  const plan = planned(files.map(({ path, file }) => ({ path, size: file.size })));
  return { length: plan.length, pieces: pack(files, plan) };
}

/** @param {import("./files.js").Found[]} files @param {ReturnType<typeof planned>} plan @returns {AsyncGenerator<Piece>} */
async function* pack(files, plan) {
  /** @type {BlobPart[]} */
  let parts = [];
  let [held, sent, done] = [0, 0, 0];
  for await (const bytes of contents(files)) {
    parts.push(plan.head(done, crc32(bytes)), bytes);
    held += bytes.length;
    done += 1;
    if (held < PIECE && done - sent < FILES && done < files.length) continue;
    if (done === files.length) parts.push(plan.tail());
    yield* cut(new Blob(parts), sent, done);
    [parts, held, sent] = [[], 0, done];
  }
}

/** @param {Blob} blob @param {number} before @param {number} after files that are behind @returns {AsyncGenerator<Piece>} */
async function* cut(blob, before, after) {
  for (let at = 0; at < blob.size; at += PIECE) {
    const end = at + PIECE;
    yield { blob: blob.slice(at, end), files: end < blob.size ? before : after };
  }
}

/** The bytes of each file in order; the next ones are read meanwhile. @param {import("./files.js").Found[]} files */
async function* contents(files) {
  /** @type {Promise<Uint8Array<ArrayBuffer>>[]} */
  const reading = [];
  let [next, ahead] = [0, 0];
  for (const { file } of files) {
    while (next < files.length && (!reading.length || (ahead < READ_AHEAD && reading.length < MOST_AHEAD))) {
      ahead += files[next].file.size;
      const bytes = read(files[next]);
      bytes.catch(() => {}); // told where it is waited for
      reading.push(bytes);
      next += 1;
    }
    const bytes = await reading.shift();
    if (bytes) yield bytes;
    ahead -= file.size;
  }
}

/** @param {import("./files.js").Found} found @returns {Promise<Uint8Array<ArrayBuffer>>} */
async function read({ path, file }) {
  const bytes = await file.arrayBuffer().then(
    (buffer) => new Uint8Array(buffer),
    () => null,
  );
  if (bytes?.length === file.size) return bytes;
  throw new Error(`${path} has changed or cannot be read: choose the files again.`);
}
