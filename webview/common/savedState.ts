/** What a page keeps for its next start: what is looked at and how it is arranged; never results. */
import * as v from 'valibot';
import type { Subject } from '../../src/common/protocol/pages/subject';
import { savedSubject } from '../../src/common/protocol/savedSubject';

/** A place in a list, or an amount. */
export const index = v.pipe(v.number(), v.integer(), v.minValue(0));

/** The entry that the state of every page of a text has. */
export const subjectEntry = { subject: v.fallback(v.optional(savedSubject), undefined) };

type Kept<T> = T extends object ? { readonly [K in keyof T]: Kept<T[K]> } : T;

/** What a schema with {@link subjectEntry} reads. */
export type Saved<S extends v.GenericSchema> = Omit<Kept<v.InferOutput<S>>, 'subject'> & {
  readonly subject?: Subject | undefined;
};

/**
 * What an earlier page has left, read field by field: it comes from outside, perhaps from another version, and what is
 * not as expected becomes its default.
 */
export const parserOf =
  <S extends v.GenericSchema>(schema: S) =>
  (value: unknown): v.InferOutput<S> =>
    v.parse(schema, typeof value === 'object' && value !== null ? value : {});
