/** The layout of a matrix, and what pictures of matrices share: sizes, fonts and colours. */
import type { Scale } from '../../src/common/attention/attention';
import type { Theme } from '../common/theme';
import type { OffScale } from './matrixView';

/** Below this a cell is too small to be told from its neighbours: the matrix becomes an image with a lens. */
const minCell = 4;
/** A matrix of a few tokens stays a picture, not a chessboard. */
const usualMaxCell = 36;
/** Width of a column that is off the scale, as a share of the others'. */
const narrowShare = 0.3;
/** From here on there is room for a gap between cells. */
const cellWithGap = 9;
/** Distance at which two lines of labels do not touch, as a multiple of their font's size. */
const lineHeight = 1.2;
const labelGap = 6;
const slant = Math.SQRT1_2;

export interface MatrixBox {
  /** The rows and columns, each with whether it is off the scale, and then narrow. */
  readonly offScale: OffScale;
  /** Room there is, in CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Longest label of each side, in CSS pixels. */
  readonly rowLabel: number;
  readonly columnLabel: number;
  /** Of each column, in CSS pixels; all are as long as the longest where they are not told. */
  readonly columnLabels?: readonly number[] | undefined;
  readonly fontSize: number;
  /** Whether the sentences of a pair are named beside the matrix. */
  readonly isPair: boolean;
  /** Device pixels in a CSS pixel; cells with gaps end on whole ones. */
  readonly pixelRatio: number;
  /** Side of the largest cell, in CSS pixels; 36 by default. */
  readonly maxCell?: number | undefined;
}

/** Where everything of a matrix stands, in CSS pixels from the picture's top left corner. */
export interface MatrixLayout {
  readonly mode: 'cells' | 'image';
  /** Side of a cell that is on the scale; below 1 several share a pixel. */
  readonly cell: number;
  /** Where each row and column begins, from `top` and `left`, and at the end where the last one ends. */
  readonly rowEdges: readonly number[];
  readonly columnEdges: readonly number[];
  /** Between two cells, taken from the cell. */
  readonly gap: number;
  readonly left: number;
  readonly top: number;
  readonly matrixWidth: number;
  readonly matrixHeight: number;
  readonly width: number;
  readonly height: number;
  /** Of the column labels, in degrees: 0, or 45 where they would not fit. */
  readonly angle: 0 | 45;
  /** Every how many rows and columns there is a label, and how far apart two must be. */
  readonly rowStep: number;
  readonly columnStep: number;
  readonly rowPitch: number;
  readonly columnPitch: number;
}

/** How many neighbours share a label so that no two touch. */
export const labelStep = (pitch: number, needed: number): number =>
  Math.max(1, Math.ceil(needed / pitch - 1e-6));

/** Fits a matrix and its labels into a box; cells are square and as large as there is room for. */
export function layOutMatrix(box: MatrixBox): MatrixLayout {
  const line = box.fontSize * lineHeight;
  const left = Math.ceil(box.rowLabel) + labelGap;
  const { rows, columns } = box.offScale;
  const [acrossRows, acrossColumns] = [cellsAcross(rows), cellsAcross(columns)];
  const snap = (size: number) => Math.floor(size * box.pixelRatio) / box.pixelRatio;

  const place = (angle: 0 | 45) => {
    // A slanted label reaches up, and beyond the last column to the right.
    const reach = angle === 45 ? box.columnLabel * slant + line * slant : 0;
    const top = Math.ceil(angle === 45 ? reach : line) + labelGap;
    // The last label hangs over its row; a pair's names stand below it.
    const letters = box.isPair ? line : line / 2;
    const roomY = Math.max(1, box.height - top - letters);
    const most = box.maxCell ?? usualMaxCell;
    const cellBeside = (beyond: number) => {
      const roomX = Math.max(1, box.width - left - Math.max(letters, Math.ceil(beyond)));
      const free = Math.min(roomX / acrossColumns, roomY / acrossRows, most);
      // Without gaps nobody sees a cell that is a pixel wider than the next; rounding down would waste a quarter of the room.
      return free >= cellWithGap ? snap(free) : free;
    };
    // Most labels lean over other columns. How far the rest reach is known for the smallest cell there can be.
    const beyond = angle === 45 ? reachBeyond(box, cellBeside(reach), line) : 0;
    return { angle, top, beyond, letters, cell: cellBeside(beyond) };
  };

  const slanted = place(45);
  const flat = place(0);
  const { angle, top, beyond, letters, cell } =
    box.columnLabel + labelGap <= flat.cell ? flat : slanted;
  const narrow = cell >= cellWithGap ? snap(cell * narrowShare) : cell * narrowShare;
  const [rowEdges, columnEdges] = [edgesOf(rows, cell, narrow), edgesOf(columns, cell, narrow)];
  const [matrixWidth, matrixHeight] = [columnEdges.at(-1) ?? cell, rowEdges.at(-1) ?? cell];
  const columnPitch = angle === 45 ? line / slant : box.columnLabel + labelGap;
  return {
    mode: cell >= minCell ? 'cells' : 'image',
    cell,
    rowEdges,
    columnEdges,
    gap: cell >= cellWithGap ? 1 : 0,
    left,
    top,
    matrixWidth,
    matrixHeight,
    width: Math.ceil(left + matrixWidth + Math.max(letters, beyond)),
    height: Math.ceil(top + matrixHeight + letters),
    angle,
    rowStep: labelStep(cell, line),
    columnStep: labelStep(cell, columnPitch),
    rowPitch: line,
    columnPitch,
  };
}

/** How far the slanted labels reach beyond the last column, in CSS pixels, where cells are at least so large. */
function reachBeyond(box: MatrixBox, cell: number, line: number): number {
  const { columns } = box.offScale;
  let [after, most] = [0, 0];
  for (let column = columns.length - 1; column >= 0; column--) {
    const size = columns[column] ? cell * narrowShare : cell;
    const label = box.columnLabels?.[column] ?? box.columnLabel;
    most = Math.max(most, (label + line) * slant - after - size / 2);
    after += size;
  }
  return most;
}

/** How many whole cells are as wide as all rows or columns together. */
const cellsAcross = (sides: readonly boolean[]) =>
  sides.reduce((sum, isOff) => sum + (isOff ? narrowShare : 1), 0) || 1;

function edgesOf(sides: readonly boolean[], cell: number, narrow: number): number[] {
  const edges = [0];
  let end = 0;
  for (const isOff of sides) {
    end += isOff ? narrow : cell;
    edges.push(end);
  }
  return edges;
}

/** The middle of a row or a column. */
export const middleOf = (edges: readonly number[], index: number): number =>
  ((edges[index] ?? 0) + (edges[index + 1] ?? 0)) / 2;

/** The row or column at a place; -1 before the first and beyond the last. */
function indexAt(edges: readonly number[], place: number): number {
  let [low, high] = [0, edges.length - 1];
  if (place < 0 || place >= (edges[high] ?? 0)) {
    return -1;
  }
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    [low, high] = place < (edges[middle] ?? 0) ? [low, middle] : [middle, high];
  }
  return low;
}

/** A cell of a matrix by its place; either may be missing where only a row or a column is meant. */
export interface Cell {
  readonly query?: number | undefined;
  readonly key?: number | undefined;
}

/** The cell at a point of the picture; over a label, its whole row or column. */
export function cellAt(layout: MatrixLayout, x: number, y: number): Cell | undefined {
  const { left, top, rowEdges, columnEdges, angle } = layout;
  const query = indexAt(rowEdges, y - top);
  const key = indexAt(columnEdges, x - left);
  if (query >= 0 && key >= 0) {
    return { query, key };
  }
  if (query >= 0 && x < left && x >= 0) {
    return { query };
  }
  // Slanted labels lean to the right: a point on one belongs to the column at its foot.
  const foot = angle === 45 ? indexAt(columnEdges, x - (top - labelGap - y) - left) : key;
  return y < top && y >= 0 && foot >= 0 ? { key: foot } : undefined;
}

/** What is lit in a picture, in rows and columns of its view. */
export interface Lit {
  readonly queries: readonly number[];
  readonly key?: number | undefined;
  /** Rows that the user has locked; they keep a mark. */
  readonly locked: readonly number[];
}

/** A drawing of a matrix. It is replaced as a whole when its data change; only what is lit changes in place. */
export interface Picture {
  readonly element: HTMLElement;
  /** Of the element, in CSS pixels. */
  readonly width: number;
  /** From the element's left edge to where the labels end and the picture begins, in CSS pixels. */
  readonly inset: number;
  /** The cell under a point of the element, in CSS pixels; over a label, its row or column. */
  locate(x: number, y: number): Cell | undefined;
  light(lit: Lit): void;
}

export interface PictureOptions {
  readonly theme: Theme;
  readonly scale: Scale;
  /** Room there is, in CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Which of the pictures on the page, where there are several. */
  readonly place?: string | undefined;
  /** Side of the largest cell of a heat map, in CSS pixels; 36 by default. */
  readonly maxCell?: number | undefined;
}

/** Size of the labels in a picture, in CSS pixels. */
export const labelSize = 11;

export const labelFont = (theme: Theme, weight: 'normal' | 'bold' = 'normal'): string =>
  `${weight} ${labelSize}px ${theme.codeFont}`;
