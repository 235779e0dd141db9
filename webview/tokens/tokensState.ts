/** The state of the page of tokens: what is kept for its next start, which tokenizers it compares, what is shown, and what is pointed at. */
import * as v from 'valibot';
import type { EngineError } from '../../src/common/errors';
import type { TokenizerKind, WordSteps } from '../../src/common/protocol/engine/tokenize';
import type { Manifest } from '../../src/common/protocol/manifest';
import type { Subject, TextRange } from '../../src/common/protocol/pages/subject';
import type { TextPageState } from '../common/textPage';
import type { Chip } from './chips';
import { index, parserOf, type Saved, subjectEntry } from '../common/store';

const saved = v.object({
  ...subjectEntry,
  /** Whether each token shows its id. */
  ids: v.fallback(v.boolean(), false),
  /** The word that is played: of which model's tokenizer, by `Token.word`. */
  played: v.fallback(v.optional(v.object({ modelId: v.string(), word: index })), undefined),
  /** How many of its steps are done. */
  step: v.fallback(index, 0),
});

export type SavedState = Saved<typeof saved>;
export const parseState: (value: unknown) => SavedState = parserOf(saved);

/** Chips drawn at first, and added each time. */
export const chipsAtOnce = 1000;

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

/** Where the user points: a token of a row, or a stretch of the text in the document. */
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

export interface TokensState extends TextPageState {
  readonly saved: SavedState;
  readonly shown: Shown | undefined;
  readonly pointed: PointedAt | undefined;
  readonly played: Played | undefined;
  /** Whether the steps follow each other by themselves. */
  readonly isPlaying: boolean;
  /** Chips drawn in each row at most. */
  readonly maxChips: number;
}

export const isFailed = (row: Row | FailedRow): row is FailedRow => 'error' in row;

/** A tokenizer and the models that have it. */
export interface TokenizerOfModels {
  /** The oldest first. */
  readonly models: readonly [Manifest, ...Manifest[]];
}

/** The tokenizers of models, the oldest model first; models whose tokenizer files are alike share one. */
export function tokenizersOf(models: readonly Manifest[]): readonly TokenizerOfModels[] {
  const byFile = new Map<string, [Manifest, ...Manifest[]]>();
  for (const model of models.toSorted((a, b) => a.year - b.year)) {
    const { sha256 } = model.files.tokenizer;
    const others = byFile.get(sha256);
    if (others) {
      others.push(model);
    } else {
      byFile.set(sha256, [model]);
    }
  }
  return Array.from(byFile.values(), alike => ({ models: alike }));
}

/** "BERT (MiniLM, 6 layers)", "GPT-2 and DistilGPT-2". */
export const namesOf = ({ models }: TokenizerOfModels): string =>
  new Intl.ListFormat('en').format(models.map(({ name }) => name));

/** "BERT": for sentences. */
export const shortNameOf = ({ models: [{ name }] }: TokenizerOfModels): string =>
  name.replace(/ \(.*\)$/, '');
