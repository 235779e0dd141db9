import * as v from 'valibot';
import type { HeadPosition } from '../../src/common/protocol/pages/page';
import type { Subject } from '../../src/common/protocol/pages/subject';
import { savedSubject } from '../../src/common/protocol/savedSubject';
import { blocks } from '../matrix/matrixView';

const index = v.pipe(v.number(), v.integer(), v.minValue(0));

const saved = v.object({
  /** What is looked at. */
  subject: v.fallback(v.optional(savedSubject), undefined),
  /** Tokens of its text left out before the window. */
  windowStart: v.fallback(index, 0),
  /** Heads that are averaged; none means all. */
  heads: v.fallback(v.array(v.object({ layer: index, head: index })), []),
  /** Of a model that has several kinds of attention. */
  kind: v.fallback(v.picklist(['encoder', 'decoder', 'cross']), 'cross'),
  /** Tokens whose rows stay lit, as indexes into the window's tokens. */
  queries: v.fallback(v.array(index), []),
  view: v.fallback(v.picklist(['matrix', 'lines']), 'matrix'),
  words: v.fallback(v.boolean(), false),
  hideSpecial: v.fallback(v.boolean(), false),
  hideSink: v.fallback(v.boolean(), false),
  rescale: v.fallback(v.boolean(), false),
  block: v.fallback(v.picklist(blocks), 'all'),
});

/** What survives a reload of the window: where the person is and how it is arranged; never results. */
export interface SavedState extends Readonly<
  Omit<v.InferOutput<typeof saved>, 'subject' | 'heads' | 'queries'>
> {
  readonly subject: Subject | undefined;
  readonly heads: readonly HeadPosition[];
  readonly queries: readonly number[];
}

/**
 * Reads what an earlier page has left. It comes from outside, perhaps from another version: what is not as
 * expected becomes its default, field by field.
 */
export function parseState(value: unknown): SavedState {
  const { subject, ...rest } = v.parse(
    saved,
    typeof value === 'object' && value !== null ? value : {},
  );
  return { ...rest, subject };
}
