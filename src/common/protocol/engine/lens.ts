/** The contract of `lens`: what each layer would say at each of many positions. */

import type { TokenRank } from './predict';
import type { Candidate, Device, Token, Window } from './types';

/** A request for the logit lens at the last positions of a text, for a decoder-only model. */
export interface LensRequest {
  readonly modelId: string;
  readonly text: string;
  /** As in a `PredictRequest`. */
  readonly appended?: readonly number[] | undefined;
  /** Number of positions, counted from the end of the text; 64 by default, and at most as many as are read. */
  readonly positions?: number | undefined;
  /** Ids of tokens whose ranks to return, at most 16. */
  readonly watched?: readonly number[] | undefined;
  /** If present, `EngineEvents.lensed` is called for each position as soon as it has been read. */
  readonly streamId?: string | undefined;
}

/** What a layer would say after a token if it were the last. */
export interface LensCell {
  /** The most probable token. */
  readonly best: Candidate;
  /** Place of `best` in what the model says in the end, at the same position. */
  readonly bestInTheEnd: TokenRank;
  /** Place here of the token that the model says in the end. */
  readonly end: TokenRank;
  /** Places of the watched tokens, in the order of the request. */
  readonly watched: readonly TokenRank[];
}

/** A cell for the embedding, then one for each layer: L + 1. */
export type LensColumn = readonly LensCell[];

export interface LensGrid {
  readonly modelId: string;
  /** The tokens that were read; offsets point into `text`. */
  readonly source: readonly Token[];
  /** The text, then what the appended tokens spell. */
  readonly text: string;
  /** Index into `source` of the token after which the first column predicts. */
  readonly first: number;
  /** One for each token of `source` from `first` on. */
  readonly columns: readonly LensColumn[];
  readonly vocabSize: number;
  readonly window: Window;
  readonly dropped: number;
  readonly device: Device;
  /** Duration of all runs together, without loading and waiting. */
  readonly runMs: number;
}

/** A column of a grid that is being computed. Columns come in order. */
export interface ComputedColumn {
  readonly streamId: string;
  /** Index of the column in the `LensGrid`. */
  readonly index: number;
  /** Number of columns that the grid will have. */
  readonly total: number;
  readonly column: LensColumn;
}

/** Called with each column; `streamId` is the caller's. */
export type OnColumn = (computed: Omit<ComputedColumn, 'streamId'>) => void;
