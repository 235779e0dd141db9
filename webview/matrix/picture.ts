/** What pictures of matrices share: sizes, fonts and colours. */
import type { Scale } from '../../src/common/math/strength';
import type { Cell } from './matrixLayout';
import type { Theme } from '../common/theme';

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
