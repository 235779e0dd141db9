/** Vectors as rows of colours around 0. */
import { createSurface, fitText, poolFarthest, reachOf, signedImage } from '../charts/canvas';
import { hex, withAlpha } from '../charts/colorScale';
import { memo } from '../common/store';
import { labelFont } from './matrixLayout';
import type { Theme } from '../common/theme';

/** Vectors, one row each. */
export interface VectorRows {
  /** [count, size] */
  readonly rows: Float32Array<ArrayBuffer>;
  readonly size: number;
  /** One for each row. */
  readonly labels: readonly string[];
  /** The number of rows of the first of two joined networks, which hands on its last row. */
  readonly seam?: number | undefined;
}

/** Vectors one after the other, [count, size]. */
export const joinRows = (
  vectors: readonly Float32Array<ArrayBuffer>[],
): Float32Array<ArrayBuffer> => Float32Array.from(vectors.flatMap(vector => [...vector]));

/** What is marked in the picture. */
export interface Marks {
  /** The number of rows that are there yet; by default all. */
  readonly made?: number | undefined;
  readonly row: number;
  readonly column?: number | undefined;
}

export interface RowsPicture {
  readonly canvas: HTMLCanvasElement;
  /** The row and the column at a point, in CSS pixels; a label has no column. */
  locate(
    x: number,
    y: number,
  ): { readonly row: number; readonly column: number | undefined } | undefined;
}

/** In CSS pixels, as what follows. */
const maxLabelWidth = 110;
const maxHeight = 440;
/** The space between the rows of two networks. */
const gap = 10;
/** Of rows that are lower than this, not every one has a label. */
const labelHeight = 13;

const measure = memo((labels: readonly string[], font: string) => {
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  if (!context) {
    return maxLabelWidth;
  }
  context.font = font;
  return labels.reduce((max, label) => Math.max(max, context.measureText(label).width), 24);
});

/** The colours do not change from step to step: they are made once for each layer and theme. */
const imageOf = memo((rows: Float32Array, size: number, width: number, theme: Theme) => {
  const shown = width < size ? poolFarthest(rows, size, width) : rows;
  const columns = Math.min(width, size);
  return signedImage(shown, columns, rows.length / size, reachOf(rows), theme);
});

/** Each vector a row of colours around 0, with its label. */
export function paintRows(
  { rows, size, labels, seam = labels.length }: VectorRows,
  { made = labels.length, row: lit, column }: Marks,
  theme: Theme,
  room: number,
): RowsPicture {
  const count = labels.length;
  const left = Math.ceil(Math.min(maxLabelWidth, room / 3, measure(labels, labelFont(theme)))) + 8;
  const free = Math.max(60, room - left - 1);
  // Where there is room each dimension has the same width in whole pixels.
  const width = free >= size ? size * Math.floor(Math.min(free, 900) / size) : Math.floor(free);
  const rowHeight = Math.max(3, Math.min(18, Math.floor(maxHeight / Math.max(1, count))));
  // The labels of the first row and the last are higher than these may be.
  const margin = Math.max(0, Math.ceil((labelHeight - rowHeight) / 2));
  const topOf = (row: number) => margin + row * rowHeight + (row >= seam && seam < count ? gap : 0);
  const bottom = topOf(count - 1) + rowHeight;
  const { canvas, context } = createSurface(left + width + 1, bottom + margin + 1);
  const image = imageOf(rows, size, width, theme);
  context.imageSmoothingEnabled = false;
  context.translate(0, 0.5);
  const draw = (first: number, end: number) => {
    const shown = Math.min(end, made) - first;
    if (shown > 0) {
      context.drawImage(
        image,
        ...([0, first, image.width, shown] as const),
        ...([left, topOf(first), width, shown * rowHeight] as const),
      );
    }
    context.strokeStyle = hex(theme.line);
    context.strokeRect(left - 0.5, topOf(first) - 0.5, width + 1, (end - first) * rowHeight + 1);
  };
  draw(0, seam);
  if (seam < count) {
    draw(seam, count);
  }

  context.textBaseline = 'middle';
  context.textAlign = 'right';
  const every = Math.max(1, Math.ceil(labelHeight / rowHeight));
  labels.forEach((label, row) => {
    // The marked row always has its label; its neighbours make room.
    if (row !== lit && (row % every !== 0 || Math.abs(row - lit) < every)) {
      return;
    }
    context.font = labelFont(theme, row === lit ? 'bold' : 'normal');
    context.fillStyle = hex(row < made ? theme.foreground : theme.quiet);
    context.fillText(fitText(context, label, left - 8), left - 6, topOf(row) + rowHeight / 2);
  });
  context.strokeStyle = hex(theme.foreground);
  context.strokeRect(left - 0.5, topOf(lit) + 0.5, width + 1, Math.max(2, rowHeight - 1));
  if (column !== undefined) {
    context.fillStyle = withAlpha(theme.foreground, 0.65);
    const x = left + (column * width) / size;
    context.fillRect(x - 1, margin, 1, bottom - margin);
    context.fillRect(x + width / size, margin, 1, bottom - margin);
  }
  if (seam < count && made >= seam) {
    // What crosses: an arrow from the last row of the first to the second.
    const [middle, top] = [left + width / 2, topOf(seam - 1) + rowHeight];
    context.fillStyle = hex(theme.foreground);
    context.beginPath();
    context.moveTo(middle - 5, top + 2);
    context.lineTo(middle + 5, top + 2);
    context.lineTo(middle, top + gap - 2);
    context.fill();
  }
  canvas.setAttribute('role', 'img');
  return {
    canvas,
    locate: (x, y) => {
      const row = labels.findIndex((_, index) => y >= topOf(index) && y < topOf(index) + rowHeight);
      const place = Math.floor(((x - left) * size) / width);
      return row < 0 ? undefined : { row, column: place >= 0 && place < size ? place : undefined };
    },
  };
}
