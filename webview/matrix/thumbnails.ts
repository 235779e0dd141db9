/** Draws all heads as small matrices. */
import type { Attention } from '../../src/common/protocol/engine/types';
import { createSurface } from '../charts/canvas';
import { memo } from '../common/store';
import { withAlpha } from '../charts/colorScale';
import type { HeadPosition, Scale } from '../../src/common/attention/attention';
import { weightImage } from './heatmapCells';
import type { OffScale } from './matrixView';
import { poolMax } from './units';
import { isHighContrast, type Theme } from '../common/theme';

export interface ThumbnailOptions {
  readonly theme: Theme;
  readonly scale: Scale;
  /** Rows and columns of the tensor that are left out: beside them all others would be pale. */
  readonly offScale: OffScale;
  /** Side of a thumbnail and the space between two, in CSS pixels. */
  readonly size: number;
  readonly gap: number;
}

export interface Thumbnails {
  readonly element: HTMLCanvasElement;
  /** Side of a thumbnail, in CSS pixels. */
  readonly size: number;
  /**
   * The same heads in another order, in rows of as many, with room under each for its name. What is not drawn yet comes
   * when it is.
   *
   * @param captionHeight in CSS pixels.
   */
  sorted(heads: readonly HeadPosition[], captionHeight: number): HTMLCanvasElement;
  /** Stops what is still to be drawn. */
  stop(): void;
}

/**
 * Every head's matrix, small: a row for each layer, a column for each head, all on one scale from 0 to 1 so
 * that heads can be compared. What is off the scale is left out.
 *
 * Drawn a layer at a time while the browser is idle, so that the large picture comes first.
 */
export function thumbnails(
  { kind, shape, weights }: Attention,
  { theme, scale, offScale, size, gap }: ThumbnailOptions,
): Thumbnails {
  const [layers, heads, , keys] = shape;
  const pitch = size + gap;
  const { canvas, context, pixelRatio } = createSurface(heads * pitch - gap, layers * pitch - gap);
  const pixels = Math.max(1, Math.round(size * pixelRatio));
  const rows = offScale.rows.flatMap((isOff, row) => (isOff ? [] : row));
  const columns = offScale.columns.flatMap((isOff, column) => (isOff ? [] : column));
  const [width, height] = [Math.min(columns.length, pixels), Math.min(rows.length, pixels)];
  context.imageSmoothingEnabled = false;
  // A dark accent on black would be a black square.
  const ink = isHighContrast(theme) ? { ...theme, accent: theme.foreground } : theme;

  // What comes later is masked in a decoder: it is grey, and not a weight of nothing.
  const masked = new Path2D();
  rows.forEach((query, row) => {
    if (kind === 'decoder') {
      const seen = columns.filter(key => key <= query).length;
      const [x, y] = [(seen * size) / columns.length, (row * size) / rows.length];
      masked.rect(x, y, Math.max(0, size - x), size / rows.length);
    }
  });

  const drawLayer = (layer: number) => {
    for (let head = 0; head < heads; head++) {
      const start = (layer * heads + head) * shape[2] * keys;
      const matrix = new Float32Array(rows.length * columns.length);
      let at = 0;
      for (const row of rows) {
        for (const column of columns) {
          matrix[at++] = weights[start + row * keys + column]!;
        }
      }
      const isWhole = width === columns.length && height === rows.length;
      const pooled = isWhole ? matrix : poolMax(matrix, rows.length, columns.length, height, width);
      const image = weightImage(pooled, width, height, 1, { theme: ink, scale });
      context.save();
      context.translate(head * pitch, layer * pitch);
      context.drawImage(image, 0, 0, size, size);
      context.fillStyle = withAlpha(theme.quiet, 0.25);
      context.fill(masked);
      context.restore();
    }
  };

  let copyLayer = (_: number): void => undefined;
  const sorted = memo((order: readonly HeadPosition[], captionHeight: number) => {
    const rowPitch = size + captionHeight + gap;
    const rows = Math.ceil(order.length / heads);
    const copy = createSurface(heads * pitch - gap, rows * rowPitch);
    copy.context.imageSmoothingEnabled = false;
    const [side, step] = [size * pixelRatio, pitch * pixelRatio];
    copyLayer = copied =>
      order.forEach(({ layer: of, head }, place) => {
        if (of === copied) {
          const [x, y] = [(place % heads) * pitch, Math.floor(place / heads) * rowPitch];
          copy.context.drawImage(canvas, head * step, of * step, side, side, x, y, size, size);
        }
      });
    Array.from({ length: layers }, (_, each) => each).forEach(copyLayer);
    return copy.canvas;
  });

  let layer = 0;
  let request: number;
  const drawNext = () => {
    drawLayer(layer);
    copyLayer(layer);
    layer++;
    if (layer < layers) {
      request = requestIdleCallback(drawNext, { timeout: 200 });
    }
  };
  request = requestIdleCallback(drawNext, { timeout: 200 });
  return { element: canvas, size, sorted, stop: () => cancelIdleCallback(request) };
}
