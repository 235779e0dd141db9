/** The state of "Masked or next": the hidden word, and what each of two models would put in its place. */
import * as v from 'valibot';
import type { Analysis } from '../../../../src/common/protocol/engine/analyze';
import type { TokenRank } from '../../../../src/common/protocol/engine/predict';
import type { Score } from '../../../../src/common/protocol/engine/score';
import type { Candidate, Token } from '../../../../src/common/protocol/engine/types';
import type { Unit } from '../../../matrix/units';
import type { RunningState } from '../../part/livePart';

const settings = v.object({
  /** The index of the hidden word. */
  word: v.fallback(v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))), undefined),
});

/** @param kept comes from outside. */
export const parseSettings = (kept: unknown): v.InferOutput<typeof settings> =>
  v.parse(settings, kept ?? {});

/** A sentence in the tokens of BERT. */
export interface TokenizedSentence {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** The words that it knows, as far as it can read. */
  readonly words: readonly Unit[];
}

/** What BERT, which reads both sides, made of a hidden word. */
export interface MaskedRun {
  readonly sentence: TokenizedSentence;
  readonly word: Unit;
  readonly analysis: Analysis;
}

/** What the model that reads the left alone made of all words. */
export interface ScoredText {
  readonly text: string;
  readonly score: Score;
}

export interface MaskedOrNextState extends RunningState {
  readonly chosen: number | undefined;
  readonly masked: MaskedRun | undefined;
  readonly scored: ScoredText | undefined;
  /** BERT finds nothing in the sentence that it could hide. */
  readonly isWordless: boolean;
}

/** What a model would put in the place of the word. */
export interface Guess {
  readonly candidates: readonly Candidate[];
  /** The token in that place; of several the first. */
  readonly token: { readonly id: number; readonly text: string };
  /** The rank and the probability of that token; undefined where the model has read nothing. */
  readonly standing: TokenRank | undefined;
}

/** The guess of BERT, whose tokens the words are made of. */
export function guessOfBoth({ sentence, word, analysis }: MaskedRun): Guess {
  const [index = 0] = word.tokens;
  const { id = -1, start, end } = sentence.tokens[index] ?? {};
  return {
    candidates: analysis.candidates[index] ?? [],
    token: { id, text: sentence.text.slice(start, end) },
    standing: analysis.maskedRanks?.[0],
  };
}

/** A guess from what stands before `start`. */
export interface GuessOfLeft extends Guess {
  readonly start: number;
}

/** The guess of the model that reads the left alone; undefined until it has scored this text. */
export function guessOfLeft(
  { sentence: { text }, word }: MaskedRun,
  scored: ScoredText | undefined,
): GuessOfLeft | undefined {
  if (scored?.text !== text) {
    return undefined;
  }
  const { tokens, candidates, ranks, logProbabilities } = scored.score;
  // It has tokens of its own: this is the one that the word begins in.
  const index = tokens.findIndex(({ isSpecial, end }) => !isSpecial && end > word.range.start);
  const token = tokens[index];
  const [rank, logProbability] = [ranks[index], logProbabilities[index]];
  return (
    token && {
      token: { id: token.id, text: text.slice(token.start, token.end) },
      start: token.start,
      candidates: candidates[index] ?? [],
      standing:
        rank === undefined || logProbability === undefined
          ? undefined
          : { rank, probability: Math.exp(logProbability) },
    }
  );
}

/** The index of the hidden word: the chosen one, or one near the middle that has letters. */
export function hiddenWord(words: readonly Unit[], chosen: number | undefined): number {
  const spoken = words.flatMap(({ characters }, index) =>
    /[\p{L}\p{N}]/u.test(characters) ? [index] : [],
  );
  const middle = spoken[Math.floor(spoken.length / 2)] ?? 0;
  return Math.min(chosen ?? middle, Math.max(0, words.length - 1));
}
