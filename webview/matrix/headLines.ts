/** The heads of a choice one by one, for pictures that show each of them. */
import type { Attention } from '../../src/common/protocol/engine/types';
import { averageHeads, type HeadChoice, headName, shownHeads } from './heads';
import { type Axes, matrixView } from './matrixView';

/** One of several heads, over the rows and columns of their average. */
export interface HeadLines {
  /** "L2·H4". */
  readonly name: string;
  /** [queries, keys], row-major. */
  readonly weights: Float32Array<ArrayBuffer>;
}

/** As many heads as have room beside a token; a layer of most models. */
const maxStrips = 16;

/** Each head of a choice of several; none where there are too many to be shown one by one, or only one. */
export function headLines(
  attention: Attention,
  choice: HeadChoice,
  axes: Axes,
  rescale: boolean,
): readonly HeadLines[] {
  const { shape } = attention;
  const heads = shownHeads(choice, shape);
  return heads.length < 2 || heads.length > maxStrips
    ? []
    : heads.map(head => ({
        name: headName(head),
        weights: matrixView(averageHeads(attention, [head]), [shape[2], shape[3]], axes, rescale)
          .weights,
      }));
}
