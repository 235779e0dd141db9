/** Makes a strategy of generation from the options of `generate`. */
import { InvalidArgumentError } from '@commander-js/extra-typings';
import type { Strategy } from '../common/protocol/engine/generate';

/** The options of `generate` that choose a strategy. */
export interface StrategyOptions {
  readonly beams?: number | undefined;
  readonly lengthPenalty?: number | undefined;
  readonly temperature?: number | undefined;
  readonly topK?: number | undefined;
  readonly topP?: number | undefined;
  readonly minP?: number | undefined;
  readonly repetitionPenalty?: number | undefined;
  readonly seed?: number | undefined;
}

/**
 * Beam search where `--beams` is given, sampling where one of its options is, the most probable token otherwise.
 * Ranges are the engine's to check.
 *
 * @throws InvalidArgumentError for an option of beam search without it.
 */
export function strategyOf(options: StrategyOptions): Strategy {
  const { beams, lengthPenalty, temperature, topK, topP, minP, repetitionPenalty, seed } = options;
  if (beams !== undefined) {
    return { kind: 'beam', beams, ...(lengthPenalty !== undefined && { lengthPenalty }) };
  }
  if (lengthPenalty !== undefined) {
    throw new InvalidArgumentError('--length-penalty needs --beams');
  }
  const sampling = [temperature, topK, topP, minP, repetitionPenalty, seed];
  if (sampling.every(option => option === undefined)) {
    return { kind: 'greedy' };
  }
  return {
    kind: 'sample',
    temperature: temperature ?? 1,
    seed: seed ?? 0,
    ...(topK !== undefined && { topK }),
    ...(topP !== undefined && { topP }),
    ...(minP !== undefined && { minP }),
    ...(repetitionPenalty !== undefined && { repetitionPenalty }),
  };
}
