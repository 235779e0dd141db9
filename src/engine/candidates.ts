import type { Candidate } from '../shared/engineApi';
import type { RankedToken } from './logits';
import type { Tokenizer } from './tokenizer';

/** Tokens as people can read them. */
export const candidatesOf = (
  tokenizer: Tokenizer,
  ranked: readonly RankedToken[],
): readonly Candidate[] =>
  ranked.map(({ id, logProbability }) => ({
    id,
    text: tokenizer.readableTextOf(id),
    probability: Math.exp(logProbability),
  }));
