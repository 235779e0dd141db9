/** The state of the page of attention: what is kept for its next start, what is shown, and what is pointed at. */
import type { Shown } from './text/shown';
import * as v from 'valibot';
import type { Analysis } from '../../src/common/protocol/engine/analyze';
import type { TextPageState } from '../common/textPage';
import type { Tokenized } from '../elements/textToCome';
import { blocks } from '../matrix/matrixView';
import type { EngineError } from '../../src/common/errors';
import type { InsideCell } from './inside/cell';
import type { HeadPosition } from '../../src/common/attention/attention';
import { type AblationState, savedAblation } from './ablation/ablationState';
import { sorts } from './sorts';
import { comparisons, panes } from './comparisonKinds';
import type { Pointing } from '../matrix/link';
import type { ShownSyntax } from './syntax/syntaxState';
import { weightKinds } from './weights/weightKinds';
import type { ReadWeights } from './weights/weightsState';
import { index, type Kept, parserOf, type Saved, subjectEntry } from '../common/store';

/** What the picture is compared with. Heads and layers of A are the page's own choice. */
const compare = v.object({
  with: v.picklist(comparisons),
  /** Heads of B; where there are none, those of A, or of another model its most telling one. */
  heads: v.fallback(v.optional(v.array(v.object({ layer: index, head: index }))), undefined),
  /** Heads of A before whole layers were compared: they come back after it. */
  before: v.fallback(v.optional(v.array(v.object({ layer: index, head: index }))), undefined),
  /** The second sentence. */
  text: v.fallback(v.optional(v.string()), undefined),
  /** The second model. */
  modelId: v.fallback(v.optional(v.string()), undefined),
  /** Where there is room for one picture only, which. */
  pane: v.fallback(v.picklist(panes), 'difference'),
});

export type SavedComparison = Kept<v.InferOutput<typeof compare>>;

const saved = v.object({
  ...subjectEntry,
  /** Tokens of its text left out before the window. */
  windowStart: v.fallback(index, 0),
  /** Its text stays, whatever is at the caret. */
  isPinned: v.fallback(v.boolean(), true),
  /** Heads that are averaged; an empty list means all, and where there is no list the most telling head is shown. */
  heads: v.fallback(v.optional(v.array(v.object({ layer: index, head: index }))), undefined),
  /** How the heads are sorted. */
  sort: v.fallback(v.picklist(sorts), 'position'),
  /** Of a model that has several kinds of attention. */
  kind: v.fallback(v.picklist(['encoder', 'decoder', 'cross']), 'cross'),
  /** Tokens whose rows stay lit, as indexes into the window's tokens. */
  queries: v.fallback(v.array(index), []),
  /** With one row lit, the token that it is seen to look at, as an index into the window's tokens. */
  key: v.fallback(v.optional(index), undefined),
  view: v.fallback(v.picklist(['matrix', 'lines']), 'matrix'),
  words: v.fallback(v.boolean(), false),
  /** Whether a translator's words are shown in pieces. */
  pieces: v.fallback(v.boolean(), false),
  /** Which sentence a translator is shown on. */
  sentence: v.fallback(index, 0),
  /** Whether all sentences are shown, by all translators. */
  comparesAll: v.fallback(v.boolean(), false),
  hideSpecial: v.fallback(v.boolean(), false),
  hideSink: v.fallback(v.boolean(), false),
  rescale: v.fallback(v.boolean(), false),
  block: v.fallback(v.picklist(blocks), 'all'),
  /** Whether exported pictures and pages are on white. */
  isForPaper: v.fallback(v.boolean(), false),
  /** What the picture shows in the place of weights. */
  weightKind: v.fallback(v.picklist(weightKinds), 'raw'),
  /** Whether the syntax of the text is open. */
  syntax: v.fallback(v.boolean(), false),
  /** The relation that its arcs are of and its heads are ranked by; none where it is empty. */
  relation: v.fallback(v.string(), ''),
  /** Parts that are switched off, while the section about them is open. */
  ablation: v.fallback(v.optional(savedAblation), undefined),
  compare: v.fallback(v.optional(compare), undefined),
  /** Weights below this are not drawn as lines; by the number of tokens where nobody has set it. */
  minShare: v.fallback(v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))), undefined),
});

export type SavedState = Saved<typeof saved>;
export const parseState: (value: unknown) => SavedState = parserOf(saved);

/** Whether tokens are merged to words: a translator's unless its pieces are asked for, another model's where they are. */
export const mergesWords = (saved: SavedState, { targetText }: Analysis): boolean =>
  targetText === undefined ? saved.words : !saved.pieces;

/** What a translator made of a sentence; undefined: nothing yet. */
export type Translation = string | EngineError | undefined;

/** What the translators have made of a text. */
export interface Translated {
  readonly key: string;
  /** Id of the model to its translations, by sentence. */
  readonly byModel: ReadonlyMap<string, readonly Translation[]>;
  /** Which sentence is being translated; undefined while none is. */
  readonly at?: number | undefined;
}

/** What the picture is compared with, where that takes a run of its own. */
export interface Compared {
  /** The last that was run; it stays while the next one runs. */
  readonly shown: Shown | undefined;
  readonly isRunning: boolean;
  readonly error: EngineError | undefined;
}

/** What the user points at: rows and a column of the view. */
export interface PointedAt {
  readonly queries: readonly number[];
  readonly key?: number | undefined;
  /** The same in the rows and columns of what is compared with, where the user points there. */
  readonly other?: Pointing | undefined;
  readonly from: 'picture' | 'keys' | 'text' | 'document';
}

/** In CSS pixels. */
export interface Box {
  readonly width: number;
  /** Undefined where the page scrolls: there the picture's width decides its height. */
  readonly height: number | undefined;
}

export interface AttentionState extends TextPageState {
  readonly saved: SavedState;
  /** The text that is being run, before its analysis is there. */
  readonly tokenized: Tokenized | undefined;
  readonly shown: Shown | undefined;
  readonly translated: Translated | undefined;
  /** Heads that the pointer or the focus is on. */
  readonly preview: readonly HeadPosition[] | undefined;
  readonly pointed: PointedAt | undefined;
  /** The sentence that the pointer is on in the translation. */
  readonly pointedSentence: number | undefined;
  /** The cell that the user looks inside. */
  readonly inside: InsideCell | undefined;
  /** What was read for other weights than the model's own. */
  readonly weights: ReadWeights | undefined;
  /** The parse of what was shown when it was read. */
  readonly syntax: ShownSyntax | undefined;
  /** There is a sentence at the caret, as far as the page follows it. */
  readonly caretHasText: boolean;
  readonly compared: Compared;
  /** Whether the toggles are open, where there is no room for them beside the picture. */
  readonly areTogglesOpen: boolean;
  /** What was asked and measured without some parts of the model. */
  readonly ablation: AblationState;
  /** Room for the picture and the lists beside or under it. */
  readonly box: Box | undefined;
}
