import type { Generation, StreamedToken } from '../../common/protocol/engine/generate';
import type { RankedToken } from '../../common/math/logits';

/**
 * Runs a model one token further.
 *
 * @param tokens [B], the last token of each hypothesis.
 * @param rows [B], which row of the step before each of them goes on from; the same row may be named more than once.
 * @returns logits [B, V] of the tokens that follow.
 */
export type StepFn = (tokens: readonly number[], rows: readonly number[]) => Promise<Float32Array>;

/**
 * Runs a model several tokens further, of which the first was written and the others are guessed.
 *
 * @param written how many tokens were written before the first; what was read after them was guessed wrongly.
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
  /** How many candidates of each step to keep. */
  readonly top: number;
  /** What was read before, for the repetition penalty. */
  readonly prompt: readonly number[];
  /** Hears of all that beam search weighs in a step; undefined where nobody asks. */
  readonly onBeamStep?: ((weighed: readonly BeamCandidate[]) => void) | undefined;
  /** What is added to the logits [V] that come after these tokens before one is chosen; undefined where nothing is. Not of beam search. */
  readonly bias?: ((tokens: readonly number[]) => Float32Array | undefined) | undefined;
  /**
   * In the place of `step`, except of beam search, where a model can read several tokens in a run: guesses are read
   * with what was written, and what they are guessed rightly of takes fewer runs. What is written is the same.
   */
  readonly readAhead?: ReadAhead | undefined;
  /** Whether a text that ends the generation has been written. */
  readonly isStopped: (tokens: readonly number[]) => boolean;
  /** Whether a text that repeats itself is at its end. */
  readonly loopGuard: boolean;
  /** Each token as it is chosen; never from beam search. */
  readonly onToken: (token: ChosenToken) => void;
}

/** A token as it was chosen. */
export interface ChosenToken extends RankedToken {
  /** As in `Written`; only where not all tokens could come. */
  readonly logAllowed?: number | undefined;
}

/** Tells of each token as it is chosen; `streamId` is the caller's. */
export type OnToken = (token: Omit<StreamedToken, 'streamId'>) => void;

/** A sequence as beam search has weighed it. */
export interface BeamCandidate {
  readonly tokens: readonly number[];
  /** Of its last token, in nats. */
  readonly logProbability: number;
  /** Of all its tokens, in nats. */
  readonly total: number;
  readonly kept: boolean;
  readonly finished: boolean;
}

/** A sequence that was written, with the model's own probabilities. */
export interface GeneratedSequence {
  readonly tokens: readonly number[];
  /** In nats, one for each token. */
  readonly logProbabilities: readonly number[];
  /** The log of the summed probability of all tokens that could come in the place of each, in nats; only with `bias`. */
  readonly logAllowed?: readonly number[] | undefined;
  /** One row for each token, if asked for. */
  readonly candidates: readonly (readonly RankedToken[])[];
  readonly finish: Generation['finish'];
}

/** Why a sequence is at its end; undefined for one that goes on. */
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

/** How often a part must stand at the end, and how many tokens that must be together. */
const minCopies = 3;
const minTokens = 24;

/**
 * Whether a text is caught in a loop: it ends in one part, however long, that stands there at least three times in a
 * row and for at least 24 tokens.
 *
 * A model that has said the same three times finds a fourth more probable each time, and does not get out by itself.
 * What people repeat is shorter: "no no no", a line of dashes, the indentation of code.
 *
 * @see Holtzman et al., arXiv:1904.09751, section 3.2 and figure 4; Xu et al., arXiv:2206.02369, section 2
 */
export function endsInLoop(tokens: readonly number[]): boolean {
  const longest = Math.floor(tokens.length / minCopies);
  for (let period = 1; period <= longest; period++) {
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
