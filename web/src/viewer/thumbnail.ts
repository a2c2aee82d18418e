/** A small picture of a series: decoded pixels, windowed and made smaller by plain arithmetic, without a viewport. */

/** What of an image is needed to draw it small. */
export interface Decoded {
  columns: number;
  rows: number;
  color: boolean;
  rgba: boolean;
  numberOfComponents: number;
  invert: boolean;
  lower: number;
  upper: number;
  pixels: ArrayLike<number>;
}

/** RGBA pixels of at most size x size, the picture in the middle of black. Every point is one pixel of the picture. */
export function shrink(image: Decoded, size: number): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint8ClampedArray(size * size * 4);
  const scale = Math.max(image.columns, image.rows) / size;
  const [width, height] = [Math.round(image.columns / scale), Math.round(image.rows / scale)];
  const [left, top] = [Math.floor((size - width) / 2), Math.floor((size - height) / 2)];
  const span = Math.max(image.upper - image.lower, 1e-6);
  for (let at = 3; at < out.length; at += 4) out[at] = 255;
  for (let y = 0; y < height; y += 1) {
    const row = Math.min(image.rows - 1, Math.floor((y + 0.5) * scale)) * image.columns;
    for (let x = 0; x < width; x += 1) {
      const from = row + Math.min(image.columns - 1, Math.floor((x + 0.5) * scale));
      const to = ((y + top) * size + x + left) * 4;
      if (image.color) {
        const start = from * image.numberOfComponents;
        for (let part = 0; part < 3; part += 1) out[to + part] = image.pixels[start + part] as number;
      } else {
        const grey = (((image.pixels[from] as number) - image.lower) / span) * 255;
        out.fill(image.invert ? 255 - grey : grey, to, to + 3);
      }
    }
  }
  return out;
}
