/** Restores the subject of a page after the window was reloaded. */
import * as v from 'valibot';
import type { Subject } from '../../common/protocol/pages/subject';
import { savedSubject } from '../../common/protocol/savedSubject';

/** A version that no document has. */
const unknownVersion = -1;

const state = v.object({ subject: savedSubject });

/**
 * Reads the subject from a page's saved state; undefined if the state holds none that can be read.
 *
 * Versions count from 1 again in a new window and say nothing there, so the text itself must be compared.
 */
export function restoredSubject(saved: unknown): Subject | undefined {
  const result = v.safeParse(state, saved);
  if (!result.success) {
    return undefined;
  }
  const { subject } = result.output;
  const withoutVersion = <T extends Subject['segments'][number]>(item: T): T =>
    item.origin ? { ...item, origin: { ...item.origin, version: unknownVersion } } : item;
  const [a, b] = subject.segments;
  return { ...subject, segments: b ? [withoutVersion(a), withoutVersion(b)] : [withoutVersion(a)] };
}
