/** What stands in the place of weights in the picture of a state. */
import type { Attention } from '../../../src/common/protocol/engine/types';
import type { HeadChoice } from '../../matrix/heads';
import { createWeightsMaker } from './shownWeights';
import { kindsOf, type WeightKind } from './weightKinds';
import type { WeightsState } from './weightsState';

/** What a picture shows in the place of weights. */
interface OtherWeights {
  /** The model's own while others are being read. */
  readonly kind: WeightKind;
  /** [Q, K]; undefined for the model's own. */
  readonly weights: Float32Array<ArrayBuffer> | undefined;
}

export function createOtherWeights(): (
  state: WeightsState,
  attention: Attention,
  choice: HeadChoice,
) => OtherWeights {
  const make = createWeightsMaker();
  return (state, attention, choice) => {
    const { shown, weights: read } = state;
    const asked = askedKind(state, attention);
    const parts = read?.shown === shown && read?.kind === attention.kind ? read : undefined;
    const weights = make(asked, attention, choice, parts);
    return { kind: weights ? asked : 'raw', weights };
  };
}

/** The kind that is asked for, if the model and its attention have it. */
export function askedKind(
  { saved, models, shown }: Pick<WeightsState, 'saved' | 'models' | 'shown'>,
  attention: Attention,
): WeightKind {
  const model = models.find(({ id }) => id === shown?.analysis.modelId);
  return kindsOf(model, attention).includes(saved.weightKind) ? saved.weightKind : 'raw';
}
