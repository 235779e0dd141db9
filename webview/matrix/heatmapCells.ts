/** The cells of a heat map as pixels. */
import type { MatrixView } from './matrixView';
import { signedImage, type Surface } from '../charts/canvas';
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
const colorsOf = (ink: 'accent' | 'quiet') =>
  memo((theme: Theme, scale: Scale) => {
    const ramp = rampPixels(theme.background, theme[ink]);
    return Uint32Array.from({ length: steps + 1 }, (_, step) => {
      const level = Math.round(strengthOf(step, steps, scale) * (levels - 1));
      return ramp[level] ?? 0;
    });
  });
const [colors, greys] = [colorsOf('accent'), colorsOf('quiet')];

/** Pixels are written anew for each picture; their memory is used again while the size stays. */
const imageOf = memo((width: number, height: number) => new ImageData(width, height));

interface CellOptions {
  readonly theme: Theme;
  readonly scale: Scale;
  /** Whether the image is grey, as what is off the scale is. */
  readonly isGrey?: boolean | undefined;
  /** Whether the numbers are differences, below 0 as well. */
  readonly isSigned?: boolean | undefined;
}

/** Fills the matrix's place with its weights. */
export function paintCells(
  surface: Surface,
  view: MatrixView,
  layout: MatrixLayout,
  options: CellOptions,
): void {
  const { context } = surface;
  const { left, top, matrixWidth, matrixHeight, cell, gap, rowEdges, columnEdges } = layout;
  if (view.weights.length === 0) {
    return;
  }
  if (isHighContrast(options.theme) && cell >= smallestSquare) {
    paintSquares(context, view, layout, options);
    return;
  }
  context.imageSmoothingEnabled = false;
  const [rows, columns] = [runsOf(view.offScale.rows), runsOf(view.offScale.columns)];
  for (const row of rows) {
    for (const column of columns) {
      paintRuns(surface, view, layout, [row, column], options);
    }
  }
  if (gap > 0) {
    context.fillStyle = hex(options.theme.background);
    for (const edge of rowEdges.slice(1, -1)) {
      context.fillRect(left, top + edge - gap, matrixWidth, gap);
    }
    for (const edge of columnEdges.slice(1, -1)) {
      context.fillRect(left + edge - gap, top, gap, matrixHeight);
    }
  }
}

/** Neighbouring rows or columns that are all on the scale, or all off it. */
interface Run {
  readonly start: number;
  readonly end: number;
  readonly isOff: boolean;
}

function runsOf(sides: readonly boolean[]): readonly Run[] {
  const starts = sides.flatMap((isOff, index) => (isOff === sides[index - 1] ? [] : index));
  return starts.map((start, index) => ({
    start,
    end: starts[index + 1] ?? sides.length,
    isOff: sides[start] ?? false,
  }));
}

/** Paints where a run of rows and one of columns cross. */
function paintRuns(
  { context, pixelRatio }: Surface,
  { keys, weights, largest, isSigned = false }: MatrixView,
  { left, top, rowEdges, columnEdges }: MatrixLayout,
  [row, column]: readonly [Run, Run],
  options: CellOptions,
): void {
  const place = (edges: readonly number[], { start, end }: Run) => {
    const from = edges[start] ?? 0;
    return { from, size: (edges[end] ?? 0) - from };
  };
  const [x, y] = [place(columnEdges, column), place(rowEdges, row)];
  const [rows, columns] = [row.end - row.start, column.end - column.start];
  const isAll = columns === keys.length;
  const block = isAll
    ? weights.subarray(row.start * columns, row.end * columns)
    : Float32Array.from({ length: rows * columns }, (_, index) => {
        const at = (row.start + Math.floor(index / columns)) * keys.length + column.start;
        return weights[at + (index % columns)]!;
      });
  // Where a cell is smaller than a pixel of the screen, each pixel takes the largest weight under it.
  const width = Math.min(columns, Math.max(1, Math.round(x.size * pixelRatio)));
  const height = Math.min(rows, Math.max(1, Math.round(y.size * pixelRatio)));
  const isWhole = width === columns && height === rows;
  const isGrey = row.isOff || column.isOff;
  const sizes = isSigned && isGrey ? block.map(Math.abs) : block;
  const pool = isSigned && !isGrey ? poolSigned : poolMax;
  const pixels = isWhole ? sizes : pool(sizes, rows, columns, height, width);
  const image = weightImage(pixels, width, height, isGrey ? 1 : largest, {
    ...options,
    ...{ isGrey, isSigned },
  });
  context.drawImage(image, left + x.from, top + y.from, x.size, y.size);
}

/** Each pixel has the difference under it that is farthest from 0. */
function poolSigned(differences: Float32Array, ...sizes: Sizes): Float32Array<ArrayBuffer> {
  const above = poolMax(
    differences.map(each => Math.max(0, each)),
    ...sizes,
  );
  const below = poolMax(
    differences.map(each => Math.max(0, -each)),
    ...sizes,
  );
  return above.map((each, index) => (each >= below[index]! ? each : -below[index]!));
}

type Sizes = readonly [rows: number, columns: number, height: number, width: number];

/** An image with a pixel for each weight. */
export function weightImage(
  weights: Float32Array,
  width: number,
  height: number,
  top: number,
  { theme, scale, isGrey = false, isSigned = false }: CellOptions,
): OffscreenCanvas {
  if (isSigned && !isGrey) {
    return signedImage(weights, width, height, Math.max(top, 1e-6), theme);
  }
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  const image = imageOf(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const table = (isGrey ? greys : colors)(theme, scale);
  const factor = top > 0 ? steps / top : 0;
  for (let index = 0; index < pixels.length; index++) {
    pixels[index] = table[Math.min(steps, weights[index]! * factor) | 0]!;
  }
  context?.putImageData(image, 0, 0);
  return canvas;
}

/**
 * Weights as squares whose side is their place on the scale: with the square-root scale, area is weight. Of differences
 * the side is linear, and those below 0 are hollow, so that the sign reads without colour.
 */
function paintSquares(
  context: CanvasRenderingContext2D,
  { queries, keys, weights, largest, offScale, isSigned = false }: MatrixView,
  { left, top, rowEdges, columnEdges, gap }: MatrixLayout,
  { theme, scale }: CellOptions,
): void {
  queries.forEach((_, row) =>
    keys.forEach((_, column) => {
      const weight = weights[row * keys.length + column]!;
      const [x, y] = [columnEdges[column]!, rowEdges[row]!];
      const [width, height] = [columnEdges[column + 1]! - x - gap, rowEdges[row + 1]! - y - gap];
      const isOff = offScale.rows[row] === true || offScale.columns[column] === true;
      const isBelow = isSigned && weight < 0;
      const strength = strengthOf(
        Math.abs(weight),
        isOff ? 1 : largest,
        isSigned ? 'linear' : scale,
      );
      const [across, down] = [width * strength, height * strength];
      if (Math.max(across, down) >= 0.5) {
        const color = hex(isOff ? theme.quiet : isBelow ? theme.second : theme.accent);
        const [atX, atY] = [left + x + (width - across) / 2, top + y + (height - down) / 2];
        if (isBelow) {
          context.strokeStyle = color;
          context.lineWidth = 1;
          context.strokeRect(atX + 0.5, atY + 0.5, Math.max(0, across - 1), Math.max(0, down - 1));
        } else {
          context.fillStyle = color;
          context.fillRect(atX, atY, across, down);
        }
      }
    }),
  );
}
