/** The labels beside a heat map. */
import type { MatrixView } from './matrixView';
import type { Unit } from './units';
import { fitText } from '../charts/canvas';
import { hex } from '../charts/colorScale';
import { labelFont, labelSize, type MatrixLayout, middleOf } from './matrixLayout';
import type { Theme } from '../common/theme';

/** Draws the labels of both sides; lit ones stand out, and those that would touch them make way. */
export type PaintLabels = (rows: ReadonlySet<number>, column: number | undefined) => void;

/** Longest label of each side, in CSS pixels. */
export interface LabelWidths {
  readonly rowLabel: number;
  readonly columnLabel: number;
}

/** Labels of a heat map, thinned so that no two touch. */
export function labelPainter(
  context: CanvasRenderingContext2D,
  { queries, keys, offScale }: MatrixView,
  layout: MatrixLayout,
  theme: Theme,
  { rowLabel, columnLabel }: LabelWidths,
): PaintLabels {
  const { left, top, angle, rowEdges, columnEdges } = layout;
  /** Fitted texts with their widths; a label is fitted when it is first drawn. */
  const fitted = new Map<string, { readonly text: string; readonly width: number }>();

  const label = (
    unit: Unit,
    longest: number,
    align: 'left' | 'right' | 'center',
    isLit: boolean,
  ) => {
    context.font = labelFont(theme, isLit ? 'bold' : 'normal');
    const id = `${isLit} ${longest} ${unit.label}`;
    let fit = fitted.get(id);
    if (!fit) {
      const text = fitText(context, unit.label, Math.max(longest, 24));
      fit = { text, width: context.measureText(text).width };
      fitted.set(id, fit);
    }
    const start = align === 'right' ? -fit.width : align === 'center' ? -fit.width / 2 : 0;
    context.fillStyle = hex(isLit ? theme.foreground : theme.quiet);
    context.fillText(fit.text, start, 0);
  };
  const row = (index: number, isLit: boolean) => {
    const unit = queries[index];
    if (unit) {
      context.save();
      context.translate(left - 6, top + middleOf(rowEdges, index));
      label(unit, rowLabel, 'right', isLit);
      context.restore();
    }
  };
  const column = (index: number, isLit: boolean) => {
    const unit = keys[index];
    if (unit) {
      context.save();
      context.translate(left + middleOf(columnEdges, index), top - 6);
      if (angle === 45) {
        context.rotate(-Math.PI / 4);
        context.translate(0, -1);
        label(unit, columnLabel, 'left', isLit);
      } else {
        context.translate(0, -labelSize / 2);
        label(unit, columnLabel, 'center', isLit);
      }
      context.restore();
    }
  };

  return (rows, litColumn) => {
    context.textBaseline = 'middle';
    context.textAlign = 'left';
    // A label's own direction must not turn it round its anchor.
    context.direction = 'ltr';
    const litColumns = litColumn === undefined ? [] : [litColumn];
    const { rows: narrowRows, columns: narrowColumns } = offScale;
    labelled(rowEdges, layout.rowStep, layout.rowPitch, narrowRows, [...rows]).forEach(index =>
      row(index, false),
    );
    labelled(columnEdges, layout.columnStep, layout.columnPitch, narrowColumns, litColumns).forEach(
      index => column(index, false),
    );
    rows.forEach(index => row(index, true));
    litColumns.forEach(index => column(index, true));
  };
}

/** The rows or columns whose labels touch neither each other's nor those that are lit; narrow ones come last. */
function labelled(
  edges: readonly number[],
  step: number,
  pitch: number,
  isNarrow: readonly boolean[],
  lit: readonly number[],
): readonly number[] {
  const taken = lit.map(index => middleOf(edges, index));
  const all = isNarrow.map((_, index) => index);
  const regular = all.filter(index => !isNarrow[index]);
  const candidates = [
    ...regular.filter((_, place) => place % step === 0),
    ...all.filter(index => isNarrow[index]),
  ];
  return candidates.filter(index => {
    const middle = middleOf(edges, index);
    const isFree = taken.every(other => Math.abs(other - middle) >= pitch - 0.5);
    if (isFree) {
      taken.push(middle);
    }
    return isFree;
  });
}
