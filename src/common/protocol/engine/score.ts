/** The contract of `score`: how probable a text is. */

import type { Ablation } from './ablation';
import type { Candidate, Device, Token, Window } from './types';

/** Tokens by their ids, in place of texts: nothing is cut anew. */
export interface KnownTokens {
  /** What is read first. */
  readonly read: readonly number[];
  /**
   * Stretches of `read`, by index, that are left out of it. They are in order and do not overlap. What stands before the
   * first is not computed again, however many such requests follow one another.
   */
  readonly leftOut?: readonly { readonly start: number; readonly end: number }[] | undefined;
  /** What is scored in its place after what is read; at least one token. */
  readonly scored: readonly number[];
}

export interface ScoreRequest {
  readonly modelId: string;
  readonly text: string;
  /** The translation that an encoder-decoder scores, which is required; or the continuation of `text` that a decoder-only model scores. */
  readonly targetText?: string | undefined;
  /**
   * For a decoder-only model, in place of `text`, which is then empty, and of `targetText`. What is read and scored must
   * fit the context. `tokens` of the score are those that are scored, with offsets in their own text.
   */
  readonly known?: KnownTokens | undefined;
  /** Number of the most probable tokens to return in the place of each; 0 by default. */
  readonly top?: number | undefined;
  /** Parts of the model that are switched off or weakened; none by default. */
  readonly ablation?: Ablation | undefined;
  /** If present, `EngineEvents.scored` is called for each part as soon as it has been read; never by an encoder-decoder. */
  readonly streamId?: string | undefined;
}

/** Scores of tokens of a text. Each list has one entry for each of `tokens`. */
export interface TokenScores {
  readonly tokens: readonly Token[];
  /** In nats; undefined for a token that nothing precedes. */
  readonly logProbabilities: readonly (number | undefined)[];
  /** Rank among all tokens, sorted by probability: 1 is the most probable. Undefined as above. */
  readonly ranks: readonly (number | undefined)[];
  /** The `top` most probable tokens in its place, best first; empty unless requested, and where nothing precedes. */
  readonly candidates: readonly (readonly Candidate[])[];
  /**
   * Number of tokens that were read before it: all that there are, or as many as fit the context. A longer text is read
   * in windows that overlap by a quarter, so that no token but the first ones has less than that before it.
   */
  readonly contextSizes: readonly number[];
}

/** How probable a model finds a text. `tokens` are all of it, special ones too; their offsets point into `targetText`, or into `text` if there is none. */
export interface Score extends TokenScores {
  readonly modelId: string;
  /** Sum over all tokens, in nats. */
  readonly logProbability: number;
  /** The sum in bits for each UTF-8 byte of what is scored; 0 if nothing is. */
  readonly bitsPerByte: number;
  /** exp(-mean) over the tokens that have a probability; 1 if none has. */
  readonly perplexity: number;
  /** The window of the source; for a decoder-only model all of the text, or as much of what `targetText` continues as was read. */
  readonly window: Window;
  /** Number of tokens that were not read. */
  readonly dropped: number;
  /** Number of tokens that the model ran on: fewer than there are if the text begins like the one before. */
  readonly computed: number;
  readonly device: Device;
  readonly runMs: number;
}

/** A part of a text that is being scored. Parts come in order. */
export interface ScoredPart extends TokenScores {
  readonly streamId: string;
  /** Index of its first token in the `Score`. */
  readonly first: number;
  /** Number of tokens that the `Score` will have. */
  readonly total: number;
}

/** Called with each part of a score; `streamId` is the caller's. */
export type OnPart = (part: Omit<ScoredPart, 'streamId'>) => void;
