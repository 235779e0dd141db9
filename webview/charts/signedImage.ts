/** Numbers around 0 as an image. */
import { levels, rampPixels } from './colorScale';
import { memo } from '../common/memo';
import type { Theme } from '../common/theme';

const rampsOf = memo((theme: Theme) => ({
  above: rampPixels(theme.background, theme.accent),
  below: rampPixels(theme.background, theme.second),
}));

/** The largest distance from 0; never 0 itself, so that it can be a divisor. */
export const reachOf = (values: Float32Array): number =>
  values.reduce((max, value) => Math.max(max, Math.abs(value)), 1e-6);

/**
 * An image with a pixel for each number: the accent above 0, the second colour below, the background at 0.
 *
 * @param values [height, width], row-major.
 * @param reach the size that has the full colour, either way.
 */
export function signedImage(
  values: Float32Array,
  width: number,
  height: number,
  reach: number,
  theme: Theme,
): OffscreenCanvas {
  const { above, below } = rampsOf(theme);
  const canvas = new OffscreenCanvas(width, height);
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  for (let index = 0; index < pixels.length; index++) {
    const value = values[index]!;
    const level = Math.min(levels - 1, Math.round((Math.abs(value) / reach) * (levels - 1)));
    pixels[index] = (value < 0 ? below : above)[level]!;
  }
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return canvas;
}

/**
 * The same where there are more numbers than pixels: each pixel has the number farthest from 0 under it.
 *
 * @param values [rows, columns] @returns [rows, width]
 */
export function poolFarthest(
  values: Float32Array,
  columns: number,
  width: number,
): Float32Array<ArrayBuffer> {
  const rows = columns === 0 ? 0 : values.length / columns;
  const pooled = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = values[row * columns + column]!;
      const pixel = row * width + Math.floor((column * width) / columns);
      if (Math.abs(value) > Math.abs(pooled[pixel]!)) {
        pooled[pixel] = value;
      }
    }
  }
  return pooled;
}
