/** Draws attention as a heat map. */
import { boundary, type MatrixView } from './matrixView';
import type { Unit } from './units';
import { createSurface, type Surface } from '../charts/canvas';
import { hex, withAlpha } from '../charts/colorScale';
import { paintCells } from './heatmapCells';
import { labelPainter, type PaintLabels } from './heatmapLabels';
import { paintLens } from './lens';
import { paintMasked } from './masked';
import { memo } from '../common/store';
import {
  cellAt,
  labelFont,
  labelSize,
  layOutMatrix,
  middleOf,
  type Lit,
  type MatrixLayout,
  type Picture,
  type PictureOptions,
} from './matrixLayout';
import type { Theme } from '../common/theme';

const maxLabelLength = 120;

/**
 * A matrix as a heat map: rows are queries, columns keys, both labelled, each cell one weight.
 *
 * Cells are square. Where they would be smaller than four pixels the matrix is an image, and a lens follows
 * the pointer. The picture never grows beyond its box. The next of the same size and place takes over the
 * canvases.
 */
export function heatMap(view: MatrixView, options: PictureOptions): Picture {
  const { theme, width, height } = options;
  const widthsOf = (units: readonly Unit[]) =>
    labelWidths(labelFont(theme, 'bold'), units).map(label =>
      Math.min(maxLabelLength, width / 4, label),
    );
  const longest = (labels: readonly number[]) =>
    labels.reduce((most, label) => Math.max(most, label), 0);
  const columnLabels = widthsOf(view.keys);
  const [rowLabel, columnLabel] = [longest(widthsOf(view.queries)), longest(columnLabels)];
  const layout = layOutMatrix({
    offScale: view.offScale,
    width,
    height,
    rowLabel,
    columnLabel,
    columnLabels,
    fontSize: labelSize,
    isPair: boundary(view.queries) !== undefined || boundary(view.keys) !== undefined,
    pixelRatio: window.devicePixelRatio,
    maxCell: options.maxCell,
  });
  const { element, base, overlay } = canvasesAt(options.place)(
    layout.width,
    layout.height,
    window.devicePixelRatio,
  );
  base.context.clearRect(0, 0, base.width, base.height);
  paintCells(base, view, layout, options);
  paintMasked(base, view, layout, theme);
  paintFrame(base.context, view, layout, theme);
  const paintLabels = labelPainter(overlay.context, view, layout, theme, { rowLabel, columnLabel });

  return {
    element,
    width: layout.width,
    inset: layout.left,
    locate: (x, y) => cellAt(layout, x, y),
    light: lit => paintLit(overlay, view, layout, paintLabels, lit, options),
  };
}

/** Making a canvas costs more than painting 512 by 512 cells on it. */
const makeCanvases = (width: number, height: number, pixelRatio: number) => {
  const base = createSurface(width, height, pixelRatio);
  const overlay = createSurface(width, height, pixelRatio);
  const element = document.createElement('div');
  element.className = 'canvases';
  element.append(base.canvas, overlay.canvas);
  return { element, base, overlay };
};

const places = new Map<string, typeof makeCanvases>();

/** Those of one place on the page. */
function canvasesAt(place = ''): typeof makeCanvases {
  const known = places.get(place) ?? memo(makeCanvases);
  places.set(place, known);
  return known;
}

const widths = new WeakMap<readonly Unit[], readonly number[]>();
const measure = new OffscreenCanvas(1, 1).getContext('2d');

/** Widths of the labels, in CSS pixels; remembered, for the labels stay when the head changes. */
function labelWidths(font: string, units: readonly Unit[]): readonly number[] {
  let known = widths.get(units);
  if (!known && measure) {
    measure.font = font;
    // No label is drawn longer than `maxLabelLength`: its start is enough to measure.
    known = units.map(({ label }) => measure.measureText(label.slice(0, 40)).width);
    widths.set(units, known);
  }
  return known ?? [];
}

/** The matrix's edge, and where sentence A ends and B begins. */
function paintFrame(
  context: CanvasRenderingContext2D,
  view: MatrixView,
  { left, top, matrixWidth, matrixHeight, rowEdges, columnEdges }: MatrixLayout,
  theme: Theme,
): void {
  context.strokeStyle = hex(theme.line);
  context.lineWidth = 1;
  context.strokeRect(left - 0.5, top - 0.5, matrixWidth + 1, matrixHeight + 1);
  const [row, column] = [boundary(view.queries), boundary(view.keys)];
  context.font = `600 11px ${theme.uiFont}`;
  context.textBaseline = 'middle';
  context.textAlign = 'center';
  context.strokeStyle = context.fillStyle = hex(theme.quiet);
  if (row !== undefined) {
    const [middle, right] = [rowEdges[row] ?? 0, left + matrixWidth];
    line(context, left, top + middle, right + 12, top + middle);
    context.fillText('A', right + 8, top + middle / 2);
    context.fillText('B', right + 8, top + (middle + matrixHeight) / 2);
  }
  if (column !== undefined) {
    const [middle, foot] = [columnEdges[column] ?? 0, top + matrixHeight];
    line(context, left + middle, top, left + middle, foot + 12);
    context.fillText('A', left + middle / 2, foot + 9);
    context.fillText('B', left + (middle + matrixWidth) / 2, foot + 9);
  }
}

function line(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number) {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}

function paintLit(
  overlay: Surface,
  view: MatrixView,
  layout: MatrixLayout,
  paintLabels: PaintLabels,
  { queries, key, locked }: Lit,
  options: PictureOptions,
): void {
  const { context } = overlay;
  const { left, top, rowEdges, columnEdges, matrixWidth, matrixHeight } = layout;
  const { theme } = options;
  const boxOf = (edges: readonly number[], index: number) => {
    const start = Math.round(edges[index] ?? 0);
    return { start, size: Math.round(edges[index + 1] ?? 0) - start };
  };
  context.clearRect(0, 0, overlay.width, overlay.height);
  context.lineWidth = 1;
  context.fillStyle = context.strokeStyle = withAlpha(theme.foreground, 0.65);
  // Around a cell that can be seen; through the middle of one that cannot.
  const isThin = layout.mode === 'image';
  for (const row of queries) {
    if (isThin) {
      context.fillRect(left, Math.floor(top + middleOf(rowEdges, row)), matrixWidth, 1);
    } else {
      const { start, size } = boxOf(rowEdges, row);
      context.strokeRect(left - 0.5, top + start - 0.5, matrixWidth + 1, size + 0.5);
    }
  }
  if (key !== undefined) {
    if (isThin) {
      context.fillRect(Math.floor(left + middleOf(columnEdges, key)), top, 1, matrixHeight);
    } else {
      const { start, size } = boxOf(columnEdges, key);
      context.strokeRect(left + start - 0.5, top - 0.5, size + 0.5, matrixHeight + 1);
    }
  }
  context.fillStyle = hex(theme.accent);
  for (const row of locked) {
    const { start, size } = boxOf(rowEdges, row);
    context.fillRect(left - 4, top + start, 3, Math.max(size - layout.gap, 2));
  }
  paintLabels(new Set([...locked, ...queries]), key);

  const [query] = queries;
  if (query === undefined || key === undefined || queries.length !== 1) {
    return;
  }
  if (isThin) {
    paintLens(overlay, view, layout, { query, key }, options);
    return;
  }
  context.strokeStyle = hex(theme.foreground);
  context.lineWidth = 2;
  const [x, y] = [boxOf(columnEdges, key), boxOf(rowEdges, query)];
  const frame = 2 - layout.gap;
  context.strokeRect(left + x.start - 1, top + y.start - 1, x.size + frame, y.size + frame);
}
