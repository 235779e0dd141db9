/** The contract of `predict`: which token comes next. */

import type { Ablation } from './ablation';
import type { Candidate, Device, Rows, Token, Window } from './types';

/** A request for the next token of a decoder-only model. */
export interface PredictRequest {
  readonly modelId: string;
  readonly text: string;
  /** Ids of tokens that follow the text as they are: what they spell is not tokenized again. */
  readonly appended?: readonly number[] | undefined;
  /** Number of the most probable tokens to return; 10 by default. */
  readonly top?: number | undefined;
  /** Whether to return what each layer would predict; false by default. */
  readonly logitLens?: boolean | undefined;
  /** Id of a token whose rank to return, however low it is. */
  readonly trackedToken?: number | undefined;
  /** Parts of the model that are switched off or weakened; none by default. */
  readonly ablation?: Ablation | undefined;
}

/** The place of a token in a distribution. */
export interface TokenRank {
  /** 1 is the most probable token; the lower id of two equal ones comes first. */
  readonly rank: number;
  readonly probability: number;
}

/**
 * A layer read as if it were the last: its state of the last token through the final norm and the head.
 * @see nostalgebraist, "interpreting GPT: the logit lens", 2020
 */
export interface LensLayer {
  /** The `top` most probable tokens. */
  readonly candidates: readonly Candidate[];
  /** Present only if a token is tracked. */
  readonly trackedRank?: TokenRank | undefined;
}

export interface Prediction {
  readonly modelId: string;
  /** The tokens that were read: those of the text, then those that were appended; offsets point into `text`. */
  readonly source: readonly Token[];
  /** The text, then what the appended tokens spell. */
  readonly text: string;
  /** Logits of the next token, before softmax: [1, V]. All of `common/math/sampling.ts` follows from them. */
  readonly logits: Rows;
  /** The `top` tokens of the model's own distribution, best first. */
  readonly candidates: readonly Candidate[];
  /** Present only if a token is tracked. */
  readonly trackedRank?: TokenRank | undefined;
  /** The embedding, then each layer: L + 1. Present only if requested, and if the graph has such an output. */
  readonly lens?: readonly LensLayer[] | undefined;
  /** The window, counted with the tokens that were appended; the end is read. */
  readonly window: Window;
  readonly dropped: number;
  /** Number of tokens that the model ran on: fewer than there are if the text begins like the one before. */
  readonly computed: number;
  readonly device: Device;
  readonly runMs: number;
}
