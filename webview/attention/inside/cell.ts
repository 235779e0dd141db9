/** The cell that a user looks inside, and which of its tokens and heads is meant where it stands for several. */
import { type HeadPosition, weightOf } from '../../../src/common/attention/attention';
import type { Attention } from '../../../src/common/protocol/engine/types';
import type { MatrixView } from '../../matrix/matrixView';

/** A cell of the attention, as indexes of tokens along its axes: merging and hiding do not move it. */
export interface InsideCell {
  readonly query: number;
  readonly key: number;
}

/** Where a cell is in a view, as `PointedAt` has it; undefined where its row or its column is hidden. */
export function placeIn(
  { queries, keys }: MatrixView,
  cell: InsideCell,
): { readonly queries: readonly number[]; readonly key: number } | undefined {
  const query = queries.findIndex(({ tokens }) => tokens.includes(cell.query));
  const key = keys.findIndex(({ tokens }) => tokens.includes(cell.key));
  return query < 0 || key < 0 ? undefined : { queries: [query], key };
}

/** The cell of a query and a key of a view: of several tokens the two with the most weight between them. */
export function cellAt(
  { queries, keys }: MatrixView,
  attention: Attention,
  heads: readonly HeadPosition[],
  query: number,
  key: number,
): InsideCell | undefined {
  let cell: InsideCell | undefined;
  let largest = -1;
  for (const asking of queries[query]?.tokens ?? []) {
    for (const answering of keys[key]?.tokens ?? []) {
      const pair = { query: asking, key: answering };
      const weight = heads.reduce((sum, head) => sum + weightOf(attention, head, pair), 0);
      if (weight > largest) {
        largest = weight;
        cell = pair;
      }
    }
  }
  return cell;
}

/** Of some heads the one that gives a cell most. */
export function strongestHead(
  attention: Attention,
  heads: readonly HeadPosition[],
  cell: InsideCell,
): HeadPosition | undefined {
  const [first, ...others] = heads;
  return others.reduce(
    (best, head) =>
      best && weightOf(attention, head, cell) > weightOf(attention, best, cell) ? head : best,
    first,
  );
}
