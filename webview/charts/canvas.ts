/** Canvases in CSS pixels, and images of numbers around 0. */
import { levels, rampPixels } from './colorScale';
import { memo } from '../common/store';
import type { Theme } from '../common/theme';

/** A canvas in CSS pixels that is as sharp as the screen. */
export interface Surface {
  readonly canvas: HTMLCanvasElement;
  /** Scaled so that a unit is a CSS pixel. */
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  readonly pixelRatio: number;
}

/** @throws Error when the browser gives no 2D context; it then draws nothing at all. */
export function createSurface(
  width: number,
  height: number,
  pixelRatio = window.devicePixelRatio,
): Surface {
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * pixelRatio));
  canvas.height = Math.max(1, Math.round(height * pixelRatio));
  // By property: the page's CSP allows no style attribute.
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d');
  if (!context) {
    throw new Error('The browser cannot draw: it gave no 2D canvas.');
  }
  context.scale(pixelRatio, pixelRatio);
  return { canvas, context, width, height, pixelRatio };
}

/** The longest start of a text that fits into a width in the context's font, with an ellipsis where it was cut. */
export function fitText(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) {
    return text;
  }
  const characters = Array.from(text);
  let low = 0;
  let high = characters.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const isShort = context.measureText(`${characters.slice(0, middle).join('')}…`).width <= width;
    [low, high] = isShort ? [middle, high] : [low, middle - 1];
  }
  return `${characters.slice(0, low).join('')}…`;
}

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
