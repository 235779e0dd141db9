import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';

/** Mirrors `training/export/fixtures.py`; change both. */

/** Little-endian float32, as every machine that Node runs on has it in memory. */
const floats = v.pipe(
  v.string(),
  v.base64(),
  v.transform(text => new Float32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer)),
);
const index = v.pipe(v.number(), v.integer(), v.minValue(0));
const text = { name: v.string(), text: v.string(), textPair: v.optional(v.string()) };

const attention = v.strictObject({
  /** [L, H, S, S] */
  shape: v.tuple([index, index, index, index]),
  /** Numbers of the given rows, counted over [L, H, S]. */
  rows: v.union([v.literal('all'), v.pipe(v.array(index), v.nonEmpty())]),
  /** [rows, S] */
  weights: floats,
});

const tokens = v.array(
  v.strictObject({
    id: index,
    text: v.string(),
    start: index,
    end: index,
    /** -1 for a special token, which stands nowhere. */
    word: v.pipe(v.number(), v.integer(), v.minValue(-1)),
    segment: v.picklist([0, 1]),
  }),
);

const fixtures = v.strictObject({
  inputs: v.array(
    v.strictObject({
      ...text,
      inputIds: v.array(index),
      tokenTypeIds: v.array(index),
      attention,
      hiddenStates: v.strictObject({
        /** [L + 1, S, D] */
        shape: v.tuple([index, index, index]),
        positions: v.array(index),
        /** [L + 1, positions, D] */
        values: floats,
      }),
    }),
  ),
  /** With the weights as they were before quantization. */
  originals: v.array(v.strictObject({ ...text, inputIds: v.array(index), attention })),
  tokenizer: v.array(
    v.strictObject({
      ...text,
      tokens,
      knownDivergence: v.optional(v.strictObject({ reason: v.string(), tokens })),
    }),
  ),
});

export type Fixtures = v.InferOutput<typeof fixtures>;

export async function readFixtures(folder: string): Promise<Fixtures> {
  return v.parse(fixtures, JSON.parse(await readFile(join(folder, 'fixtures.json'), 'utf8')));
}
