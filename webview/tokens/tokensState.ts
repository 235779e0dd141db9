import type { TokenizerKind, WordSteps } from '../../src/common/protocol/engine/tokenize';
import type { EngineError } from '../../src/common/errors';
import type { Manifest } from '../../src/common/protocol/manifest';
import type { Subject, TextRange } from '../../src/common/protocol/pages/subject';
import type { Work } from '../common/progress';
import type { Chip } from './chips';
import type { SavedState } from './savedState';
import type { TokenizerOfModels } from './tokenizers';

/** What one tokenizer makes of the text. */
export interface Row {
  readonly tokenizer: TokenizerOfModels;
  readonly kind: TokenizerKind;
  readonly chips: readonly Chip[];
}

/** A tokenizer that failed, beside others that did not. */
export interface FailedRow {
  readonly tokenizer: TokenizerOfModels;
  readonly error: EngineError;
}

/** A text and what became of it. It stays while the next one is cut. */
export interface Shown {
  readonly subject: Subject;
  readonly text: string;
  readonly rows: readonly (Row | FailedRow)[];
}

/** Where the person points: a token of a row, or a stretch of the text in the document. */
export interface PointedAt {
  readonly range: TextRange;
  readonly chip?: { readonly row: number; readonly index: number } | undefined;
}

/** The word that is played. */
export interface Played {
  readonly row: number;
  readonly word: number;
  /** Undefined until they are there, and of a word that is too long to be told step by step. */
  readonly steps: WordSteps | undefined;
  readonly isKnown: boolean;
}

export interface TokensState {
  readonly saved: SavedState;
  readonly models: readonly Manifest[];
  /** False until the host has answered. */
  readonly isStarted: boolean;
  readonly work: Work | undefined;
  readonly shown: Shown | undefined;
  readonly error: EngineError | undefined;
  readonly pointed: PointedAt | undefined;
  readonly played: Played | undefined;
  /** Whether the steps follow each other by themselves. */
  readonly isPlaying: boolean;
  /** Chips drawn in each row. */
  readonly longest: number;
  /** Of the page, in CSS pixels. */
  readonly pageWidth: number | undefined;
  /** Counts up when the theme has changed. */
  readonly themeVersion: number;
  /** From `show` to the painted chips, in ms. */
  readonly paintMs: number | undefined;
}

export const isFailed = (row: Row | FailedRow): row is FailedRow => 'error' in row;
