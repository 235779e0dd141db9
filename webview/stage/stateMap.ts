import { createSurface, fitText } from '../drawing/canvas';
import { hex, withAlpha } from '../drawing/colorScale';
import { memo } from '../page/memo';
import { labelFont } from '../drawing/picture';
import { poolFarthest, reachOf, signedImage } from '../drawing/signedImage';
import type { Theme } from '../page/theme';

/** States step by step, one row each. */
export interface StateMap {
  /** [steps, size] */
  readonly rows: Float32Array<ArrayBuffer>;
  readonly size: number;
  /** Of the rows: what each step read, or wrote. */
  readonly labels: readonly string[];
  /** How many steps are the encoder's: below them its state is handed on. */
  readonly encoderSteps: number;
}

/** What of it is shown. */
export interface Shown {
  /** The last step that has been made; what comes after is not there yet. */
  readonly step: number;
  /** The column that is marked. */
  readonly dimension: number;
}

export interface StatePicture {
  readonly canvas: HTMLCanvasElement;
  /** The step and the dimension at a point, in CSS pixels; a label has no dimension. */
  locate(
    x: number,
    y: number,
  ): { readonly step: number; readonly dimension: number | undefined } | undefined;
}

const longestLabel = 110;
const mostHeight = 440;
/** Between the encoder's rows and the decoder's. */
const seam = 10;
/** A row that is lower than this has no label of its own. */
const labelHeight = 13;

const measure = memo((labels: readonly string[], font: string) => {
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  if (!context) {
    return longestLabel;
  }
  context.font = font;
  return labels.reduce((most, label) => Math.max(most, context.measureText(label).width), 24);
});

/** The colours do not change from step to step: they are made once for each layer and theme. */
const imageOf = memo((rows: Float32Array, size: number, width: number, theme: Theme) => {
  const shown = width < size ? poolFarthest(rows, size, width) : rows;
  const columns = Math.min(width, size);
  return signedImage(shown, columns, rows.length / size, reachOf(rows), theme);
});

/** Each step a row of colours, from the first word that was read to the last that was written. */
export function paintStates(
  { rows, size, labels, encoderSteps }: StateMap,
  { step, dimension }: Shown,
  theme: Theme,
  room: number,
): StatePicture {
  const count = labels.length;
  const font = labelFont(theme);
  const left = Math.ceil(Math.min(longestLabel, room / 3, measure(labels, font))) + 8;
  const free = Math.max(60, room - left);
  // Where there is room each dimension has the same width in whole pixels.
  const width = free >= size ? size * Math.floor(Math.min(free, 900) / size) : Math.floor(free);
  const rowHeight = Math.max(3, Math.min(18, Math.floor(mostHeight / Math.max(1, count))));
  const topOf = (row: number) => row * rowHeight + (row >= encoderSteps ? seam : 0);
  const { canvas, context } = createSurface(left + width + 1, topOf(count) + 1);
  const image = imageOf(rows, size, width, theme);
  context.imageSmoothingEnabled = false;
  const done = Math.min(step, count - 1);
  const draw = (first: number, end: number) => {
    const shown = Math.min(end, done + 1) - first;
    if (shown > 0) {
      const top = topOf(first);
      context.drawImage(
        image,
        ...([0, first, image.width, shown] as const),
        ...([left, top, width, shown * rowHeight] as const),
      );
    }
    context.strokeStyle = hex(theme.line);
    context.strokeRect(left - 0.5, topOf(first) - 0.5, width + 1, (end - first) * rowHeight + 1);
  };
  context.translate(0, 0.5);
  draw(0, encoderSteps);
  draw(encoderSteps, count);

  context.font = font;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  const every = Math.max(1, Math.ceil(labelHeight / rowHeight));
  labels.forEach((label, row) => {
    // The row that is looked at always has its label; its neighbours make room.
    if (row !== done && (row % every !== 0 || Math.abs(row - done) < every)) {
      return;
    }
    context.font = labelFont(theme, row === done ? 'bold' : 'normal');
    context.fillStyle = hex(row > done ? theme.quiet : theme.foreground);
    context.fillText(fitText(context, label, left - 8), left - 6, topOf(row) + rowHeight / 2);
  });
  context.strokeStyle = hex(theme.foreground);
  context.strokeRect(left - 0.5, topOf(done) + 0.5, width + 1, Math.max(2, rowHeight - 1));
  context.fillStyle = withAlpha(theme.foreground, 0.65);
  const column = left + (dimension * width) / size;
  const dimensionWidth = width / size;
  context.fillRect(column - 1, 0, 1, topOf(count));
  context.fillRect(column + dimensionWidth, 0, 1, topOf(count));
  if (encoderSteps < count && done >= encoderSteps - 1) {
    // What crosses: an arrow from the encoder's last row to the decoder.
    const [middle, top] = [left + width / 2, topOf(encoderSteps - 1) + rowHeight];
    context.fillStyle = hex(theme.foreground);
    context.beginPath();
    context.moveTo(middle - 5, top + 2);
    context.lineTo(middle + 5, top + 2);
    context.lineTo(middle, top + seam - 2);
    context.fill();
  }
  canvas.setAttribute('role', 'img');
  return {
    canvas,
    locate: (x, y) => {
      const row = labels.findIndex((_, index) => y >= topOf(index) && y < topOf(index) + rowHeight);
      const place = Math.floor(((x - left) * size) / width);
      return row < 0
        ? undefined
        : { step: row, dimension: place >= 0 && place < size ? place : undefined };
    },
  };
}
