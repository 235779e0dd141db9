/** The state of "A few labels", and what was measured before. */
import * as v from 'valibot';
import type { LabelStudy } from '../../../../src/common/content/evaluation';
import type { RunningState } from '../../part/livePart';
import type { Head, Progress } from './classifier';

const settings = v.object({
  /** A label for each text that is offered; null: none. */
  labels: v.fallback(v.array(v.nullable(v.picklist([0, 1]))), []),
});

/** @param kept comes from outside. */
export const parseSettings = (kept: unknown): v.InferOutput<typeof settings> =>
  v.parse(settings, kept ?? {});

export type Label = 0 | 1 | null;
/** What a head is trained on: features of a network that has read, or random ones. */
export type FeatureKind = 'read' | 'random';
export type ByKind<T> = Readonly<Record<FeatureKind, T>>;

export interface FewLabelsState extends RunningState {
  readonly labels: readonly Label[];
  readonly progress: ByKind<readonly Progress[]>;
  readonly heads: Partial<ByKind<Head>>;
  /** From the click to the end of both trainings, in ms. */
  readonly totalMs: number | undefined;
  /** The probability of the second label that each head gives the user's sentence. */
  readonly verdict: Partial<ByKind<number>>;
  /** Undefined until it has been read, and where there is none. */
  readonly study: LabelStudy | undefined;
}

export const nothingTrained = {
  progress: { read: [], random: [] },
  heads: {},
  totalMs: undefined,
  verdict: {},
} satisfies Partial<FewLabelsState>;
