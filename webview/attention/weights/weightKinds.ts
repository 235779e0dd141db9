/** What can be shown in the place of the weights of attention, with its formula and what it can and cannot say. */
import type { Attention } from '../../../src/common/protocol/engine/types';
import type { Manifest } from '../../../src/common/protocol/manifest';

export const weightKinds = ['raw', 'values', 'rollout', 'masking'] as const;
export type WeightKind = (typeof weightKinds)[number];

export interface WeightDescription {
  readonly title: string;
  /** Plain text; letters are explained in `says`. */
  readonly formula: string;
  readonly says: string;
}

export const weightDescriptions: Readonly<Record<WeightKind, WeightDescription>> = {
  raw: {
    title: 'Weights',
    formula: 'α = softmax(q kᵀ / √d)',
    says: 'Where a head looks. It cannot say how much of what is there the head takes along.',
  },
  values: {
    title: 'By value',
    formula: '‖α v W‖, as a share of its row',
    says:
      'How much a head takes from each token: its weight α times the length of the token’s value v in the residual ' +
      'stream, after the output projection W. It cannot say what that does later, nor whether parts cancel out. ' +
      '(Kobayashi et al. 2020)',
  },
  rollout: {
    title: 'Rollout',
    formula: 'R = (A/2 + I/2) R of the layer below',
    says:
      'How much of each word read is in each token after this layer, if the mean A of a layer’s heads said how states ' +
      'are mixed and half of each state stayed. It cannot say so of values, feed-forward networks or single heads. ' +
      '(Abnar and Zuidema 2020)',
  },
  masking: {
    title: 'Masked out',
    formula: '‖h′ − h‖ / ‖h‖, as a share of its row',
    says:
      'How far each token’s last state h moves when another token is masked: an effect, not a weight, of the whole ' +
      'model and no single head. It cannot say what two tokens do together, and [MASK] is itself something to read.',
  },
};

/** The kinds that a model and its attention have. */
export function kindsOf(
  model: Pick<Manifest, 'family' | 'tokens'> | undefined,
  { kind, shape: [, , queries, keys] }: Attention,
): readonly WeightKind[] {
  const isOfItself = kind !== 'cross' && queries === keys;
  const canMask = model?.family === 'encoder-only' && model.tokens?.mask !== undefined;
  return weightKinds.filter(
    one =>
      one === 'raw' ||
      one === 'values' ||
      (one === 'rollout' && isOfItself) ||
      (one === 'masking' && canMask),
  );
}
