/** Starts the plane of a page that has no server: its files and its workers lie in the page itself. */
import { find } from "../components/elements.js";
import { createPlane } from "../latent_plane/js/plane/plane.js";
import { answerFrom } from "./carried.js";

/** @param {"file"|"worker"} kind @returns {[address: string, text: string][]} */
function carried(kind) {
  return [...document.querySelectorAll("script")].flatMap(({ dataset, textContent }) => {
    const address = dataset[kind];
    return address === undefined ? [] : [[address, textContent.trim()]];
  });
}

/** @param {string} base64 */
const bytes = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

const files = new Map(carried("file").map(([address, text]) => [address, new Blob([bytes(text)])]));
const workers = new Map(carried("worker"));
answerFrom(files);

/** Browsers start no worker from the file system, but they do from a blob. */
self.Worker = class extends Worker {
  /** @param {string|URL} address */
  constructor(address) {
    const script = workers.get(String(address)) ?? "";
    super(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
    this.postMessage({ carried: files });
  }
};

const data = JSON.parse(find(document, "script[type='application/json']", HTMLScriptElement).text);
createPlane(find(document, "main", HTMLElement)).update({ data, setStateValue() {} });
