import * as v from 'valibot';
import { attention, floats, hiddenStates, index, readJson, tokenizerCases } from './fixtures';

/** Mirrors `fixtures.py` of `decoder`, `gpt2`, `llama` and `ulmfit` in `training/export`; change all. */

const read = { name: v.string(), text: v.string(), inputIds: v.array(index) };

const message = v.strictObject({
  role: v.picklist(['system', 'user', 'assistant']),
  content: v.string(),
});

const decoderFixtures = v.strictObject({
  inputs: v.array(
    v.strictObject({
      ...read,
      /** Of a conversation, which the model's template has made the text of. */
      messages: v.optional(v.array(message)),
      /** [V], after the last token. */
      logits: floats,
      /** [T - 1], of every token but the first, in nats. */
      logProbabilities: floats,
      greedyIds: v.array(index),
      /** The most probable token after the last, by what each layer leaves; where the graph tells it. */
      lensIds: v.optional(v.array(index)),
      /** Of a model that attends. */
      attention: v.optional(attention),
      hiddenStates,
    }),
  ),
  /** With the weights as they were before quantization, where they are known. */
  originals: v.optional(v.array(v.strictObject({ ...read, logProbabilities: floats }))),
  /** Of a model that classifies. */
  classifications: v.optional(
    v.array(
      v.strictObject({
        name: v.string(),
        text: v.string(),
        /** [C] */
        probabilities: floats,
        /** [words, C], of the text without each of its words; of a text that is read whole. */
        without: v.optional(floats),
      }),
    ),
  ),
  tokenizer: tokenizerCases,
});

export type DecoderFixtures = v.InferOutput<typeof decoderFixtures>;

export const readDecoderFixtures = (folder: string) => readJson(folder, decoderFixtures);
