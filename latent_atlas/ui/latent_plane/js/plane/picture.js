/** Decoded means to pixels: grey or colour, never stretched, always at a whole multiple of their size. */

/**
 * @param {Float32Array} means [C, H, W] flattened, in [0, 1]
 * @param {[number, number, number]} shape C, H, W; one channel is grey, the first three are red, green, blue
 * @param {ImageData} image W × H, written in place
 * @param {number} [offset] first pixel, for a tile inside a larger picture
 * @param {number} [stride] pixels a row of `image` has
 */
export function paintMeans(means, [channels, height, width], image, offset = 0, stride = width) {
  const { data } = image;
  const area = height * width;
  const [g, b] = channels >= 3 ? [area, 2 * area] : [0, 0];
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p++) {
      const at = 4 * (offset + y * stride + x);
      data[at] = 255 * means[p];
      data[at + 1] = 255 * means[p + g];
      data[at + 2] = 255 * means[p + b];
      data[at + 3] = 255;
    }
  }
}

/**
 * The largest size in CSS pixels at which every image pixel covers a whole number of device pixels.
 *
 * @param {number} pixels of the image along its longer side
 * @param {number} room CSS pixels there are
 * @param {number} ratio device pixels in a CSS pixel
 * @returns {number} CSS pixels one image pixel takes
 */
export function wholeScale(pixels, room, ratio) {
  return Math.max(1, Math.floor((room * ratio) / pixels)) / ratio;
}

/**
 * A canvas that shows one decoded image.
 *
 * @param {HTMLCanvasElement} canvas
 */
export function createPicture(canvas) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  /** @type {ImageData|null} */
  let image = null;

  return {
    /** @param {[number, number, number]} shape @param {number} room CSS pixels for the longer side */
    fit([, height, width], room) {
      if (!image || image.width !== width || image.height !== height) {
        [canvas.width, canvas.height] = [width, height];
        image = new ImageData(width, height);
      }
      const scale = wholeScale(Math.max(width, height), room, window.devicePixelRatio);
      canvas.style.width = `${width * scale}px`;
      canvas.style.height = `${height * scale}px`;
    },
    /**
     * @param {Float32Array} means of as many channels as there are
     * @param {[number, number, number]} shape
     */
    draw(means, [, height, width]) {
      if (!image) return;
      paintMeans(means, [means.length / (height * width), height, width], image);
      context.putImageData(image, 0, 0);
    },
  };
}
