/** The schema of a subject in the saved state of a page. */

import * as v from 'valibot';

const index = v.pipe(v.number(), v.integer(), v.minValue(0));

const segment = v.object({
  text: v.string(),
  origin: v.optional(
    v.object({
      uri: v.string(),
      // A subject that was restored before has no known version: -1.
      version: v.pipe(v.number(), v.integer(), v.minValue(-1)),
      pieces: v.array(v.object({ start: index, length: index, documentOffset: index })),
    }),
  ),
});

/** The schema of a `Subject` in a page's state, which VS Code restores after a reload. */
export const savedSubject = v.object({
  modelId: v.string(),
  segments: v.union([v.strictTuple([segment]), v.strictTuple([segment, segment])]),
  label: v.string(),
  cutLength: index,
  endsInWord: v.optional(v.boolean()),
});
