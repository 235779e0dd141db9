/** Draws what a model cannot look at. */
import { type Hatched, keysSeen, type MatrixView } from './matrixView';
import { isHighContrast, type Theme } from '../common/theme';
import type { Surface } from '../charts/canvas';
import { withAlpha } from '../charts/colorScale';
import type { MatrixLayout } from './matrixLayout';

/** Distance of two lines of the hatching, in CSS pixels. */
const pitch = 5;

type Box = readonly [x: number, y: number, width: number, height: number];

/**
 * Hatches the cells of keys that a query may not look at, or they would be read as weights of nothing, and what has
 * nothing to be compared with.
 */
export function paintMasked(
  surface: Surface,
  view: MatrixView,
  layout: MatrixLayout,
  theme: Theme,
): void {
  const { left, top, matrixWidth, rowEdges, columnEdges } = layout;
  if (view.looksBack) {
    const boxes = view.queries.map((_, row): Box => {
      const seen = columnEdges[keysSeen(view, row)] ?? matrixWidth;
      const start = rowEdges[row] ?? 0;
      return [left + seen, top + start, matrixWidth - seen, (rowEdges[row + 1] ?? start) - start];
    });
    hatch(surface, boxes, theme);
  }
  if (view.hatched) {
    hatch(surface, hatchedBoxes(view, view.hatched, layout), theme);
  }
}

function hatchedBoxes(
  { keys }: MatrixView,
  { rows, columns, cells }: Hatched,
  { left, top, matrixWidth, matrixHeight, rowEdges, columnEdges }: MatrixLayout,
): readonly Box[] {
  const along = (edges: readonly number[], index: number) =>
    [edges[index] ?? 0, (edges[index + 1] ?? 0) - (edges[index] ?? 0)] as const;
  const boxes = [
    ...rows.flatMap((isHatched, row): Box[] => {
      const [y, height] = along(rowEdges, row);
      return isHatched ? [[left, top + y, matrixWidth, height]] : [];
    }),
    ...columns.flatMap((isHatched, column): Box[] => {
      const [x, width] = along(columnEdges, column);
      return isHatched ? [[left + x, top, width, matrixHeight]] : [];
    }),
  ];
  cells?.forEach((isHatched, index) => {
    if (isHatched) {
      const [y, height] = along(rowEdges, Math.floor(index / keys.length));
      const [x, width] = along(columnEdges, index % keys.length);
      boxes.push([left + x, top + y, width, height]);
    }
  });
  return boxes;
}

/** Fills boxes, in CSS pixels, with slanted lines. */
export function hatch({ context, pixelRatio }: Surface, boxes: readonly Box[], theme: Theme): void {
  const hatching = hatchingOf(context, pixelRatio, theme);
  if (hatching) {
    context.fillStyle = hatching;
    context.beginPath();
    boxes.forEach(box => context.rect(...box));
    context.fill();
  }
}

/** Slanted lines, a device pixel wide at least. */
function hatchingOf(
  context: CanvasRenderingContext2D,
  pixelRatio: number,
  theme: Theme,
): CanvasPattern | null {
  const side = Math.max(3, Math.round(pitch * pixelRatio));
  const tile = new OffscreenCanvas(side, side);
  const ink = tile.getContext('2d');
  if (!ink) {
    return null;
  }
  ink.strokeStyle = withAlpha(theme.quiet, isHighContrast(theme) ? 0.8 : 0.4);
  ink.lineWidth = Math.max(1, pixelRatio / 1.5);
  ink.beginPath();
  // Over two corners as well, or the line would have gaps where tiles meet.
  for (const shift of [-side, 0, side]) {
    ink.moveTo(shift - 1, side + 1);
    ink.lineTo(shift + side + 1, -1);
  }
  ink.stroke();
  const pattern = context.createPattern(tile, 'repeat');
  // A tile is in device pixels, the context in CSS pixels.
  pattern?.setTransform(new DOMMatrix().scale(1 / pixelRatio));
  return pattern;
}
