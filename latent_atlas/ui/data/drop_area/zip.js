/**
 * A ZIP of files as they are, not compressed: pictures are packed already. All lengths are known before anything is
 * read, so the whole can be announced and then written from its beginning to its end.
 *
 * @typedef {{path: string, size: number}} Planned a file by its path in the archive, and its length in bytes
 */

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const MOST16 = 0xffff;
const MOST32 = 0xffffffff;
const VERSION = 45; // of the format that knows 64 bits
const UTF8 = 0x800; // the flag that says how paths are written
const DATE = 0x21; // the first of January 1980: what is packed twice is the same twice

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** @param {Uint8Array} bytes @returns {number} their CRC-32 */
export function crc32(bytes) {
  let value = -1;
  for (let i = 0; i < bytes.length; i += 1) value = TABLE[(value ^ bytes[i]) & 0xff] ^ (value >>> 8);
  return ~value >>> 0;
}

/**
 * How the archive of some files is written: before the bytes of file `i`, which has a CRC-32, goes `head(i, crc)`, and
 * after all of them `tail()`. Each head is to be asked for once. Each file is shorter than 4 GB; all together, and their
 * number, may be more than the format once knew.
 *
 * @param {Planned[]} files
 */
export function planned(files) {
  const encoder = new TextEncoder();
  const names = files.map(({ path }) => encoder.encode(path));
  const crcs = new Uint32Array(files.length);
  const starts = new Float64Array(files.length);
  let at = 0;
  files.forEach(({ size }, i) => {
    starts[i] = at;
    at += 30 + names[i].length + size;
  });
  const directoryAt = at;
  let directoryLength = 0;
  for (let i = 0; i < files.length; i += 1) directoryLength += 46 + names[i].length + (starts[i] < MOST32 ? 0 : 12);
  const long = files.length >= MOST16 || directoryAt + directoryLength >= MOST32;
  const tailLength = directoryLength + (long ? 56 + 20 : 0) + 22;

  /** What is said of a file before its bytes and in the directory alike. @param {Writer} to @param {number} i */
  function describe(to, i) {
    const { size } = files[i];
    to.u16(VERSION).u16(UTF8).u16(0).u16(0).u16(DATE).u32(crcs[i]).u32(size).u32(size).u16(names[i].length);
  }

  return {
    /** Of the whole archive, in bytes. */
    length: directoryAt + tailLength,
    /** @param {number} i @param {number} crc */
    head(i, crc) {
      crcs[i] = crc;
      const to = writer(30 + names[i].length);
      to.u32(LOCAL);
      describe(to, i);
      to.u16(0).bytes(names[i]);
      return to.written;
    },
    tail() {
      const to = writer(tailLength);
      for (let i = 0; i < files.length; i += 1) {
        const far = starts[i] >= MOST32;
        to.u32(CENTRAL).u16(VERSION);
        describe(to, i);
        to.u16(far ? 12 : 0).u16(0).u16(0).u16(0).u32(0).u32(far ? MOST32 : starts[i]).bytes(names[i]);
        if (far) to.u16(1).u16(8).u64(starts[i]);
      }
      if (long) {
        to.u32(END64).u64(44).u16(VERSION).u16(VERSION).u32(0).u32(0).u64(files.length).u64(files.length);
        to.u64(directoryLength).u64(directoryAt);
        to.u32(LOCATOR64).u32(0).u64(directoryAt + directoryLength).u32(1);
      }
      const count = long ? MOST16 : files.length;
      to.u32(END).u16(0).u16(0).u16(count).u16(count);
      to.u32(long ? MOST32 : directoryLength).u32(long ? MOST32 : directoryAt).u16(0);
      return to.written;
    },
  };
}

/**
 * Writes numbers one behind the other, the lowest byte first.
 *
 * @typedef {ReturnType<typeof writer>} Writer
 * @param {number} length in bytes, of all that will be written
 */
function writer(length) {
  const written = new Uint8Array(length);
  const view = new DataView(written.buffer);
  let at = 0;
  const self = {
    written,
    /** @param {number} value */
    u16(value) {
      view.setUint16(at, value, true);
      at += 2;
      return self;
    },
    /** @param {number} value */
    u32(value) {
      view.setUint32(at, value, true);
      at += 4;
      return self;
    },
    /** @param {number} value */
    u64(value) {
      view.setBigUint64(at, BigInt(value), true);
      at += 8;
      return self;
    },
    /** @param {Uint8Array} value */
    bytes(value) {
      written.set(value, at);
      at += value.length;
      return self;
    },
  };
  return self;
}
