/** What the page of stages keeps across a reload of the window. */
import * as v from 'valibot';
import { stageIds, type StageId } from '../../../src/common/content/lesson';
import type { Subject } from '../../../src/common/protocol/pages/subject';
import { savedSubject } from '../../../src/common/protocol/savedSubject';

const index = v.pipe(v.number(), v.integer(), v.minValue(0));

/** The longest sentence that goes through the stages, in UTF-16 units: about 150 words. */
export const maxSentenceLength = 1000;

/** A place on the page, by the heading above it. */
const place = v.object({
  /** The id of the heading; empty above the first. */
  anchor: v.pipe(v.string(), v.maxLength(100)),
  /** How far below the heading, in CSS pixels. */
  down: v.pipe(v.number(), v.minValue(0)),
});

export type ScrollPlace = v.InferOutput<typeof place>;

const saved = v.object({
  subject: v.fallback(v.optional(savedSubject), undefined),
  stage: v.fallback(v.picklist(stageIds), stageIds[0]),
  /** The user's own, which goes with them through all stages; empty where each stage offers one. */
  sentence: v.fallback(v.pipe(v.string(), v.maxLength(maxSentenceLength)), ''),
  /** UTF-16 units of the user's text that were left out. */
  cut: v.fallback(index, 0),
  /** The choice that was made in the question of each stage. */
  answers: v.fallback(v.record(v.picklist(stageIds), v.optional(index)), {}),
  /** How far the page is scrolled; absent at its top. */
  place: v.fallback(v.optional(place), undefined),
  /** What each live part is set to; the part checks it. */
  parts: v.fallback(v.record(v.string(), v.unknown()), {}),
});

/** What survives a reload of the window: where the user is and what is set; never results. */
export interface SavedState {
  readonly subject: Subject | undefined;
  readonly stage: StageId;
  readonly sentence: string;
  readonly cut: number;
  readonly answers: Readonly<Partial<Record<StageId, number | undefined>>>;
  readonly place: ScrollPlace | undefined;
  readonly parts: Readonly<Record<string, unknown>>;
}

/** Reads what an earlier page has left, field by field: a field that is not as expected becomes its default. */
export function parseState(value: unknown): SavedState {
  const {
    subject,
    place: kept,
    ...rest
  } = v.parse(saved, typeof value === 'object' && value !== null ? value : {});
  return { ...rest, subject, place: kept };
}
