/** Compares what a graphics card computes with the results in the model folder. */

import * as v from 'valibot';
import { EngineError } from '../../common/errors';
import { fileOfModel, parseModelJson, type Manifest } from '../../common/protocol/manifest';
import { validate } from '../../common/validate';
import type { Model } from './model';

/** Smallest difference of a wrong probability: float32 in another order of sums differs by a hundredth of it. */
const tolerance = 1e-3;

const ids = v.array(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0))));
const probabilities = v.array(v.pipe(v.number(), v.minValue(0), v.maxValue(1)));

/** Mirrors `training/export/expected.py`; change both. */
const expectedFile = v.object({
  text: v.pipe(v.string(), v.nonEmpty()),
  /** Ids that the model chooses; null where two are nearly equal. */
  tokens: ids,
  probabilities,
  /** Attention of the first token in the last layer: [H, S]. */
  attention: v.exactOptional(probabilities),
  classification: v.exactOptional(v.object({ text: v.string(), probabilities })),
});
type Expected = v.InferOutput<typeof expectedFile>;
/** The methods of a model that the comparison needs. */
type TestedModel = Pick<Model, 'analyze' | 'generate' | 'score' | 'classify'>;
type ModelOutput = Partial<Omit<Expected, 'text'>>;

/**
 * Runs a model on the text whose result is stored in its folder, and returns in words how it differs; undefined if it
 * does not. So a driver or a shader that computes wrongly is found before any of its results is shown.
 *
 * @param stored the bytes of `expected.json`, by PyTorch.
 * @throws EngineError `model-invalid` if the file is wrong, and those of a run that do not concern its numbers.
 */
export async function differenceFrom(
  stored: ArrayBuffer,
  model: TestedModel,
  manifest: Manifest,
): Promise<string | undefined> {
  const file = 'expected.json';
  const expected = validate(expectedFile, parseModelJson(stored, file), fileOfModel(file));
  try {
    return firstDifference(await outputOf[manifest.family](model, manifest, expected), expected);
  } catch (error) {
    if (EngineError.is(error, 'model-invalid')) {
      return unusableOutput;
    }
    if (EngineError.is(error, 'inference-failed')) {
      return `it could not be run (${error.message})`;
    }
    throw error;
  }
}

/** The difference of an output that is no number, which a model refuses to return. */
export const unusableOutput = 'what it gave cannot be used';

/** The result of each family for the text, in the form of the file. */
const outputOf: Readonly<
  Record<
    Manifest['family'],
    (model: TestedModel, manifest: Manifest, expected: Expected) => Promise<ModelOutput>
  >
> = {
  'encoder-only': async (model, { id: modelId }, { text, tokens }) => {
    const { candidates, attentions } = await model.analyze({
      modelId,
      text,
      top: tokens.length > 0 ? 1 : 0,
    });
    return {
      tokens: candidates.map(([first]) => first?.id ?? null),
      probabilities: candidates.map(([first]) => first?.probability ?? NaN),
      attention: attentions.flatMap(({ shape: [layers, heads, queries, keys], weights }) =>
        Array.from({ length: heads }, (_, head) => {
          const row = ((layers - 1) * heads + head) * queries * keys;
          return Array.from(weights.subarray(row, row + keys));
        }).flat(),
      ),
    };
  },
  'decoder-only': async (model, { id: modelId }, { text, tokens, classification }) => {
    const score = await model.score?.({ modelId, text });
    const judged =
      classification && (await model.classify?.({ modelId, text: classification.text }));
    return {
      tokens: (await generate(model, modelId, text, tokens.length)).tokens,
      probabilities: score?.logProbabilities.slice(1).map(each => Math.exp(each ?? NaN)) ?? [],
      ...(classification && {
        classification: { text: '', probabilities: [...(judged?.probabilities ?? [])] },
      }),
    };
  },
  'encoder-decoder': (model, { id }, { text, tokens }) => generate(model, id, text, tokens.length),
};

/** The most probable token each time. */
async function generate(model: TestedModel, modelId: string, text: string, maxNewTokens: number) {
  const strategy = { kind: 'greedy' } as const;
  const generation = await model.generate?.({ modelId, text, strategy, maxNewTokens });
  return {
    tokens: generation?.target.map(({ id }) => id) ?? [],
    probabilities: generation?.logProbabilities.map(Math.exp) ?? [],
  };
}

function firstDifference(output: ModelOutput, expected: Expected): string | undefined {
  const { tokens = [] } = output;
  // The reference continues after the token that ends a document.
  const lacks = expected.tokens.length > 0 && tokens.length === 0;
  if (lacks || tokens.some((id, at) => (expected.tokens[at] ?? id) !== id)) {
    return 'it chose other tokens';
  }
  for (const [actual, right] of [
    [output.probabilities, expected.probabilities],
    [output.attention, expected.attention],
    [output.classification?.probabilities, expected.classification?.probabilities],
  ]) {
    // NaN is within no tolerance.
    const at = right?.findIndex(
      (value, index) => !(Math.abs((actual?.[index] ?? NaN) - value) <= tolerance),
    );
    if (right && at !== undefined && at >= 0) {
      const [wrong, value] = [actual?.[at] ?? NaN, right[at] ?? NaN];
      return `a probability was ${wrong.toPrecision(3)} instead of ${value.toPrecision(3)}`;
    }
  }
  return undefined;
}
