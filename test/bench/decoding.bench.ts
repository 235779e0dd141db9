import { describe, expect, test } from 'vitest';
import { inRoot } from '../../scripts/paths.mjs';
import { filterTokens } from '../../src/common/math/sampling';
import { startEngine } from '../parity/startEngine';
import { record, words } from './figures';
import { median, sideBySide } from './sideBySide';

const models = ['gpt2', 'smollm2'];
const promptLength = 200;
const cached = 190;
const steps = 32;
const rounds = 7;

describe.each(models)('%s on one thread of WASM', id => {
  test('a prompt of which most is known, and a text that is written', async () => {
    const { engine, modelId } = await startEngine(inRoot('models', id));
    await engine.load(modelId);
    // So many tokens, of which the first is another each time: nothing of the last text can be used again.
    let count = 0;
    const begin = () => String.fromCharCode(97 + (count++ % 26)) + ' the'.repeat(cached - 1);
    let prompt = begin();
    const read = async (ending: string, computed: number) => {
      const prediction = await engine.predict({ modelId, text: prompt + ending });
      expect(prediction.source).toHaveLength(promptLength);
      expect(prediction.computed).toBe(computed);
    };
    const known = ' of'.repeat(promptLength - cached);
    const other = ' and'.repeat(promptLength - cached);
    const [cold, warm] = await sideBySide(
      rounds,
      () => {
        prompt = begin();
        return read(known, promptLength);
      },
      () => read(other, promptLength - cached),
    );
    record({
      name: `${id}: first of ${promptLength} tokens, nothing known`,
      value: cold,
      unit: 'ms',
    });
    record({
      name: `${id}: the same, ${cached} of them known`,
      value: warm,
      unit: 'ms',
    });
    record({ name: `${id}: known over unknown`, value: warm / cold, unit: 'x', limit: 0.25 });

    const text = words(cached);
    const strategy = { kind: 'sample', temperature: 0.8, topP: 0.9, seed: 1 } as const;
    const write = () => engine.generate({ modelId, text, strategy, maxNewTokens: steps });
    await write();
    const ratios: number[] = [];
    const tokenMs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const started = performance.now();
      const { target, runMs } = await write();
      const ms = performance.now() - started;
      expect(target).toHaveLength(steps);
      ratios.push(ms / runMs);
      tokenMs.push(ms / target.length);
    }
    record({ name: `${id}: a token written, sampled`, value: median(tokenMs), unit: 'ms' });
    record({
      name: `${id}: ${steps} tokens written, over their calls of session.run`,
      value: median(ratios),
      unit: 'x',
      limit: id === 'gpt2' ? 1.05 : 1.1,
    });
    engine.end();
  });

  test('the surprisal of 1,000 words', async () => {
    const { engine, modelId } = await startEngine(inRoot('models', id));
    await engine.load(modelId);
    const text = words(1000);
    const times: { all: number; first: number }[] = [];
    for (let round = 0; round < 3; round++) {
      const started = performance.now();
      let first: number | undefined;
      await engine.score(
        { modelId, text: `${round} ${text}`, top: 5 },
        {
          onPart: ({ tokens }) => {
            first ??= tokens.length > 1 ? performance.now() - started : undefined;
          },
        },
      );
      times.push({ all: performance.now() - started, first: first ?? NaN });
    }
    const limits = id === 'gpt2';
    record({
      name: `${id}: surprisal of 1,000 words`,
      value: median(times.map(({ all }) => all)),
      unit: 'ms',
      ...(limits && { limit: 3000 }),
    });
    record({
      name: `${id}: the first 64 tokens of it`,
      value: median(times.map(({ first }) => first)),
      unit: 'ms',
      ...(limits && { limit: 1000 }),
    });
    // The last sentence is changed: the rest is known.
    await engine.score({ modelId, text: `${text} indeed.`, top: 5 });
    const started = performance.now();
    const { computed } = await engine.score({ modelId, text: `${text} it is.`, top: 5 });
    record({
      name: `${id}: surprisal after an edit of the last words`,
      value: performance.now() - started,
      unit: 'ms',
      note: `${computed} tokens read`,
    });
    engine.end();
  });
});

test('a control of sampling moved, for 49,152 tokens', () => {
  const logits = Float32Array.from({ length: 49_152 }, (_, id) => 12 * Math.sin(id * id));
  const time = (settings: Parameters<typeof filterTokens>[1]) => {
    const times = Array.from({ length: 25 }, () => {
      const started = performance.now();
      const { cutBy } = filterTokens(logits, settings);
      for (let id = 0; id < 50; id++) {
        cutBy(id);
      }
      return performance.now() - started;
    });
    return median(times);
  };
  record({
    name: 'filters of sampling, few left',
    value: time({ temperature: 0.7, topK: 40, topP: 0.9, minP: 0.05 }),
    unit: 'ms',
    limit: 16,
  });
  record({
    name: 'filters of sampling, most left',
    value: time({ temperature: 2, topP: 0.99 }),
    unit: 'ms',
    limit: 16,
  });
});
