import * as v from 'valibot';
import type { Subject } from './shared/pageApi';

/** No document has it. */
const unknownVersion = -1;

const index = v.pipe(v.number(), v.integer(), v.minValue(0));

/** Mirrors `Subject`; a page keeps one in its state, and VS Code brings it back after a reload. */
const segment = v.object({
  text: v.string(),
  origin: v.optional(
    v.object({
      uri: v.string(),
      // One that was brought back before has no known version.
      version: v.pipe(v.number(), v.integer(), v.minValue(unknownVersion)),
      pieces: v.array(v.object({ start: index, length: index, documentOffset: index })),
    }),
  ),
});
const state = v.object({
  subject: v.object({
    modelId: v.string(),
    segments: v.union([v.strictTuple([segment]), v.strictTuple([segment, segment])]),
    label: v.string(),
    cutLength: index,
  }),
});

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
