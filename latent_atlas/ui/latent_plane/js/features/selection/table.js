/**
 * What is known of the images of some points, as the server writes it: their splits, classes by every column of labels,
 * and the names of their files.
 *
 * @param {string} address of the route @param {Uint32Array} indices of the points, at least one
 * @returns {Promise<Blob>} a table as CSV; throws with the sentence of a refusal
 */
export async function tableOf(address, indices) {
  const response = await fetch(address, { method: "POST", body: indices.slice() });
  if (!response.ok) throw new Error((await response.text()) || `The server answered ${response.status}.`);
  return response.blob();
}
