import { beforeAll, expect, test } from 'vitest';
import type { AttentionLayer } from '../../../../src/common/protocol/engine/types';
import { differenceOf, layers } from '../../common/attention/measures';
import { readTiny } from '../modelFolder';
import { startEngine } from '../startEngine';

let started: Awaited<ReturnType<typeof startEngine>>;
beforeAll(async () => {
  started = await startEngine();
  return () => started.close();
});

async function projectionOf(id: string, inside: AttentionLayer) {
  const files = readTiny(id);
  const { engine } = started;
  await engine.load(files);
  const { inside: found } = await engine.analyze({ modelId: id, text: 'the old dog', inside });
  await engine.unload({ modelId: id });
  return { projection: found?.projection, manifest: files.manifest };
}

test("BERT's output projection is the one it was trained with, rounded to int8", async () => {
  const { projection } = await projectionOf('tiny-bert', { kind: 'encoder', layer: 0 });
  const [first] = layers;
  expect(projection?.shape).toEqual(first?.projection.shape);
  const trained = first?.projection.values ?? [];
  const largest = Math.max(...Array.from(trained, Math.abs));
  expect(differenceOf(projection?.values ?? [], trained)).toBeLessThanOrEqual(largest / 127);
});

test.each([
  ['tiny-gpt2', 'decoder', 0],
  ['tiny-gpt2', 'decoder', 1],
  ['tiny-transformer', 'encoder', 0],
  ['tiny-transformer', 'decoder', 1],
  ['tiny-transformer', 'cross', 1],
] as const)('%s gives that of its %s attention, layer %i', async (id, kind, layer) => {
  const { projection, manifest } = await projectionOf(id, { kind, layer });
  expect(projection?.shape).toEqual([manifest.hiddenSize, manifest.hiddenSize]);
  expect(projection?.values).toHaveLength(manifest.hiddenSize ** 2);
});

test.each([
  ['tiny-bert', 'encoder', 1],
  ['tiny-llama', 'decoder', 0],
  ['tiny-seq2seq-attention', 'cross', 0],
] as const)('%s cannot give that of its %s attention, layer %i', async (id, kind, layer) => {
  expect((await projectionOf(id, { kind, layer })).projection).toBeUndefined();
});
