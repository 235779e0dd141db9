import * as v from 'valibot';
import type { Subject } from '../../src/common/protocol/pages/subject';
import { savedSubject } from '../../src/common/protocol/savedSubject';
import { noBranches, type Branches } from './branches';
import { memo } from '../common/memo';
import { allowed, controls, ownDistribution, type Controls } from './controls';

const index = v.pipe(v.number(), v.integer(), v.minValue(0));
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

export const strategies = ['greedy', 'sample', 'beam'] as const;
export type StrategyName = (typeof strategies)[number];

/** Tokens that are written at once at most. */
export const mostTokens = 512;
/** The engine takes no more beams. */
export const mostBeams = 16;

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
  subject: v.fallback(v.optional(savedSubject), undefined),
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
  strategy: v.fallback(v.picklist(strategies), 'sample'),
  /** Tokens to write. */
  length: v.fallback(ranged(1, mostTokens), 32),
  seed: v.fallback(ranged(0, 2 ** 31 - 1), 1),
  beams: v.fallback(ranged(1, mostBeams), 4),
  /** Whether what each layer would say is shown. */
  lens: v.fallback(v.boolean(), false),
  /** Whether the branches are shown as a tree. */
  tree: v.fallback(v.boolean(), false),
  /** Id of the token whose rank is followed through the layers; undefined: the most probable. */
  watched: v.fallback(v.optional(index), undefined),
  /** Indices of the tokens that a model is to fill in, into the text's tokens. */
  masked: v.fallback(v.array(index), []),
  /** UTF-16 units at the end of the text before which the person looks. */
  held: v.fallback(index, 0),
});

/** What survives a reload of the window: the text, the branches and how it is arranged; never results. */
export interface SavedState extends Readonly<
  Omit<v.InferOutput<typeof saved>, 'subject' | 'branches' | 'controls' | 'watched' | 'masked'>
> {
  readonly subject: Subject | undefined;
  readonly branches: Readonly<Record<string, Branches>>;
  readonly controls: Controls;
  readonly watched: number | undefined;
  readonly masked: readonly number[];
}

/** Reads what an earlier page has left, field by field: what is not as expected becomes its default. */
export function parseState(value: unknown): SavedState {
  const { subject, watched, ...rest } = v.parse(
    saved,
    typeof value === 'object' && value !== null ? value : {},
  );
  return { ...rest, subject, watched };
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
