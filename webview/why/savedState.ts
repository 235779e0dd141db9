import * as v from 'valibot';
import type { Subject } from '../../src/common/protocol/pages/subject';
import { savedSubject } from '../../src/common/protocol/savedSubject';

const index = v.pipe(v.number(), v.integer(), v.minValue(0));

const saved = v.object({
  subject: v.fallback(v.optional(savedSubject), undefined),
  /** The token that is explained; one that is no longer there counts as the first. */
  chosen: v.fallback(index, 0),
  /** The layer whose attention is shown, counted from 0; undefined averages over all. */
  layer: v.fallback(v.optional(index), undefined),
  /** The same of the head. */
  head: v.fallback(v.optional(index), undefined),
});

/** What survives a reload of the window: what is looked at and how; never results. */
export interface SavedState extends Readonly<
  Omit<v.InferOutput<typeof saved>, 'subject' | 'layer' | 'head'>
> {
  readonly subject: Subject | undefined;
  readonly layer: number | undefined;
  readonly head: number | undefined;
}

/** Reads what an earlier page has left, field by field: what is not as expected becomes its default. */
export function parseState(value: unknown): SavedState {
  const { subject, chosen, layer, head } = v.parse(
    saved,
    typeof value === 'object' && value !== null ? value : {},
  );
  return { subject, chosen, layer, head };
}
