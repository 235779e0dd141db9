import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';

/** Mirrors `fixtures.py` of `training/export` and of `training/export/bert`; change all. */

/** Little-endian float32, as every machine that Node runs on has it in memory. */
export const floats = v.pipe(
  v.string(),
  v.base64(),
  v.transform(text => new Float32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer)),
);
export const index = v.pipe(v.number(), v.integer(), v.minValue(0));
const text = { name: v.string(), text: v.string(), textPair: v.optional(v.string()) };

export const attention = v.strictObject({
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

/** What the Rust tokenizer says of a text, and where ours means to say something else, that too. */
export const tokenizerCases = v.array(
  v.strictObject({
    ...text,
    tokens,
    knownDivergence: v.optional(v.strictObject({ reason: v.string(), tokens })),
  }),
);
export type TokenizerCase = v.InferOutput<typeof tokenizerCases>[number];

export const hiddenStates = v.strictObject({
  /** [L + 1, S, D] */
  shape: v.tuple([index, index, index]),
  positions: v.array(index),
  /** [L + 1, positions, D] */
  values: floats,
});

const encoderFixtures = v.strictObject({
  inputs: v.array(
    v.strictObject({
      ...text,
      inputIds: v.array(index),
      tokenTypeIds: v.array(index),
      attention,
      hiddenStates,
      /** Of a model with a head: for each token the most probable ones in its place, best first, [S, 5]. */
      predictions: v.optional(
        v.strictObject({ ids: v.array(v.array(index)), logProbabilities: floats }),
      ),
    }),
  ),
  /** With the weights as they were before quantization. */
  originals: v.array(v.strictObject({ ...text, inputIds: v.array(index), attention })),
  tokenizer: tokenizerCases,
});

export type ExpectedAttention = v.InferOutput<typeof attention>;
export type ExpectedStates = v.InferOutput<typeof hiddenStates>;

/** Of an encoder-only model. */
export const readFixtures = (folder: string) => readJson(folder, encoderFixtures);

/** @throws when the file is not what `schema` says. */
export async function readJson<S extends v.GenericSchema>(
  folder: string,
  schema: S,
): Promise<v.InferOutput<S>> {
  return v.parse(schema, JSON.parse(await readFile(join(folder, 'fixtures.json'), 'utf8')));
}
