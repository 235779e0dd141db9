/** The state of the page of next tokens: what is kept for its next start, what is shown, and what is pointed at. */
import * as v from 'valibot';
import type { Analysis } from '../../src/common/protocol/engine/analyze';
import type { BeamNode } from '../../src/common/protocol/engine/generate';
import type { Prediction } from '../../src/common/protocol/engine/predict';
import type { DeviceReport } from '../../src/common/protocol/engine/types';
import type { Subject } from '../../src/common/protocol/pages/subject';
import { index, memo, parserOf, type Saved, subjectEntry } from '../common/store';
import type { TextPageState } from '../common/textPage';
import type { Tokenized } from '../elements/textToCome';
import { type Branches, noBranches } from './branches';
import type { LayersState } from './lensGrid';
import {
  allowed,
  controls,
  type Controls,
  type Distribution,
  ownDistribution,
} from './distribution';
import type { PlaceChange } from './maskChoice';
import { colorings, type ReadTokens, type TextScores } from './textScores';
import type { Spellings } from './tokenLabels';

const place = v.pipe(v.number(), v.integer(), v.minValue(-1));

const branches = v.pipe(
  v.object({
    nodes: v.array(v.object({ parent: place, id: index })),
    at: place,
    tip: place,
  }),
  v.check(
    ({ nodes, at, tip }) =>
      nodes.every(({ parent }, own) => parent < own) && at < nodes.length && tip < nodes.length,
    'must name nodes that are there, a parent before its children',
  ),
);

const strategies = ['greedy', 'sample', 'beam'] as const;
export type StrategyName = (typeof strategies)[number];

/** Tokens that are written at once at most. */
export const maxTokens = 512;
/** The engine takes no more beams. */
export const maxBeams = 16;

const ranged = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));

const control = (name: keyof Controls) =>
  v.fallback(
    v.pipe(
      v.number(),
      v.check(value => {
        const limits = controls.find(each => each.name === name);
        return limits !== undefined && allowed(limits, value) !== undefined;
      }, 'must be within its limits'),
    ),
    ownDistribution[name],
  );

const saved = v.object({
  ...subjectEntry,
  /** Of the subject's text, by model: token ids of one mean nothing to another. */
  branches: v.fallback(v.record(v.string(), branches), {}),
  controls: v.fallback(
    v.object({
      temperature: control('temperature'),
      topK: control('topK'),
      topP: control('topP'),
      minP: control('minP'),
    }),
    ownDistribution,
  ),
  /** Whether the controls are open; undefined until the user has said so. */
  sampling: v.fallback(v.optional(v.boolean()), undefined),
  /** What the text is coloured by. */
  coloring: v.fallback(v.picklist(colorings), 'off'),
  strategy: v.fallback(v.picklist(strategies), 'sample'),
  /** Tokens to write. */
  length: v.fallback(ranged(1, maxTokens), 32),
  seed: v.fallback(ranged(0, 2 ** 31 - 1), 1),
  beams: v.fallback(ranged(1, maxBeams), 4),
  /** Whether what each layer would say is shown. */
  lens: v.fallback(v.boolean(), false),
  /** Whether the branches are shown as a tree. */
  tree: v.fallback(v.boolean(), false),
  /** Id of the token whose rank is followed through the layers; undefined: the most probable. */
  watched: v.fallback(v.optional(index), undefined),
  /** Indices of the tokens that a model is to fill in, into the text's tokens; undefined: the word at the caret. */
  masked: v.fallback(v.optional(v.array(index)), undefined),
  /** The sentence as masks of it were filled; undefined before that. */
  filled: v.fallback(v.optional(v.string()), undefined),
  /** UTF-16 units at the end of the text before which the user looks. */
  held: v.fallback(index, 0),
});

export type SavedState = Saved<typeof saved>;
export const parseState: (value: unknown) => SavedState = parserOf(saved);

/** Bars drawn at first, and added each time. */
export const barsAtOnce = 20;
export const maxBars = 200;

/** What follows a text and the tokens appended to it. It stays while the next one runs. */
export interface ShownPrediction {
  readonly kind: 'next';
  readonly subject: Subject;
  /** Node of the branches that it follows; -1 for the text itself. */
  readonly at: number;
  /** Index of the token of the text in the place of which it is expected; undefined at the caret. */
  readonly place: number | undefined;
  /** What stands at that place: the id of the text's token. */
  readonly ownId: number | undefined;
  readonly prediction: Prediction;
  readonly distribution: Distribution;
  readonly device: DeviceReport;
}

/** A mask that was filled, and what that changed. */
export interface MaskChange {
  readonly index: number;
  readonly places: readonly PlaceChange[];
}

/** What a model would put in the place of masks. */
export interface ShownMasks {
  readonly kind: 'masks';
  readonly subject: Subject;
  /** The sentence that was read. */
  readonly text: string;
  readonly masked: readonly number[];
  readonly analysis: Analysis;
  /** What the last fill changed elsewhere, and in which place it was. */
  readonly change: MaskChange | undefined;
  readonly device: DeviceReport;
}

export type Shown = ShownPrediction | ShownMasks;

/** All that a beam search weighed. */
interface ShownBeams {
  /** Node of the branches that it went on from. */
  readonly at: number;
  readonly modelId: string;
  readonly beams: number;
  readonly nodes: readonly BeamNode[];
}

/** How writing went. */
export interface Pace {
  readonly tokens: number;
  /** From the first token to the last, of beam search all runs, in ms. */
  readonly ms: number;
  /** Tokens that came in that time. */
  readonly timed: number;
}

export interface NextState extends TextPageState {
  readonly saved: SavedState;
  /** The text that is being run, before its first prediction is there. */
  readonly tokenized: Tokenized | undefined;
  /** Tokens are being written. */
  readonly isWriting: boolean;
  readonly shown: Shown | undefined;
  /** The text as the model reads it, of the last prediction at the caret. */
  readonly read: ReadTokens | undefined;
  /** Index of the token in `read` that is looked at; undefined at the caret. */
  readonly place: number | undefined;
  readonly scores: TextScores | undefined;
  /** Of the model that is looked at, as far as they were asked for. */
  readonly spellings: Spellings;
  /** The model's own probability of each node of the branches, where it is known. */
  readonly probabilities: ReadonlyMap<number, number>;
  readonly beams: ShownBeams | undefined;
  readonly pace: Pace | undefined;
  /** The grid of positions and layers. */
  readonly layers: LayersState;
  /** Bars drawn. */
  readonly barCount: number;
  /** Place of the bar that is pointed at. */
  readonly pointed: number | undefined;
}

const cutAt = memo((subject: Subject, held: number): Subject => {
  const [segment] = subject.segments;
  return { ...subject, segments: [{ ...segment, text: segment.text.slice(0, -held) }] };
});

/** What the model reads: the text as far as it is looked at. */
export const readSubject = ({ subject, held }: SavedState): Subject | undefined =>
  subject && held > 0 ? cutAt(subject, held) : subject;

/** Of the model that is looked at. */
export const branchesOf = ({ subject, branches: all }: SavedState): Branches =>
  (subject && all[subject.modelId]) ?? noBranches;

/** The same state with other branches. */
export const withBranches = (state: SavedState, next: Branches): SavedState =>
  state.subject
    ? { ...state, branches: { ...state.branches, [state.subject.modelId]: next } }
    : state;

/** The tokens of the text, if they are of the text that is read now. */
export function readTokens({ read, saved }: NextState): ReadTokens | undefined {
  return read?.subject === readSubject(saved) ? read : undefined;
}
