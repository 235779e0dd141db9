/** Draws all heads as small matrices. */
import type { Attention } from '../../src/common/protocol/engine/types';
import { createSurface } from '../charts/canvas';
import { withAlpha } from '../charts/colorScale';
import type { Scale } from '../../src/common/attention/attention';
import { weightImage } from './heatmapCells';
import { poolMax } from './units';
import type { Theme } from '../common/theme';

export interface ThumbnailOptions {
  readonly theme: Theme;
  readonly scale: Scale;
  /** Side of a thumbnail and the space between two, in CSS pixels. */
  readonly size: number;
  readonly gap: number;
}

export interface Thumbnails {
  readonly element: HTMLCanvasElement;
  /** Stops what is still to be drawn. */
  stop(): void;
}

/**
 * Every head's matrix, small: a row for each layer, a column for each head, all on one scale from 0 to 1 so
 * that heads can be compared.
 *
 * Drawn a layer at a time while the browser is idle, so that the large picture comes first.
 */
export function thumbnails(
  { kind, shape, weights }: Attention,
  { theme, scale, size, gap }: ThumbnailOptions,
): Thumbnails {
  const [layers, heads, queries, keys] = shape;
  const pitch = size + gap;
  const { canvas, context, pixelRatio } = createSurface(heads * pitch - gap, layers * pitch - gap);
  const pixels = Math.max(1, Math.round(size * pixelRatio));
  const [width, height] = [Math.min(keys, pixels), Math.min(queries, pixels)];
  context.imageSmoothingEnabled = false;

  // What comes later is masked in a decoder: it is grey, and not a weight of nothing.
  const masked = new Path2D();
  for (let query = 0; kind === 'decoder' && query < queries; query++) {
    const [x, y] = [((query + 1) * size) / keys, (query * size) / queries];
    masked.rect(x, y, Math.max(0, size - x), size / queries);
  }

  const drawLayer = (layer: number) => {
    for (let head = 0; head < heads; head++) {
      const start = (layer * heads + head) * queries * keys;
      const matrix = weights.subarray(start, start + queries * keys);
      const isWhole = width === keys && height === queries;
      const pooled = isWhole ? matrix : poolMax(matrix, queries, keys, height, width);
      const image = weightImage(pooled, width, height, 1, { theme, scale });
      context.save();
      context.translate(head * pitch, layer * pitch);
      context.drawImage(image, 0, 0, size, size);
      context.fillStyle = withAlpha(theme.quiet, 0.25);
      context.fill(masked);
      context.restore();
    }
  };

  let layer = 0;
  let request: number;
  const drawNext = () => {
    drawLayer(layer);
    layer++;
    if (layer < layers) {
      request = requestIdleCallback(drawNext, { timeout: 200 });
    }
  };
  request = requestIdleCallback(drawNext, { timeout: 200 });
  return { element: canvas, stop: () => cancelIdleCallback(request) };
}
