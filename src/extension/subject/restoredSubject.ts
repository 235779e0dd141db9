import * as v from 'valibot';
import type { Subject } from '../../common/protocol/pages/subject';
import { savedSubject } from '../../common/protocol/savedSubject';

/** No document has it. */
const unknownVersion = -1;

const state = v.object({ subject: savedSubject });

/**
 * The subject in a page's saved state; undefined where there is none that we can read.
 *
 * Versions count from 1 again in a new window, so they say nothing: the text itself must be compared.
 */
export function restoredSubject(saved: unknown): Subject | undefined {
  const result = v.safeParse(state, saved);
  if (!result.success) {
    return undefined;
  }
  const { subject } = result.output;
  const forget = <T extends Subject['segments'][number]>(one: T): T =>
    one.origin ? { ...one, origin: { ...one.origin, version: unknownVersion } } : one;
  const [a, b] = subject.segments;
  return { ...subject, segments: b ? [forget(a), forget(b)] : [forget(a)] };
}
