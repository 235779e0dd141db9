import * as v from 'valibot';
import { floats, index, readJson, tokenizerCases } from './fixtures';

/** Mirrors `training/export/translator/fixtures.py`; change both. */

const number = v.number();
const hypothesis = v.strictObject({
  /** With the end, if it was produced. */
  ids: v.array(index),
  text: v.string(),
  logProbabilities: v.array(number),
  logProbability: number,
  /** Log-probability by length. */
  score: number,
  ended: v.boolean(),
});
const tensor = v.strictObject({ shape: v.array(index), values: floats });

const translatorFixtures = v.strictObject({
  translations: v.array(
    v.strictObject({
      name: v.string(),
      text: v.string(),
      /** With the end. */
      sourceIds: v.array(index),
      greedy: hypothesis,
      beam: v.strictObject({
        beams: index,
        lengthPenalty: number,
        hypotheses: v.array(hypothesis),
      }),
      /** What the graphs give, by their names, while the greedy translation is written. */
      inside: v.optional(v.record(v.string(), tensor)),
      /** [V] after the beginning, when all attention is on one source token. */
      given: v.optional(v.strictObject({ position: index, logProbabilities: floats })),
    }),
  ),
  tokenizer: tokenizerCases,
});

export type TranslatorFixtures = v.InferOutput<typeof translatorFixtures>;

export const readTranslatorFixtures = (folder: string) => readJson(folder, translatorFixtures);
