/**
 * Twelve thousand dots, written straight into pixels: about 3 ms, where as many canvas calls take 20. The
 * result is kept as a picture, so that moving the pointer never draws a dot.
 */

/**
 * @param {number} radius in device pixels
 * @returns {{dx: Int8Array, dy: Int8Array, alpha: Float32Array}} the pixels a dot touches, with soft edges
 */
function dotMask(radius) {
  const reach = Math.ceil(radius);
  /** @type {number[][]} */
  const [dx, dy, alpha] = [[], [], []];
  for (let y = -reach; y <= reach; y++) {
    for (let x = -reach; x <= reach; x++) {
      const cover = Math.min(1, radius + 0.5 - Math.hypot(x, y));
      if (cover > 0) {
        dx.push(x);
        dy.push(y);
        alpha.push(cover);
      }
    }
  }
  return { dx: Int8Array.from(dx), dy: Int8Array.from(dy), alpha: Float32Array.from(alpha) };
}

/** @param {string} hex "#RRGGBB" @returns {[number, number, number]} */
export function rgb(hex) {
  const value = parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/**
 * Draws every dot over a transparent picture.
 *
 * @param {ImageData} image
 * @param {Float32Array} xs device pixels [N]
 * @param {Float32Array} ys device pixels [N]
 * @param {Uint8Array|null} labels class of each dot [N]
 * @param {[number, number, number][]} colours one per class; the last is used where there is no class
 * @param {number} radius device pixels
 * @param {number} opacity of one dot
 */
export function drawDots(image, xs, ys, labels, colours, radius, opacity) {
  const { data, width, height } = image;
  data.fill(0);
  const { dx, dy, alpha } = dotMask(radius);
  const fallback = colours[colours.length - 1];
  for (let n = 0; n < xs.length; n++) {
    const [cx, cy] = [Math.round(xs[n]), Math.round(ys[n])];
    const [r, g, b] = labels ? (colours[labels[n]] ?? fallback) : fallback;
    for (let k = 0; k < dx.length; k++) {
      const [x, y] = [cx + dx[k], cy + dy[k]];
      if (x < 0 || y < 0 || x >= width || y >= height) continue;
      const at = 4 * (y * width + x);
      // "Over" with straight (not premultiplied) alpha, as ImageData wants it.
      const a = opacity * alpha[k];
      const below = (data[at + 3] / 255) * (1 - a);
      const total = a + below;
      data[at] = (r * a + data[at] * below) / total;
      data[at + 1] = (g * a + data[at + 1] * below) / total;
      data[at + 2] = (b * a + data[at + 2] * below) / total;
      data[at + 3] = 255 * total;
    }
  }
}

/**
 * The median position of each class: where its glyph stands. A median, because a few stray encodings should
 * not pull the glyph out of its own cloud.
 *
 * @param {Float32Array} mu [N, K] row by row
 * @param {number} columns K
 * @param {Uint8Array} labels [N]
 * @param {number} classes
 * @returns {(number[]|null)[]} one [K] per class; null for a class without points
 */
export function classCentres(mu, columns, labels, classes) {
  /** @type {number[][][]} */
  const values = Array.from({ length: classes }, () => Array.from({ length: columns }, () => []));
  for (let n = 0; n < labels.length; n++) {
    for (let k = 0; k < columns; k++) values[labels[n]]?.[k].push(mu[n * columns + k]);
  }
  return values.map((axes) => {
    if (axes[0].length === 0) return null;
    return axes.map((list) => list.sort((a, b) => a - b)[list.length >> 1]);
  });
}

/**
 * Pushes places apart that are closer than `distance`, a little at a time, so that glyphs never cover each other.
 *
 * @param {{x: number, y: number}[]} places moved in place
 * @param {number} distance
 */
export function spread(places, distance) {
  for (let round = 0; round < 24; round++) {
    for (let a = 0; a < places.length; a++) {
      for (let b = a + 1; b < places.length; b++) {
        const [dx, dy] = [places[b].x - places[a].x, places[b].y - places[a].y];
        const apart = Math.hypot(dx, dy);
        if (apart >= distance) continue;
        // Two that coincide part sideways.
        const [ux, uy] = apart > 0 ? [dx / apart, dy / apart] : [1, 0];
        const push = (distance - apart) / 4;
        places[a].x -= ux * push;
        places[a].y -= uy * push;
        places[b].x += ux * push;
        places[b].y += uy * push;
      }
    }
  }
}
