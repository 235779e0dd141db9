/** The types of the decoding loop, and the criteria that stop it. */

import type { Generation, StreamedToken } from '../../common/protocol/engine/generate';
import type { RankedToken } from '../../common/math/logits';

/**
 * Runs a model one token further.
 *
 * @param tokens [B], the last token of each hypothesis.
 * @param rows [B], the row of the step before that each of them continues; the same row may be named more than once.
 * @returns logits [B, V] of the tokens that follow.
 */
export type StepFn = (tokens: readonly number[], rows: readonly number[]) => Promise<Float32Array>;

/**
 * Runs a model several tokens further, of which the first was chosen and the others are guessed.
 *
 * @param written number of tokens that were chosen before the first; what was read after them was guessed wrongly.
 * @returns logits [V] of what follows each token.
 */
export type ReadAhead = (
  tokens: readonly number[],
  written: number,
) => Promise<readonly Float32Array[]>;

export interface DecodingOptions {
  readonly vocabSize: number;
  /** At least 1; the token that ends the sequence counts. */
  readonly maxNewTokens: number;
  /** The token that ends a sequence, if there is one. */
  readonly end: number | undefined;
  /** Number of candidates of each step to keep. */
  readonly top: number;
  /** The tokens that were read before, for the repetition penalty. */
  readonly prompt: readonly number[];
  /** Called with all candidates of each step of beam search. */
  readonly onBeamStep?: ((candidates: readonly BeamCandidate[]) => void) | undefined;
  /** What is added to the logits [V] that follow these tokens before one is chosen; undefined for nothing. Beam search ignores it. */
  readonly bias?: ((tokens: readonly number[]) => Float32Array | undefined) | undefined;
  /**
   * Replaces `step`, except in beam search, for a model that can read several tokens in a run: guesses are read with
   * what was chosen, and right guesses save runs. The result is the same.
   */
  readonly readAhead?: ReadAhead | undefined;
  /** Whether a text that ends the generation is complete. */
  readonly isStopped: (tokens: readonly number[]) => boolean;
  /** Whether a text ends when it repeats itself. */
  readonly loopGuard: boolean;
  /** Called with each token as it is chosen; never by beam search. */
  readonly onToken: (token: ChosenToken) => void;
}

/** A token that was chosen. */
export interface ChosenToken extends RankedToken {
  /** As in `GeneratedSequence`; present only where not all tokens were allowed. */
  readonly logAllowed?: number | undefined;
}

/** Called with each token as it is chosen; `streamId` is the caller's. */
export type OnToken = (token: Omit<StreamedToken, 'streamId'>) => void;

/** A sequence that beam search considered. */
export interface BeamCandidate {
  readonly tokens: readonly number[];
  /** Log-probability of its last token, in nats. */
  readonly logProbability: number;
  /** Log-probability of all its tokens, in nats. */
  readonly total: number;
  readonly kept: boolean;
  readonly finished: boolean;
}

/** A generated sequence, with the model's own probabilities. */
export interface GeneratedSequence {
  readonly tokens: readonly number[];
  /** In nats, one for each token. */
  readonly logProbabilities: readonly number[];
  /** The log of the summed probability of all tokens that were allowed in the place of each, in nats; only with `bias`. */
  readonly logAllowed?: readonly number[] | undefined;
  /** One row for each token, if requested. */
  readonly candidates: readonly (readonly RankedToken[])[];
  readonly finish: Generation['finish'];
}

/** Why a sequence ends; undefined for one that goes on. */
export function finishReason(
  tokens: readonly number[],
  {
    end,
    maxNewTokens,
    isStopped,
    loopGuard,
  }: Pick<DecodingOptions, 'end' | 'maxNewTokens' | 'isStopped' | 'loopGuard'>,
): GeneratedSequence['finish'] | undefined {
  if (tokens.at(-1) === end) {
    return 'end-of-sequence';
  }
  if (isStopped(tokens)) {
    return 'stop';
  }
  if (loopGuard && endsInLoop(tokens)) {
    return 'loop';
  }
  return tokens.length >= maxNewTokens ? 'length' : undefined;
}

/** How often a part must occur at the end, and how many tokens that must be together. */
const minCopies = 3;
const minTokens = 24;

/**
 * Whether a text is caught in a loop: it ends in one part, however long, that occurs there at least three times in a
 * row and for at least 24 tokens.
 *
 * A model that has said the same three times finds a fourth more probable each time, and does not get out by itself.
 * What writers repeat is shorter: "no no no", a line of dashes, the indentation of code.
 *
 * @see Holtzman et al., arXiv:1904.09751, section 3.2 and figure 4; Xu et al., arXiv:2206.02369, section 2
 */
export function endsInLoop(tokens: readonly number[]): boolean {
  const maxPeriod = Math.floor(tokens.length / minCopies);
  for (let period = 1; period <= maxPeriod; period++) {
    const needed = Math.max(minTokens, minCopies * period);
    if (needed <= tokens.length && isPeriodic(tokens, tokens.length - needed, period)) {
      return true;
    }
  }
  return false;
}

/** Whether every token from `start` on is the one `period` before it. */
function isPeriodic(tokens: readonly number[], start: number, period: number): boolean {
  for (let index = tokens.length - 1; index >= start + period; index--) {
    if (tokens[index] !== tokens[index - period]) {
      return false;
    }
  }
  return true;
}
