/** The state of "The longer the sentence". */
import * as v from 'valibot';
import type { TranslationEvaluation } from '../../../../src/common/content/evaluation';
import type { RunningState } from '../../part/livePart';

const settings = v.object({
  sentences: v.fallback(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(12)), 1),
  metric: v.fallback(v.picklist(['bleu', 'chrf']), 'bleu'),
});

export type Settings = v.InferOutput<typeof settings>;

/** @param kept comes from outside. */
export const parseSettings = (kept: unknown): Settings => v.parse(settings, kept ?? {});

interface Translation {
  readonly text: string;
  readonly runMs: number;
  /** Says which words of the source the translator hardly knows. */
  readonly caution: string | undefined;
}

/** What was measured of each translator, by its id. */
export type Qualities = Readonly<Record<string, TranslationEvaluation>>;

export interface BottleneckState extends RunningState {
  readonly settings: Settings;
  /** What is translated. */
  readonly text: string;
  /** By translator; one that is not done yet is absent. */
  readonly translations: Readonly<Record<string, Translation>>;
  /** Undefined until they have been read. */
  readonly quality: Qualities | undefined;
}

/** The number of words of a text; signs that stand alone are none. */
export const countWords = (text: string): number =>
  text.split(/\s+/).filter(word => /[\p{L}\p{N}]/u.test(word)).length;
