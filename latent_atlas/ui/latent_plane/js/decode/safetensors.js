/**
 * Reads a safetensors file: eight bytes of header length, a JSON header, then raw little-endian numbers.
 * Only what our own routes send is understood: F32, F16 (which becomes F32), U8 and U16.
 *
 * @typedef {Uint8Array|Uint16Array} Labels the class of each point
 * @typedef {{data: Float32Array|Labels, shape: number[]}} Tensor
 * @typedef {{tensors: Map<string, Tensor>, metadata: Metadata}} TensorFile
 * @typedef {{latent_dim: number, image_shape: [number, number, number], network: string, likelihood: string,
 *            activation: string, channels: number[], scale: number}} Architecture what the page reads of a model's
 * @typedef {{architecture?: Architecture, axes?: number[], total?: number, of?: number, dataset?: string|null,
 *            class_names?: string[], columns?: string[], rate?: number[], told?: string[], dead?: boolean[], order?: number[], explained?: number, held?: boolean,
 *            projection?: string, step?: number, epoch?: number, samples?: {step: number, epoch: number}, slower?: string, origin?: number[], directions?: number[][],
 *            scale?: import("../layers/maps.js").SupportLevel[], note?: string}} Metadata
 * `architecture` of a decoder, `slower` of a large frame of a run that trains, `scale` and `note` of a map of support, `samples` of a sheet of samples, all else of encodings (`latent_atlas/ui/latent_plane/encodings.py`, `projections.py`)
 */

/** @type {Record<string, typeof Float32Array | typeof Uint8Array | typeof Uint16Array>} */
const VIEWS = { F32: Float32Array, U8: Uint8Array, U16: Uint16Array };

/** It is being made. */
const ACCEPTED = 202;
const PATIENCE_MS = 1_000;

/**
 * @param {ArrayBuffer} buffer the whole file
 * @returns {TensorFile} `metadata` is the JSON stored under `latent_atlas`, or an empty object
 */
export function parseSafetensors(buffer) {
  if (buffer.byteLength < 8) throw new Error("This is not a safetensors file: it is shorter than its header.");
  const size = Number(new DataView(buffer).getBigUint64(0, true));
  if (size > buffer.byteLength - 8) throw new Error("This safetensors file is cut short.");
  /** @type {Record<string, {dtype: string, shape: number[], data_offsets: [number, number]}>} */
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, size)));
  const { __metadata__: notes, ...entries } = header;

  const tensors = new Map();
  for (const [name, entry] of Object.entries(entries)) {
    const half = entry.dtype === "F16";
    const View = half ? Uint16Array : VIEWS[entry.dtype];
    if (!View) throw new Error(`Tensor ${name} has the type ${entry.dtype}, which this page does not read.`);
    const [begin, end] = entry.data_offsets;
    // A slice is a copy that starts at 0, so that the four-byte alignment of Float32Array always holds.
    const read = new View(buffer.slice(8 + size + begin, 8 + size + end));
    const data = half ? widened(/** @type {Uint16Array} */ (read)) : read;
    const count = entry.shape.reduce((a, b) => a * b, 1);
    if (data.length !== count) throw new Error(`Tensor ${name} does not fill its shape.`);
    tensors.set(name, { data, shape: entry.shape });
  }
  const text = /** @type {{latent_atlas?: string}|undefined} */ (/** @type {unknown} */ (notes))?.latent_atlas;
  return { tensors, metadata: text ? JSON.parse(text) : {} };
}

/**
 * Numbers of 16 bits as such of 32, exactly: a sign, five bits of exponent, ten of fraction.
 *
 * @param {Uint16Array} halves none of them infinite or NaN: no file of ours holds any
 */
export function widened(halves) {
  const floats = new Float32Array(halves.length);
  const bits = new Uint32Array(floats.buffer);
  for (let n = 0; n < halves.length; n++) {
    const [half, exponent] = [halves[n], halves[n] & 0x7c00];
    if (exponent) bits[n] = ((half & 0x8000) << 16) | (((half & 0x7fff) << 13) + (112 << 23));
    else floats[n] = (half & 0x8000 ? -1 : 1) * (half & 0x3ff) * 2 ** -24;
  }
  return floats;
}

/**
 * Fetches. A refusal of the server arrives as its own sentence; while it is still at work, which `onWait` is told in the
 * server's words, it is asked again.
 *
 * @param {string} url
 * @param {AbortSignal} [signal]
 * @param {(words: string) => void} [onWait]
 */
export async function fetchPatiently(url, signal, onWait) {
  let response = await fetch(url, { signal });
  while (response.status === ACCEPTED) {
    onWait?.(await response.text());
    await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
    response = await fetch(url, { signal });
  }
  if (!response.ok) throw new Error((await response.text()) || `The server answered ${response.status}.`);
  return response;
}

/**
 * Fetches as patiently, and parses.
 *
 * @param {string} url @param {AbortSignal} [signal] @param {(words: string) => void} [onWait]
 * @returns {Promise<TensorFile>}
 */
export async function fetchSafetensors(url, signal, onWait) {
  return parseSafetensors(await (await fetchPatiently(url, signal, onWait)).arrayBuffer());
}

/** It is as it was; the run has ended. Neither is an error, which a browser would tell of by itself. */
const [UNCHANGED, GONE] = [204, 205];
/** From here on it is a proxy that speaks, for a server that does not. */
const UNHEARD = 502;

/**
 * The newest frame of a run that trains.
 *
 * @param {string} url
 * @param {AbortSignal} signal
 * @returns {Promise<TensorFile|"ended"|"unheard"|null>} null where there is none that is newer; "unheard": no server
 * answers now, and the run may go on without one
 */
export async function fetchFrame(url, signal) {
  const response = await fetch(url, { signal }).catch(() => null);
  if (response === null || response.status >= UNHEARD) return "unheard";
  if (response.status === UNCHANGED) return null;
  if (response.status === GONE) return "ended";
  if (!response.ok) throw new Error((await response.text()) || `The server answered ${response.status}.`);
  const content = await response.arrayBuffer().catch(() => null);
  return content ? parseSafetensors(content) : "unheard";
}
