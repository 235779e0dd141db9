import * as v from 'valibot';
import type { Subject } from '../../src/common/protocol/pages/subject';
import { savedSubject } from '../../src/common/protocol/savedSubject';

const index = v.pipe(v.number(), v.integer(), v.minValue(0));

const saved = v.object({
  subject: v.fallback(v.optional(savedSubject), undefined),
  /** Whether each token tells its id. */
  ids: v.fallback(v.boolean(), false),
  /** The word that is played: of which model's tokenizer, by `Token.word`. */
  played: v.fallback(v.optional(v.object({ modelId: v.string(), word: index })), undefined),
  /** How many of its steps are done. */
  step: v.fallback(index, 0),
});

/** What survives a reload of the window: what is looked at and how far; never results. */
export interface SavedState extends Readonly<
  Omit<v.InferOutput<typeof saved>, 'subject' | 'played'>
> {
  readonly subject: Subject | undefined;
  readonly played: { readonly modelId: string; readonly word: number } | undefined;
}

/** Reads what an earlier page has left, field by field: what is not as expected becomes its default. */
export function parseState(value: unknown): SavedState {
  const { subject, played, ...rest } = v.parse(
    saved,
    typeof value === 'object' && value !== null ? value : {},
  );
  return { ...rest, subject, played };
}
