import * as v from 'valibot';
import { stageIds, type StageId } from '../../../src/common/content/lesson';
import type { Subject } from '../../../src/common/protocol/pages/subject';
import { savedSubject } from '../../../src/common/protocol/savedSubject';

const index = v.pipe(v.number(), v.integer(), v.minValue(0));

/** The longest sentence that stages carry along, in UTF-16 units: about 150 words. */
export const longestSentence = 1000;

/** A place on the page, by the part in view. */
const place = v.object({
  /** Id of the heading above it; empty before the first. */
  anchor: v.pipe(v.string(), v.maxLength(100)),
  /** How far below that, in CSS pixels. */
  down: v.pipe(v.number(), v.minValue(0)),
});

export type ScrollPlace = v.InferOutput<typeof place>;

const saved = v.object({
  subject: v.fallback(v.optional(savedSubject), undefined),
  stage: v.fallback(v.picklist(stageIds), stageIds[0]),
  /** The person's own, which goes with them through all stages; empty where each stage offers one. */
  sentence: v.fallback(v.pipe(v.string(), v.maxLength(longestSentence)), ''),
  /** UTF-16 units of the person's text that were left out. */
  cut: v.fallback(index, 0),
  /** By stage, the choice that was made in its question. */
  answers: v.fallback(v.record(v.picklist(stageIds), v.optional(index)), {}),
  /** How far the page is scrolled; absent at its top. */
  place: v.fallback(v.optional(place), undefined),
  /** What each live part is set to, for the part to check. */
  parts: v.fallback(v.record(v.string(), v.unknown()), {}),
});

/** What survives a reload of the window: where the person is and what is set; never results. */
export interface SavedState {
  readonly subject: Subject | undefined;
  readonly stage: StageId;
  readonly sentence: string;
  readonly cut: number;
  readonly answers: Readonly<Partial<Record<StageId, number | undefined>>>;
  readonly place: ScrollPlace | undefined;
  readonly parts: Readonly<Record<string, unknown>>;
}

/** Reads what an earlier page has left, field by field: what is not as expected becomes its default. */
export function parseState(value: unknown): SavedState {
  const {
    subject,
    place: kept,
    ...rest
  } = v.parse(saved, typeof value === 'object' && value !== null ? value : {});
  return { ...rest, subject, place: kept };
}
