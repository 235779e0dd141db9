import type { Candidate, Device, Token, Window } from './types';

export interface ScoreRequest {
  readonly modelId: string;
  readonly text: string;
  /** Of an encoder-decoder: the translation to score, which must be given. Of a decoder-only model: what to score as going on from `text`. */
  readonly targetText?: string | undefined;
  /** How many of the likeliest tokens in the place of each to tell; 0 by default. */
  readonly top?: number | undefined;
  /** Where given, `EngineEvents.scored` is called for each part as soon as it has been read; never by an encoder-decoder. */
  readonly streamId?: string | undefined;
}

/** What a model finds of tokens of a text, each list with a place for each of `tokens`. */
export interface TokenScores {
  readonly tokens: readonly Token[];
  /** In nats; undefined for the first of a text that nothing stands before. */
  readonly logProbabilities: readonly (number | undefined)[];
  /** Of all tokens that could stand in its place, sorted by probability: 1 is the most probable. Undefined as above. */
  readonly ranks: readonly (number | undefined)[];
  /** The `top` most probable tokens in its place, best first; empty unless asked for, and where nothing stands before. */
  readonly candidates: readonly (readonly Candidate[])[];
  /**
   * How many tokens were read before it: all that there are, or as many as fit the context. A text that is longer is
   * read in windows that overlap by a quarter, so that no token has less than that before it but those that begin.
   */
  readonly contextSizes: readonly number[];
}

/** How probable a model finds a text. `tokens` are all of it, special ones too; their offsets point into `targetText`, or into `text` where there is none. */
export interface Score extends TokenScores {
  readonly modelId: string;
  /** Of all tokens, in nats. */
  readonly logProbability: number;
  /** The sum in bits, for each UTF-8 byte of what is scored; 0 where nothing is. */
  readonly bitsPerByte: number;
  /** exp(-mean) over the tokens that have a probability; 1 where none has. */
  readonly perplexity: number;
  /** Of a decoder-only model all of the text, or as much of what `targetText` goes on from as was read. */
  readonly window: Window;
  /** Tokens that were not read. */
  readonly dropped: number;
  /** How many tokens the model read for it: fewer than there are where the text begins like the one before. */
  readonly computed: number;
  readonly device: Device;
  readonly runMs: number;
}

/** A part of a text that is being scored. Parts come in order. */
export interface ScoredPart extends TokenScores {
  readonly streamId: string;
  /** Index of its first token in the `Score`. */
  readonly first: number;
  /** How many tokens the `Score` will have. */
  readonly total: number;
}
