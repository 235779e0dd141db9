/** What an exported page shows, and what of it is derived. */
import type { HeadPosition } from '../../../../src/common/attention/attention';
import type { Attention } from '../../../../src/common/protocol/engine/types';
import { memo } from '../../../common/store';
import { averageHeads, shownHeads } from '../../../matrix/heads';
import { type Link, linkAt } from '../../../matrix/link';
import { axesOf, matrixView, type MatrixView } from '../../../matrix/matrixView';
import type { ExportedKind } from './facts';

export interface ExportedState {
  /** Index of the kind of attention. */
  readonly kind: number;
  /** Those averaged; none means all. */
  readonly heads: readonly HeadPosition[];
  readonly preview: readonly HeadPosition[] | undefined;
  /** What the pointer or the focus is on, in rows and columns. */
  readonly pointed:
    { readonly queries: readonly number[]; readonly key?: number | undefined } | undefined;
  /** The row that a click keeps. */
  readonly locked: number | undefined;
}

export interface ExportedView {
  readonly attention: Attention;
  readonly choice: readonly HeadPosition[];
  readonly view: MatrixView;
  readonly lit: { readonly queries: readonly number[]; readonly key?: number | undefined };
  readonly link: Link | undefined;
}

/** Makes views; a matrix is averaged again only when other heads are shown. */
export function createExportedView(): (
  kind: ExportedKind,
  weights: Float32Array<ArrayBuffer>,
  state: ExportedState,
) => ExportedView {
  const attentionOf = memo(
    ({ kind, shape }: ExportedKind, weights: Float32Array<ArrayBuffer>): Attention => ({
      ...{ kind, shape, weights },
    }),
  );
  const axes = memo(({ kind, queries, keys }: ExportedKind) =>
    axesOf(
      { queries, keys, looksBack: kind === 'decoder' },
      { hideSpecial: false, hideSink: false, block: 'all' },
    ),
  );
  const viewOf = memo(
    (
      attention: Attention,
      choice: readonly HeadPosition[],
      shown: ReturnType<typeof axes>,
    ): MatrixView => {
      const { shape } = attention;
      const mean = averageHeads(attention, shownHeads(choice, shape));
      return matrixView(mean, [shape[2], shape[3]], shown, false);
    },
  );
  return (kind, weights, { heads, preview, pointed, locked }) => {
    const attention = attentionOf(kind, weights);
    const choice = preview ?? heads;
    const view = viewOf(attention, choice, axes(kind));
    const lit = pointed ?? { queries: locked === undefined ? [] : [locked] };
    return { attention, choice, view, lit, link: linkAt(view, lit) };
  };
}
