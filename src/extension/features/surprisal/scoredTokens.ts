import type { TokenScores } from '../../../common/protocol/engine/score';
import type { Candidate } from '../../../common/protocol/engine/types';
import { added, bitsOf, noSums, type Sums } from './bits';
import type { PlainText } from './chunking';

/** A token of a document and how much it surprised. */
export interface ScoredToken {
  /** Of the vocabulary. */
  readonly id: number;
  /** UTF-16 offsets, from where its stretch begins. */
  readonly start: number;
  readonly end: number;
  /** Undefined for the first of a document: nothing stands before it. */
  readonly bits: number | undefined;
  /** 1 is the most probable token; undefined as above. */
  readonly rank: number | undefined;
  /** How many tokens were read before it. */
  readonly contextSize: number;
  /** In UTF-8; 0 for a token that is no more than a part of a character that the one before has begun. */
  readonly bytes: number;
  /** The likeliest tokens in its place, the best first. */
  readonly alternatives: readonly { readonly id: number; readonly probability: number }[];
}

const utf8 = new TextEncoder();

/** A part of a score as tokens of a document. @param plain the stretch as the model read it. */
export function scoredTokens(
  { tokens, logProbabilities, ranks, candidates, contextSizes }: TokenScores,
  plain: PlainText,
): readonly ScoredToken[] {
  return tokens.map((token, index): ScoredToken => {
    const logProbability = logProbabilities[index];
    const before = tokens[index - 1];
    const isPart = before?.start === token.start && before.end === token.end;
    return {
      id: token.id,
      start: plain.at(token.start),
      end: plain.at(token.end),
      bits: logProbability === undefined ? undefined : bitsOf(logProbability),
      rank: ranks[index],
      contextSize: contextSizes[index] ?? 0,
      bytes: isPart ? 0 : utf8.encode(plain.text.slice(token.start, token.end)).length,
      alternatives: (candidates[index] ?? []).map(({ id, probability }) => ({ id, probability })),
    };
  });
}

/** What some tokens surprised together. */
export const sumsOf = (tokens: readonly ScoredToken[]): Sums =>
  tokens.reduce(
    (sums, { bits, bytes }) =>
      bits === undefined ? sums : added(sums, { bits, tokens: 1, bytes }),
    noSums,
  );

/** Spellings of ids, each kept once: of a long document every common token is an alternative thousands of times. */
export class Spellings {
  readonly #texts = new Map<number, string>();

  learn(candidates: readonly (readonly Candidate[])[]): void {
    for (const { id, text } of candidates.flat()) {
      this.#texts.set(id, text);
    }
  }

  textOf(id: number): string {
    return this.#texts.get(id) ?? '';
  }
}
