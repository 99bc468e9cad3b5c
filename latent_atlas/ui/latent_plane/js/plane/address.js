/**
 * A view as the address of the page has it: what `PlaneView.to_query` writes (`latent_atlas/ui/latent_plane/view.py`),
 * letter for letter, so that the server finds nothing left to write.
 *
 * @typedef {import("./state.js").View} View
 * @typedef {{model: string, names: Record<string, string>, twin: boolean}} Place `model`: its key; `names`: under which
 * name each part of the view is in the address, in the order in which they come; `twin`: the view is that of a twin
 */

/** @param {ArrayLike<number>} values @param {number} [digits] */
function written(values, digits = 6) {
  return Array.from(values, (value) => significant(Number(value.toFixed(4)), digits)).join(",");
}

/** @param {number} value @param {number} digits @returns {string} without zeros at its end, and no minus before a zero */
function significant(value, digits) {
  return String(Number(value.toPrecision(digits)) || 0);
}

/** Whole numbers that rise, three or more in a row by their ends: 1,2,5-9. @param {number[]} numbers */
function inRanges(numbers) {
  /** @type {number[][]} */
  const runs = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && number === /** @type {number} */ (last.at(-1)) + 1) last.push(number);
    else runs.push([number]);
  }
  return runs.map((run) => (run.length > 2 ? `${run[0]}-${run.at(-1)}` : run.join(","))).join(",");
}

/**
 * @param {Partial<View>} view
 * @returns {Partial<Record<keyof View, string>>} what a newcomer sees anyway is left out
 */
export function toQuery(view) {
  /** @type {Partial<Record<keyof View, string>>} */
  const query = {};
  if (view.z) query.z = written(view.z);
  if (view.layers && view.layers !== "points") query.layers = view.layers;
  if (view.axis && view.axis !== "z") query.axis = view.axis;
  if (view.zoom && view.zoom > 1) {
    query.zoom = significant(view.zoom, 4);
    if (view.at) query.at = written(view.at);
  }
  if (view.background && view.background !== "none") query.background = view.background;
  if (view.guides) query.guides = "on";
  if (view.uncertainty) query.uncertainty = "on";
  if (view.colour) query.colour = view.colour;
  if (view.hide?.length) query.hide = inRanges(view.hide);
  for (const name of /** @type {const} */ (["a", "b"])) {
    const outline = view[name];
    if (outline) query[name] = written(outline);
  }
  if (view.along) query.along = significant(view.along, 4);
  if (view.epoch !== null && view.epoch !== undefined) query.epoch = String(Number(view.epoch.toFixed(6)));
  if (view.dims) query.dims = view.dims;
  if (view.base) query.base = written(view.base, 7);
  if (view.path?.length) {
    query.path = written(view.path);
    if (view.way && view.way !== "line") query.way = view.way;
  }
  if (view.picked) query.picked = view.picked;
  return query;
}

/**
 * The query of an address with this view in it; all else stays.
 *
 * @param {string} search as the address has it @param {Partial<View>} view @param {Place} place
 * @returns {string} without a question mark
 */
export function searchWith(search, view, { model, names, twin }) {
  const params = new URLSearchParams(search);
  if (!twin) params.set("model", model);
  const query = toQuery(view);
  // A link holds the whole view: that of a twin is never empty.
  if (twin) query.layers ??= view.layers;
  for (const [part, name] of Object.entries(names)) {
    const value = query[/** @type {keyof View} */ (part)];
    if (value === undefined) params.delete(name);
    else params.set(name, value);
  }
  return params.toString();
}
