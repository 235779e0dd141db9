/** The cells of a heat map as pixels. */
import type { MatrixView } from './matrixView';
import type { Surface } from '../charts/canvas';
import { hex, levels, rampPixels } from '../charts/colorScale';
import { type Scale, strengthOf } from '../../src/common/attention/attention';
import { memo } from '../common/store';
import { poolMax } from './units';
import { isHighContrast, type Theme } from '../common/theme';
import type { MatrixLayout } from './matrixLayout';

/** High contrast: from here on a weight is drawn as a square of its size, so that it reads without colour. */
const smallestSquare = 7;

/** Steps of a weight from 0 to the top. Fine enough that the square root skips no colour near 0. */
const steps = 65_536;

/** Colours by weight, the scale worked in: a picture of 512 by 512 then needs no root for any of its cells. */
const colorsOf = memo((theme: Theme, scale: Scale) => {
  const ramp = rampPixels(theme.background, theme.accent);
  return Uint32Array.from({ length: steps + 1 }, (_, step) => {
    const level = Math.round(strengthOf(step, steps, scale) * (levels - 1));
    return ramp[level] ?? 0;
  });
});

/** Pixels are written anew for each picture; their memory is used again while the size stays. */
const imageOf = memo((width: number, height: number) => new ImageData(width, height));

interface CellOptions {
  readonly theme: Theme;
  readonly scale: Scale;
}

/** Fills the matrix's place with its weights. */
export function paintCells(
  { context, pixelRatio }: Surface,
  view: MatrixView,
  layout: MatrixLayout,
  options: CellOptions,
): void {
  const { queries, keys, weights, largest } = view;
  const { left, top, matrixWidth, matrixHeight, cell, gap } = layout;
  if (weights.length === 0) {
    return;
  }
  if (isHighContrast(options.theme) && cell >= smallestSquare) {
    paintSquares(context, view, layout, options);
    return;
  }
  const [rows, columns] = [queries.length, keys.length];
  // Where a cell is smaller than a pixel of the screen, each pixel takes the largest weight under it.
  const width = Math.min(columns, Math.max(1, Math.round(matrixWidth * pixelRatio)));
  const height = Math.min(rows, Math.max(1, Math.round(matrixHeight * pixelRatio)));
  const isWhole = width === columns && height === rows;
  const pixels = isWhole ? weights : poolMax(weights, rows, columns, height, width);
  context.imageSmoothingEnabled = false;
  context.drawImage(
    weightImage(pixels, width, height, largest, options),
    left,
    top,
    matrixWidth,
    matrixHeight,
  );
  if (gap > 0) {
    context.fillStyle = hex(options.theme.background);
    for (let row = 1; row < rows; row++) {
      context.fillRect(left, top + row * cell - gap, matrixWidth, gap);
    }
    for (let column = 1; column < columns; column++) {
      context.fillRect(left + column * cell - gap, top, gap, matrixHeight);
    }
  }
}

/** An image with a pixel for each weight. */
export function weightImage(
  weights: Float32Array,
  width: number,
  height: number,
  top: number,
  { theme, scale }: CellOptions,
): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  const image = imageOf(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const colors = colorsOf(theme, scale);
  const factor = top > 0 ? steps / top : 0;
  for (let index = 0; index < pixels.length; index++) {
    pixels[index] = colors[Math.min(steps, weights[index]! * factor) | 0]!;
  }
  context?.putImageData(image, 0, 0);
  return canvas;
}

/** Weights as squares whose side is their place on the scale: with the square-root scale, area is weight. */
function paintSquares(
  context: CanvasRenderingContext2D,
  { queries, keys, weights, largest }: MatrixView,
  { left, top, cell, gap }: MatrixLayout,
  { theme, scale }: CellOptions,
): void {
  context.fillStyle = hex(theme.accent);
  const room = cell - gap;
  queries.forEach((_, row) =>
    keys.forEach((_, column) => {
      const weight = weights[row * keys.length + column]!;
      const side = room * strengthOf(weight, largest, scale);
      const inset = (room - side) / 2;
      if (side >= 0.5) {
        context.fillRect(left + column * cell + inset, top + row * cell + inset, side, side);
      }
    }),
  );
}
