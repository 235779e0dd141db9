/** The layout of a matrix, and what pictures of matrices share: sizes, fonts and colours. */
import type { Scale } from '../../src/common/attention/attention';
import type { Theme } from '../common/theme';

/** Below this a cell is too small to be told from its neighbours: the matrix becomes an image with a lens. */
const minCell = 4;
/** A matrix of a few tokens stays a picture, not a chessboard. */
const maxCell = 36;
/** From here on there is room for a gap between cells. */
const cellWithGap = 9;
/** Distance at which two lines of labels do not touch, as a multiple of their font's size. */
const lineHeight = 1.2;
const labelGap = 6;
const slant = Math.SQRT1_2;

export interface MatrixBox {
  readonly rows: number;
  readonly columns: number;
  /** Room there is, in CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Longest label of each side, in CSS pixels. */
  readonly rowLabel: number;
  readonly columnLabel: number;
  readonly fontSize: number;
  /** Whether the sentences of a pair are named beside the matrix. */
  readonly isPair: boolean;
  /** Device pixels in a CSS pixel; cells with gaps end on whole ones. */
  readonly pixelRatio: number;
}

/** Where everything of a matrix stands, in CSS pixels from the picture's top left corner. */
export interface MatrixLayout {
  readonly mode: 'cells' | 'image';
  /** Side of a cell; below 1 several share a pixel. */
  readonly cell: number;
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
  /** Every how many rows and columns there is a label. */
  readonly rowStep: number;
  readonly columnStep: number;
}

/** How many neighbours share a label so that no two touch. */
export const labelStep = (pitch: number, needed: number): number =>
  Math.max(1, Math.ceil(needed / pitch - 1e-6));

/** Fits a matrix and its labels into a box; cells are square and as large as there is room for. */
export function layOutMatrix(box: MatrixBox): MatrixLayout {
  const line = box.fontSize * lineHeight;
  const left = Math.ceil(box.rowLabel) + labelGap;
  const rows = Math.max(1, box.rows);
  const columns = Math.max(1, box.columns);

  const place = (angle: 0 | 45) => {
    // A slanted label reaches up, and beyond the last column to the right.
    const reach = angle === 45 ? box.columnLabel * slant + line * slant : 0;
    const top = Math.ceil(angle === 45 ? reach : line) + labelGap;
    // The last label hangs over its row; a pair's names stand below it.
    const letters = box.isPair ? line : line / 2;
    const roomX = Math.max(1, box.width - left - Math.max(letters, Math.ceil(reach)));
    const roomY = Math.max(1, box.height - top - letters);
    const free = Math.min(roomX / columns, roomY / rows, maxCell);
    const whole = Math.floor(free * box.pixelRatio) / box.pixelRatio;
    // Without gaps nobody sees a cell that is a pixel wider than the next; rounding down would waste a quarter of the room.
    return { angle, top, reach, letters, cell: free >= cellWithGap ? whole : free };
  };

  const slanted = place(45);
  const flat = place(0);
  const { angle, top, reach, letters, cell } =
    box.columnLabel + labelGap <= flat.cell ? flat : slanted;
  const matrixWidth = cell * columns;
  const matrixHeight = cell * rows;
  return {
    mode: cell >= minCell ? 'cells' : 'image',
    cell,
    gap: cell >= cellWithGap ? 1 : 0,
    left,
    top,
    matrixWidth,
    matrixHeight,
    width: Math.ceil(left + matrixWidth + Math.max(letters, reach)),
    height: Math.ceil(top + matrixHeight + letters),
    angle,
    rowStep: labelStep(cell, line),
    columnStep: labelStep(cell, angle === 45 ? line / slant : box.columnLabel + labelGap),
  };
}

/** A cell of a matrix by its place; either may be missing where only a row or a column is meant. */
export interface Cell {
  readonly query?: number | undefined;
  readonly key?: number | undefined;
}

/** The cell at a point of the picture; over a label, its whole row or column. */
export function cellAt(
  layout: MatrixLayout,
  rows: number,
  columns: number,
  x: number,
  y: number,
): Cell | undefined {
  const query = Math.floor((y - layout.top) / layout.cell);
  const key = Math.floor((x - layout.left) / layout.cell);
  const inRows = query >= 0 && query < rows;
  const inColumns = key >= 0 && key < columns;
  if (inRows && inColumns) {
    return { query, key };
  }
  if (inRows && x < layout.left && x >= 0) {
    return { query };
  }
  // Slanted labels lean to the right: a point on one belongs to the column at its foot.
  const foot =
    layout.angle === 45
      ? Math.floor((x - (layout.top - labelGap - y) - layout.left) / layout.cell)
      : key;
  return y < layout.top && y >= 0 && foot >= 0 && foot < columns ? { key: foot } : undefined;
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
}

/** Size of the labels in a picture, in CSS pixels. */
export const labelSize = 11;

export const labelFont = (theme: Theme, weight: 'normal' | 'bold' = 'normal'): string =>
  `${weight} ${labelSize}px ${theme.codeFont}`;
