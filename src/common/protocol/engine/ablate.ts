/** The contract of `ablate`: what a model says without some of its parts. */

import type { Ablation } from './ablation';
import type { TokenRank } from './predict';
import type { Candidate, Device, Token, Window } from './types';

/**
 * A request for what ablations change in a prediction.
 *
 * What is predicted: by a decoder-only model the token after the text; by an encoder-only model the token in the place
 * of the mask, `masked` or one that the text has, or without a mask each token of the text as it stands; by an
 * encoder-decoder each token of the translation, or the one at `position`.
 */
export interface AblateRequest {
  readonly modelId: string;
  readonly text: string;
  /** BERT's sentence B. */
  readonly textPair?: string | undefined;
  /** As in an `AnalyzeRequest`; a decoder-only model always reads the end of a text. */
  readonly windowStart?: number | undefined;
  /** As in a `PredictRequest`. */
  readonly appended?: readonly number[] | undefined;
  /** Index into `source` of the token that an encoder-only model reads as its mask. */
  readonly masked?: number | undefined;
  /** The translation; by default the model's own, with 5 beams. */
  readonly targetText?: string | undefined;
  /** Index into `target` of the token of a translation that is asked about; all by default. */
  readonly position?: number | undefined;
  /** Each is tried alone; `each-head` is a sweep over all heads of the model, layer by layer, each switched off. */
  readonly ablations: readonly Ablation[] | 'each-head';
  /**
   * Id of the token to watch. By default the token of the text or the translation that stands there, and where none does,
   * or a mask, the most probable one without ablation.
   */
  readonly watched?: number | undefined;
  /** Ids of two tokens whose log-probabilities to compare, log p(A) - log p(B), where one token is predicted. */
  readonly contrast?: readonly [a: number, b: number] | undefined;
  /** Number of candidates to return for each prediction; 0 by default. */
  readonly top?: number | undefined;
  /** If present, `EngineEvents.ablated` is called for each effect as soon as it has been measured. */
  readonly streamId?: string | undefined;
}

/** What is predicted in one place. */
export interface PlacePrediction {
  /** The watched token. */
  readonly watched: TokenRank & { readonly id: number; readonly logProbability: number };
  /** log p(A) - log p(B) in nats; present only if requested. */
  readonly contrast?: number | undefined;
  /** The `top` most probable tokens, best first. */
  readonly candidates: readonly Candidate[];
}

/** What an ablation changes. */
export interface AblationEffect {
  readonly ablation: Ablation;
  /** D(before || after) of the distributions in nats, summed over the places. @see Kullback and Leibler 1951 */
  readonly klDivergence: number;
  /** After less before: of the log-probability of the watched tokens in nats, summed over the places. */
  readonly logProbabilityChange: number;
  /** After less before; present only if a contrast is requested. */
  readonly contrastChange?: number | undefined;
  /** A prediction for each of `places`. */
  readonly after: readonly PlacePrediction[];
}

export interface AblationReport {
  readonly modelId: string;
  readonly source: readonly Token[];
  /** Empty unless the model is an encoder-decoder. */
  readonly target: readonly Token[];
  /** Absent unless the model is an encoder-decoder. */
  readonly targetText?: string | undefined;
  /**
   * Indices of what is predicted: into `source` for an encoder-only model, into `target` for an encoder-decoder; for a
   * decoder-only model the number of tokens in `source`, the place that follows them.
   */
  readonly places: readonly number[];
  /** A prediction for each of `places`, of the whole model. */
  readonly before: readonly PlacePrediction[];
  /** One for each ablation, in the order of the request. */
  readonly effects: readonly AblationEffect[];
  readonly window: Window;
  readonly dropped: number;
  readonly device: Device;
  /** Duration of all runs together, without loading and waiting. */
  readonly runMs: number;
}

/** An effect of an ablation that is being measured. Effects come in order. */
export interface MeasuredEffect {
  readonly streamId: string;
  /** Index of the effect in the `AblationReport`. */
  readonly index: number;
  /** Number of effects that the report will have. */
  readonly total: number;
  readonly effect: AblationEffect;
}

/** Called with each effect; `streamId` is the caller's. */
export type OnEffect = (measured: Omit<MeasuredEffect, 'streamId'>) => void;
