import type { Strategy } from '../common/protocol/engine/generate';
import { countOf, invalid, numberOf } from './values';

/** The options that choose a strategy, as they were typed. */
export interface StrategyOptions {
  readonly beams?: string | undefined;
  readonly 'length-penalty'?: string | undefined;
  readonly temperature?: string | undefined;
  readonly 'top-k'?: string | undefined;
  readonly 'top-p'?: string | undefined;
  readonly 'min-p'?: string | undefined;
  readonly 'repetition-penalty'?: string | undefined;
  readonly seed?: string | undefined;
}

/**
 * Beam search where `--beams` is given, sampling where one of its options is, the most probable token otherwise.
 * Ranges are the engine's to check.
 *
 * @throws EngineError `input-invalid` for options of two strategies, or a value that is no number.
 */
export function strategyOf(options: StrategyOptions): Strategy {
  const { beams, 'length-penalty': lengthPenalty, temperature, seed } = options;
  const { 'top-k': topK, 'top-p': topP, 'min-p': minP } = options;
  const { 'repetition-penalty': repetitionPenalty } = options;
  const samples = [temperature, topK, topP, minP, repetitionPenalty, seed].some(
    option => option !== undefined,
  );
  if (beams === undefined && lengthPenalty !== undefined) {
    throw invalid('--length-penalty needs --beams');
  }
  if (beams !== undefined && samples) {
    throw invalid('--beams searches, the options of sampling draw: take one of them');
  }
  if (beams !== undefined) {
    return {
      kind: 'beam',
      beams: countOf('--beams', beams),
      ...(lengthPenalty !== undefined && {
        lengthPenalty: numberOf('--length-penalty', lengthPenalty),
      }),
    };
  }
  if (!samples) {
    return { kind: 'greedy' };
  }
  return {
    kind: 'sample',
    temperature: numberOf('--temperature', temperature ?? '1'),
    seed: countOf('--seed', seed ?? '0'),
    ...(topK !== undefined && { topK: countOf('--top-k', topK) }),
    ...(topP !== undefined && { topP: numberOf('--top-p', topP) }),
    ...(minP !== undefined && { minP: numberOf('--min-p', minP) }),
    ...(repetitionPenalty !== undefined && {
      repetitionPenalty: numberOf('--repetition-penalty', repetitionPenalty),
    }),
  };
}
