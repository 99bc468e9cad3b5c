// Starts the plane of a page that has no server: its files and its workers lie in the page itself.
(() => {
  /** @param {string} kind @returns {[string, string][]} address and text */
  const carried = (kind) =>
    [...document.querySelectorAll(`script[data-${kind}]`)].map((element) => [
      /** @type {HTMLElement} */ (element).dataset[kind],
      element.textContent.trim(),
    ]);
  const bytes = (/** @type {string} */ base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

  const files = new Map(carried("file").map(([address, text]) => [address, new Blob([bytes(text)])]));
  const workers = new Map(carried("worker"));
  answerFrom(files);

  // Browsers start no worker from the file system, but they do from a blob.
  self.Worker = class extends Worker {
    /** @param {string} address */
    constructor(address) {
      super(URL.createObjectURL(new Blob([workers.get(String(address))], { type: "text/javascript" })));
      this.postMessage({ carried: files });
    }
  };

  const data = JSON.parse(document.querySelector("script[type='application/json']").textContent);
  plane.createPlane(document.querySelector("main")).update({ data, setStateValue() {} });
})();
