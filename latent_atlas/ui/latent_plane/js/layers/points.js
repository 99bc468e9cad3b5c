/** Colours and classes of the points: everything but drawing them, which dots.js does. */

/** @param {string} hex "#RRGGBB" @returns {[number, number, number]} */
export function rgb(hex) {
  const value = parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/**
 * Pushes places apart that are closer than `distance`, a little at a time, so that glyphs never cover each other.
 *
 * @param {{x: number, y: number, width?: number}[]} places moved in place; wide ones keep as far apart across as
 *     their widths ask for
 * @param {number} distance
 */
export function pushApart(places, distance) {
  for (let round = 0; round < 24; round++) {
    for (let a = 0; a < places.length; a++) {
      for (let b = a + 1; b < places.length; b++) {
        const wide = Math.max(1, ((places[a].width ?? 0) + (places[b].width ?? 0)) / 2 / distance);
        const [dx, dy] = [(places[b].x - places[a].x) / wide, places[b].y - places[a].y];
        const apart = Math.hypot(dx, dy);
        if (apart >= distance) continue;
        // Two that coincide part sideways.
        const [ux, uy] = apart > 0 ? [dx / apart, dy / apart] : [1, 0];
        const push = (distance - apart) / 4;
        places[a].x -= ux * push * wide;
        places[a].y -= uy * push;
        places[b].x += ux * push * wide;
        places[b].y += uy * push;
      }
    }
  }
}
