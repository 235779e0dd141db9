import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { beforeAll, describe, expect, test } from 'vitest';
import type { EngineClient } from '../../src/common/engineClient/engineClient';
import type { Ablation } from '../../src/common/protocol/engine/ablation';
import type { PlacePrediction } from '../../src/common/protocol/engine/ablate';
import { report, tolerance } from './compare';
import { startEngine } from './startEngine';

const root = join(import.meta.dirname, '../..');
const folder = join(import.meta.dirname, 'ablations');

const places = v.array(
  v.object({ ids: v.array(v.number()), logProbabilities: v.array(v.number()) }),
);
type Places = v.InferOutput<typeof places>;
/** What `training/export/ablations.py` writes. */
const fixtures = v.object({
  cases: v.array(
    v.object({
      text: v.string(),
      targetText: v.optional(v.string()),
      ids: v.array(v.number()),
      targetIds: v.optional(v.array(v.number())),
      before: places,
      effects: v.array(
        v.object({ ablation: v.unknown(), klDivergence: v.number(), after: places }),
      ),
    }),
  ),
});

const models = readdirSync(folder).map(name => name.replace(/\.json$/, ''));

test('models of every family are held against PyTorch', () => {
  expect(models).toEqual(expect.arrayContaining(['bert', 'gpt2', 'smollm2', 'transformer']));
});

describe.each(models)('%s', modelId => {
  let engine: EngineClient;
  const { cases } = v.parse(
    fixtures,
    JSON.parse(readFileSync(join(folder, `${modelId}.json`), 'utf8')),
  );

  beforeAll(async () => {
    ({ engine } = await startEngine(join(root, 'models', modelId)));
    return () => engine.end();
  });

  test.each(cases)('$text without parts of the model is what PyTorch makes of it', async each => {
    const { text, targetText, ids, targetIds = [], before, effects } = each;
    const result = await engine.ablate({
      ...{ modelId, text, targetText, top: 50 },
      // From PyTorch's fixtures; the engine checks it.
      ablations: effects.map(({ ablation }) => ablation as Ablation),
    });
    expect(result.source.map(({ id }) => id)).toEqual(ids);
    expect(result.target.map(({ id }) => id)).toEqual(targetIds);
    expect(result.effects).toHaveLength(effects.length);
    let largest = compare(result.before, before);
    for (const [index, { after, klDivergence }] of effects.entries()) {
      const effect = result.effects[index];
      largest = Math.max(largest, compare(effect?.after ?? [], after));
      // Of distributions that lie far apart the logarithms are large.
      const room = tolerance * Math.max(1, klDivergence);
      expect(Math.abs((effect?.klDivergence ?? NaN) - klDivergence)).toBeLessThanOrEqual(room);
    }
    report(
      `${modelId}: probabilities of "${text}" are at most ${largest.toExponential(1)} from PyTorch's.`,
    );
    expect(largest).toBeLessThanOrEqual(tolerance);
  });

  test('every ablation of the fixtures changes something', () => {
    const changes = cases.flatMap(({ effects }) => effects.map(effect => effect.klDivergence));
    expect(Math.min(...changes)).toBeGreaterThan(1e-4);
  });
});

/** The largest difference of a probability that PyTorch tells. */
function compare(actual: readonly PlacePrediction[], expected: Places): number {
  expect(actual).toHaveLength(expected.length);
  const differences = expected.flatMap(({ ids, logProbabilities }, place) => {
    const candidates = new Map(
      actual[place]?.candidates.map(({ id, probability }) => [id, probability]),
    );
    return ids.map((id, index) =>
      Math.abs(
        (candidates.get(id) ?? leastOf(candidates)) - Math.exp(logProbabilities[index] ?? NaN),
      ),
    );
  });
  return Math.max(...differences);
}

/** What a token that is none of the candidates has at most. */
const leastOf = (candidates: ReadonlyMap<number, number>) => Math.min(...candidates.values());
