import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { EngineClient } from '../../src/common/engineClient/engineClient';
import { startEngine } from './startEngine';

interface ParsedText {
  readonly text: string;
  /** The number of each word's head; -1 for a root. */
  readonly heads: readonly number[];
  readonly relations: readonly string[];
}

/** What Python makes of the same files: `training/evaluation/dependencies.py` writes it. */
const parses = JSON.parse(
  readFileSync(join(import.meta.dirname, 'parses.json'), 'utf8'),
) as readonly ParsedText[];

let engine: EngineClient;
let modelId: string;

beforeAll(async () => {
  ({ engine, modelId } = await startEngine('models/bert'));
  return () => engine.end();
});

test.each(parses)('the engine parses as Python does: $text', async ({ text, heads, relations }) => {
  const { dependencies = [] } = await engine.analyze({ modelId, text, dependencies: true });
  expect(dependencies.map(({ word }) => word)).toEqual(heads.map((_, word) => word));
  expect(dependencies.map(({ head }) => head)).toEqual(heads);
  expect(dependencies.map(({ relation }) => relation)).toEqual(relations);
  for (const { headProbability, relationProbability } of dependencies) {
    expect(headProbability).toBeGreaterThan(0);
    expect(headProbability).toBeLessThanOrEqual(1);
    expect(relationProbability).toBeGreaterThan(1 / 50);
  }
});

test('a parse costs no states that nobody asked for', async () => {
  const text = 'The cat sat.';
  const parsed = await engine.analyze({ modelId, text, dependencies: true });
  expect(parsed.hiddenStates).toBeUndefined();
  const plain = await engine.analyze({ modelId, text, hiddenStates: true });
  expect(plain.hiddenStates?.shape).toEqual([7, 6, 384]);
  expect(plain.dependencies).toBeUndefined();
});

test('a text as long as the context is parsed sentence by sentence', async () => {
  const { dependencies = [] } = await engine.analyze({
    modelId,
    text: 'The old dog saw a small bird and ran. '.repeat(60),
    dependencies: true,
  });
  expect(dependencies.length).toBeGreaterThan(500);
  expect(dependencies.filter(({ head }) => head === -1).length).toBeGreaterThan(50);
});
