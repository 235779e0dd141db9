/** The state of the questions "what if": what was asked, and what is known of the answers. */
import { rankAgreement, type RankAgreement } from '../../src/common/math/rankCorrelation';
import type {
  Alternative,
  Explanation,
  OmissionEffect,
  PromptSpan,
} from '../../src/common/protocol/pages/why';
import { withoutSink } from './attentionSink';
import { type PartKind, partsOf, type PromptPart, tokensToRead } from './promptParts';

/** Each part of the prompt left out alone. */
export interface Sweep {
  readonly kind: PartKind;
  readonly parts: readonly PromptPart[];
  /** By index of the part; those that were read so far. */
  readonly effects: ReadonlyMap<number, OmissionEffect>;
  readonly isRunning: boolean;
}

export interface WhatIfState {
  /** The other token that was asked about. */
  readonly asked:
    { readonly index: number; readonly tokenId: number; readonly text: string } | undefined;
  /** What would have been written; undefined while it is being written. */
  readonly alternative: Alternative | undefined;
  /** What is left out of the prompt, in order and apart. */
  readonly leftOut: readonly PromptSpan[];
  /** What that changes; undefined while it is being computed. */
  readonly effect: OmissionEffect | undefined;
  readonly sweep: Sweep | undefined;
}

export const noQuestions: WhatIfState = {
  asked: undefined,
  alternative: undefined,
  leftOut: [],
  effect: undefined,
  sweep: undefined,
};

/** A sweep of words that would read more tokens than this is one of lines, unless words are asked for. */
const maxUnaskedTokens = 20_000;

/** What a click leaves out. @param chosen by the user. */
export function partKindOf(explanation: Explanation, chosen: PartKind | undefined): PartKind {
  const words = partsOf(explanation, 'word');
  const isLong = tokensToRead(words, explanation.tokens.length) > maxUnaskedTokens;
  return chosen ?? (isLong ? 'line' : 'word');
}

/**
 * By how many bits a token is less probable without a part of the prompt; negative where it is more probable.
 *
 * @returns undefined where it is not known, or where nothing is left that could predict the token.
 */
export function bitsLost(
  { tokens }: Explanation,
  effect: OmissionEffect | undefined,
  index: number,
): number | undefined {
  const probability = effect?.probabilities[index];
  const before = tokens[index]?.probability;
  return probability === undefined || before === undefined
    ? undefined
    : Math.log2(before) - Math.log2(probability);
}

/** A part of the prompt with its two measures, for one written token. */
export interface PartInfluence extends PromptPart {
  readonly bits: number | undefined;
  /** The sum of the attention to its tokens; undefined while that is not known. */
  readonly attention: number | undefined;
}

/** What each part does for a written token, in the order of the prompt. @param weights of its attention. */
export const influencesOf = (
  explanation: Explanation,
  { parts, effects }: Sweep,
  chosen: number,
  weights: readonly number[] | undefined,
): readonly PartInfluence[] =>
  parts.map((part, index) => ({
    ...part,
    bits: bitsLost(explanation, effects.get(index), chosen),
    attention: weights?.slice(part.start, part.end).reduce((sum, weight) => sum + weight, 0),
  }));

/** Fewer parts have no order worth comparing. */
const minParts = 3;

/** How far attention and effect agree. */
export interface Agreement extends RankAgreement {
  readonly parts: number;
  /** Whether the first part is left out of it, because attention rests there whatever it is. */
  readonly isWithoutSink: boolean;
}

/** @returns undefined until all parts are known, and where there are too few. */
export function agreementOf(
  influences: readonly PartInfluence[],
  weights: readonly number[] | undefined,
): Agreement | undefined {
  const isWithoutSink = weights !== undefined && withoutSink(weights).sink !== undefined;
  const compared = influences.slice(isWithoutSink ? 1 : 0);
  const pairs = compared.flatMap(({ bits, attention }) =>
    bits === undefined || attention === undefined ? [] : [{ size: Math.abs(bits), attention }],
  );
  const agreement =
    pairs.length === compared.length && pairs.length >= minParts
      ? rankAgreement(
          pairs.map(({ attention }) => attention),
          pairs.map(({ size }) => size),
        )
      : undefined;
  return agreement && { ...agreement, parts: pairs.length, isWithoutSink };
}

/** What is left to do of a sweep, in ms; undefined until one part was read. */
export function remainingMs({ parts, effects }: Sweep, written: number): number | undefined {
  const done = [...effects.values()];
  const ms = done.reduce((sum, { runMs }) => sum + runMs, 0);
  const read = done.reduce((sum, { computed }) => sum + computed, 0);
  const end = parts.at(-1)?.end ?? 0;
  const left = parts
    .filter((_, index) => !effects.has(index))
    .reduce((sum, part) => sum + end - part.end + written, 0);
  return read > 0 ? (ms / read) * left : undefined;
}
