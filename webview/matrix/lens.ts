/** The magnifier over a heat map whose cells are small. */
import { keysSeen, type MatrixView } from './matrixView';
import type { Surface } from '../charts/canvas';
import { hex } from '../charts/colorScale';
import { weightImage } from './heatmapCells';
import { hatch } from './masked';
import { type MatrixLayout, middleOf, type PictureOptions } from './matrixLayout';

/** Cells seen in the lens, on each side of the one in the middle. */
const reach = 5;
const lensCell = 14;
const distance = 16;

/** Shows the neighbours of a cell large, beside it and inside the picture. */
export function paintLens(
  surface: Surface,
  view: MatrixView,
  layout: MatrixLayout,
  at: { readonly query: number; readonly key: number },
  options: PictureOptions,
): void {
  const { context, width, height } = surface;
  const cells = 2 * reach + 1;
  const side = cells * lensCell;
  const weights = new Float32Array(cells * cells);
  for (let y = 0; y < cells; y++) {
    for (let x = 0; x < cells; x++) {
      const [query, key] = [at.query + y - reach, at.key + x - reach];
      const isInside =
        query >= 0 && query < view.queries.length && key >= 0 && key < view.keys.length;
      weights[y * cells + x] = isInside ? view.weights[query * view.keys.length + key]! : 0;
    }
  }
  const x = layout.left + middleOf(layout.columnEdges, at.key);
  const y = layout.top + middleOf(layout.rowEdges, at.query);
  const left = x + distance + side <= width ? x + distance : x - distance - side;
  const top = y + distance + side <= height ? y + distance : y - distance - side;

  context.imageSmoothingEnabled = false;
  context.drawImage(
    weightImage(weights, cells, cells, view.largest, { ...options, isSigned: view.isSigned }),
    left,
    top,
    side,
    side,
  );
  if (view.looksBack) {
    const boxes = Array.from({ length: cells }, (_, y) => {
      const query = at.query + y - reach;
      const first = Math.max(keysSeen(view, query), at.key - reach);
      const end = query in view.queries ? Math.min(view.keys.length, at.key + reach + 1) : first;
      const x = first - at.key + reach;
      const across = Math.max(0, end - first);
      return [left + x * lensCell, top + y * lensCell, across * lensCell, lensCell] as const;
    });
    hatch(surface, boxes, options.theme);
  }
  context.lineWidth = 1;
  context.strokeStyle = hex(options.theme.quiet);
  context.strokeRect(left - 0.5, top - 0.5, side + 1, side + 1);
  context.lineWidth = 2;
  context.strokeStyle = hex(options.theme.foreground);
  context.strokeRect(left + reach * lensCell, top + reach * lensCell, lensCell, lensCell);
}
