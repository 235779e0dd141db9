/** The weights in the picture where they are not the model's own: of chosen heads, made of what was read for them. */
import {
  attentionRollout,
  rowShares,
  valueWeighted,
} from '../../../src/common/attention/beyondWeights';
import type { Attention } from '../../../src/common/protocol/engine/types';
import { memo } from '../../common/store';
import { type HeadChoice, isEvery, shownHeads } from '../../matrix/heads';
import type { WeightKind } from './weightKinds';
import type { WeightParts } from './weightsState';

/** Makes the weights; each part is computed again only when what it is made of has changed. */
export function createWeightsMaker(): (
  kind: WeightKind,
  attention: Attention,
  choice: HeadChoice,
  parts: WeightParts | undefined,
) => Float32Array<ArrayBuffer> | undefined {
  const rollout = memo(attentionRollout);
  const byValues = memo((attention: Attention, choice: HeadChoice, parts: WeightParts) =>
    weightedByValues(attention, choice, parts),
  );
  const byRollout = memo((attention: Attention, layer: number) => {
    const square = attention.shape[2] ** 2;
    return Float32Array.from(rollout(attention).subarray(layer * square, (layer + 1) * square));
  });
  const byMasking = memo((changes: Float64Array, columns: number) => rowShares(changes, columns));
  return (kind, attention, choice, parts) => {
    switch (kind) {
      case 'raw':
        return undefined;
      case 'values':
        return parts && byValues(attention, choice, parts);
      case 'rollout':
        return byRollout(attention, rolledOutTo(choice, attention.shape));
      case 'masking':
        return parts?.changes && byMasking(parts.changes, attention.shape[3]);
    }
  };
}

/** The layer that a choice of heads is rolled out to: the highest of theirs, the last for all heads; counted from 0. */
export const rolledOutTo = (choice: HeadChoice, shape: Attention['shape']): number =>
  isEvery(choice, shape)
    ? shape[0] - 1
    : Math.max(...shownHeads(choice, shape).map(({ layer }) => layer));

/** @returns undefined until the values of every layer that the choice has are there. */
function weightedByValues(
  attention: Attention,
  choice: HeadChoice,
  { inside }: WeightParts,
): Float32Array<ArrayBuffer> | undefined {
  const [, , queries, keys] = attention.shape;
  const size = queries * keys;
  const heads = shownHeads(choice, attention.shape);
  const sums = new Float64Array(size);
  for (const layer of new Set(heads.map(head => head.layer))) {
    const part = inside.get(layer);
    if (!part) {
      return undefined;
    }
    const weighted = valueWeighted(attention, layer, part.values, part.projection);
    for (const { head } of heads.filter(one => one.layer === layer)) {
      for (let index = 0; index < size; index++) {
        sums[index]! += weighted[head * size + index] ?? 0;
      }
    }
  }
  return rowShares(sums, keys);
}
