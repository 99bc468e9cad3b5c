/**
 * Outlines drawn by hand, and what lies inside them. An outline is a list of places of the latent plane, x, y, x, y,
 * … (in a strip its two ends), so that it means the same points at any magnification and on either scale.
 *
 * @typedef {[number, number]} Share of the field, rightward and upward
 */

/** An outline travels in the link. */
const MOST_CORNERS = 64;
/** On the Φ scale a long edge would be another line than the one that was drawn. */
const LONGEST_EDGE = 0.08;
const SLABS = 128;

/**
 * The indices of the encodings inside, by the even-odd rule, in one pass: the plane is cut into slabs, and each point
 * is held against the edges that cross its slab.
 *
 * @param {number[]} outline [x, y, …], or [low, high] of a strip
 * @param {Float32Array} mu [N, K] row by row
 * @param {number} columns K, 1 or 2
 * @param {Uint8Array|null} [left] [N], not 0 for an encoding to leave out
 * @returns {Uint32Array}
 */
export function selectInside(outline, mu, columns, left = null) {
  const inside = columns > 1 ? polygon(outline) : (/** @type {number} */ x) => x >= outline[0] && x <= outline[1];
  const count = mu.length / columns;
  const found = new Uint32Array(count);
  let size = 0;
  for (let n = 0, at = 0; n < count; n++, at += columns) {
    if (!(left && left[n]) && inside(mu[at], mu[at + columns - 1])) found[size++] = n;
  }
  return found.slice(0, size);
}

/** @param {number[]} outline @returns {(x: number, y: number) => boolean} */
function polygon(outline) {
  const [xs, ys] = [0, 1].map((k) => Float64Array.from(outline.filter((_, n) => n % 2 === k)));
  const corners = xs.length;
  const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const slabOf = (/** @type {number} */ y) => Math.min(SLABS - 1, Math.floor((SLABS * (y - low)) / (high - low)));
  /** @type {number[][]} */
  const slabs = Array.from({ length: SLABS }, () => []);
  for (let n = 0; n < corners && high > low; n++) {
    const [a, b] = [ys[n], ys[(n + 1) % corners]].sort((p, q) => p - q);
    for (let slab = slabOf(a); slab <= slabOf(b); slab++) slabs[slab].push(n);
  }
  return (x, y) => {
    if (!(x >= left && x <= right && y >= low && y < high)) return false;
    let odd = false;
    const edges = slabs[slabOf(y)];
    for (let k = 0; k < edges.length; k++) {
      const n = edges[k];
      const m = n + 1 === corners ? 0 : n + 1;
      if (ys[n] > y !== ys[m] > y && x < xs[n] + ((y - ys[n]) / (ys[m] - ys[n])) * (xs[m] - xs[n])) odd = !odd;
    }
    return odd;
  };
}

/**
 * A stroke of the hand with fewer corners: those that stand out most, at most 64. Where it came back to its
 * beginning, that is one corner.
 *
 * @param {Share[]} stroke @param {number} tolerance share of the field that nobody sees
 * @returns {Share[]}
 */
export function simplified(stroke, tolerance) {
  let corners = stroke;
  // The two ends meet, so the line between them says nothing: the stroke is cut at its middle too.
  for (let close = tolerance; close === tolerance || corners.length > MOST_CORNERS; close *= 1.4) {
    const half = stroke.length >> 1;
    corners = [...standOut(stroke.slice(0, half + 1), close), ...standOut(stroke.slice(half), close).slice(1)];
  }
  const [[x, y], [endX, endY]] = [corners[0], corners[corners.length - 1]];
  return corners.length > 3 && Math.hypot(endX - x, endY - y) < 4 * tolerance ? corners.slice(0, -1) : corners;
}

/** Ramer, Douglas and Peucker's rule. @param {Share[]} line @param {number} close @returns {Share[]} */
function standOut(line, close) {
  const [first, last] = [line[0], line[line.length - 1]];
  const [dx, dy] = [last[0] - first[0], last[1] - first[1]];
  const length = Math.hypot(dx, dy);
  let [far, most] = [0, close];
  for (let n = 1; n < line.length - 1; n++) {
    const [x, y] = [line[n][0] - first[0], line[n][1] - first[1]];
    const distance = length ? Math.abs(x * dy - y * dx) / length : Math.hypot(x, y);
    if (distance > most) [far, most] = [n, distance];
  }
  if (far === 0) return line.length > 1 ? [first, last] : [first];
  return [...standOut(line.slice(0, far + 1), close), ...standOut(line.slice(far), close).slice(1)];
}

/**
 * The closed outline with places added on its long edges.
 *
 * @param {Share[]} corners @returns {Share[]}
 */
export function filled(corners) {
  return corners.flatMap(([x, y], n) => {
    const [toX, toY] = corners[(n + 1) % corners.length];
    const pieces = Math.max(1, Math.ceil(Math.hypot(toX - x, toY - y) / LONGEST_EDGE));
    return Array.from({ length: pieces }, (_, k) => /** @type {Share} */ ([
      x + (k / pieces) * (toX - x), y + (k / pieces) * (toY - y),
    ]));
  });
}
