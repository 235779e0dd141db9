/** The schema of a subject in the saved state of a page. */

import * as v from 'valibot';

const index = v.pipe(v.number(), v.integer(), v.minValue(0));

const segment = v.object({
  text: v.string(),
  origin: v.optional(
    v.object({
      uri: v.string(),
      // One that was brought back before has no known version: -1.
      version: v.pipe(v.number(), v.integer(), v.minValue(-1)),
      pieces: v.array(v.object({ start: index, length: index, documentOffset: index })),
    }),
  ),
});

/** Mirrors `Subject`; a page keeps one in its state, and VS Code brings it back after a reload. */
export const savedSubject = v.object({
  modelId: v.string(),
  segments: v.union([v.strictTuple([segment]), v.strictTuple([segment, segment])]),
  label: v.string(),
  cutLength: index,
  endsInWord: v.optional(v.boolean()),
});
