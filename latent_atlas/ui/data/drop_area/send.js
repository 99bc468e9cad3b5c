/**
 * Sends a parcel piece by piece. What goes wrong is an Error with a sentence for people.
 *
 * @typedef {{name: string, bytes: number, packed: boolean, files: number}} Announcement
 */

const TRIES = 5; // of a piece, where the server cannot be reached
const WAIT = 500; // milliseconds before the second try, twice as long before the next one
const LONGEST = 500; // letters of an answer that is shown

/**
 * @param {string} address where uploads begin, relative to the page
 * @param {Announcement} announcement
 * @param {AsyncIterable<import("./pack.js").Piece>} pieces
 * @param {AbortSignal} signal what has been sent is let go of once it is aborted
 * @param {(bytes: number, files: number) => void} told how much of it has arrived
 * @returns {Promise<string>} the token of what is there now
 */
export async function send(address, announcement, pieces, signal, told) {
  const base = new URL(address, document.baseURI).href;
  // Not to be called off: the server would have begun what nobody here could name.
  const begun = await ask(base, { method: "POST", body: JSON.stringify(announcement) });
  const token = fieldOf(begun, "token");
  try {
    signal.throwIfAborted();
    let at = 0;
    let sending = Promise.resolve();
    for await (const { blob, files } of pieces) {
      await sending; // while the next piece was packed
      const [start, end] = [at, at + blob.size];
      sending = put(`${base}/${token}/${start}`, blob, signal).then(() => told(end, files));
      sending.catch(() => {}); // told where it is waited for
      at = end;
    }
    await sending;
    signal.throwIfAborted();
  } catch (error) {
    fetch(`${base}/${token}`, { method: "DELETE", keepalive: true }).catch(() => {}); // it is let go of in time anyway
    throw error;
  }
  return token;
}

/** @param {string} url @param {Blob} body @param {AbortSignal} signal */
async function put(url, body, signal) {
  for (let tried = 1; ; tried += 1) {
    try {
      await ask(url, { method: "PUT", body, signal });
      return;
    } catch (error) {
      if (!(error instanceof Unreached) || tried === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, WAIT * 2 ** (tried - 1)));
    }
  }
}

class Unreached extends Error {}

/** @param {string} url @param {RequestInit} request @returns {Promise<unknown>} the answer's JSON */
async function ask(url, request) {
  /** @type {Response} */
  let answer;
  try {
    answer = await fetch(url, { ...request, cache: "no-store" });
  } catch {
    request.signal?.throwIfAborted();
    throw new Unreached("The server cannot be reached: is it still running?");
  }
  if (answer.ok) return answer.json();
  const plain = answer.headers.get("Content-Type")?.startsWith("text/plain");
  const said = plain ? (await answer.text()).slice(0, LONGEST) : "";
  throw new Error(said || `The files were not taken (${answer.status}): try again.`);
}

/** @param {unknown} answer @param {string} name */
function fieldOf(answer, name) {
  const value = answer && typeof answer === "object" ? Object.entries(answer).find(([key]) => key === name)?.[1] : null;
  if (typeof value === "string") return value;
  throw new Error("The server did not answer as expected: reload the page.");
}
