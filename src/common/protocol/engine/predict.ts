import type { Candidate, Device, Rows, Token, Window } from './types';

/** Of a decoder-only model: what it would say next. */
export interface PredictRequest {
  readonly modelId: string;
  readonly text: string;
  /** Ids of tokens that come after the text as they are: what they spell is not cut anew. */
  readonly appended?: readonly number[] | undefined;
  /** How many of the most probable tokens to tell; 10 by default. */
  readonly top?: number | undefined;
  /** Whether to tell what each layer would say; false by default. */
  readonly logitLens?: boolean | undefined;
  /** Id of a token to tell of, wherever it ranks. */
  readonly trackedToken?: number | undefined;
}

/** A token in a distribution. */
export interface TokenRank {
  /** 1 is the most probable token; of two alike the lower id comes first. */
  readonly rank: number;
  readonly probability: number;
}

/**
 * What a layer leaves, read as if it were the last: its state of the last token through the final norm and the head.
 * @see nostalgebraist, "interpreting GPT: the logit lens", 2020
 */
export interface LensLayer {
  /** The `top` most probable tokens. */
  readonly candidates: readonly Candidate[];
  /** Only if a token is watched. */
  readonly trackedRank?: TokenRank | undefined;
}

export interface Prediction {
  readonly modelId: string;
  /** What was read: tokens of the text, then those that were appended; offsets point into `text`. */
  readonly source: readonly Token[];
  /** The text, and what was appended to it spells. */
  readonly text: string;
  /** Of the next token, before softmax: [1, V]. Everything that `shared/sampling.ts` tells follows from it. */
  readonly logits: Rows;
  /** By the model's own distribution, best first. */
  readonly candidates: readonly Candidate[];
  /** Only if a token is watched. */
  readonly trackedRank?: TokenRank | undefined;
  /** Only if asked for, and of a model whose graph can tell: of the embedding, then of each layer, L + 1. */
  readonly lens?: readonly LensLayer[] | undefined;
  /** Counted with the tokens that were appended; the end is read. */
  readonly window: Window;
  readonly dropped: number;
  /** How many tokens the model read for it: fewer than there are where the text begins like the one before. */
  readonly computed: number;
  readonly device: Device;
  readonly runMs: number;
}
