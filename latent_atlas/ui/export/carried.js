/**
 * Answers `fetch` from files that are carried along, and from nothing else: the plane asks for its files by address
 * as it does in the app.
 *
 * @param {Map<string, Blob>} files by name, the last part of an address
 */
export function answerFrom(files) {
  self.fetch = async (address) => {
    const content = files.get(String(address).replace(/^.*\//, ""));
    return content ? new Response(content) : new Response(`This file does not hold ${address}.`, { status: 404 });
  };
}
