import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ComputedColumn } from '../../../../src/common/protocol/engine/lens';
import { readTiny } from '../modelFolder';
import { spyOnRuns } from '../spyOnRuns';
import { codeOf, startEngine } from '../startEngine';

const text = 'The cat sat on the mat.';
let started: Awaited<ReturnType<typeof startEngine>>;
/** How many tokens each run read. */
let runs: number[] = [];
let onRun: (() => void) | undefined;

beforeAll(async () => {
  spyOnRuns(feeds => {
    runs.push(feeds['input_ids']?.dims.at(-1) ?? 0);
    onRun?.();
  });
  started = await startEngine();
  return () => started.close();
});

describe.each(['tiny-gpt2', 'tiny-llama'])('the layers of %s', modelId => {
  const { contextLength, vocabSize, layers } = readTiny(modelId).manifest;
  const lens = (request: object = {}) => started.engine.lens({ modelId, text, ...request });

  beforeEach(async () => {
    await started.engine.load(readTiny(modelId));
    started.columns.splice(0);
    runs = [];
  });

  test('say at each position what the lens of a prediction says there', async () => {
    const watched = [7, 3];
    const { source, first, columns } = await lens({ watched });
    expect(first).toBe(0);
    expect(columns).toHaveLength(source.length);
    const ids = source.map(({ id }) => id);
    for (const [index, column] of columns.entries()) {
      expect(column).toHaveLength(layers + 1);
      // Read at once and not token by token, which the numbers may tell in their last digits.
      await started.engine.load(readTiny(modelId));
      const [rest, ofThird] = await Promise.all(
        watched.map(trackedToken =>
          started.engine.predict({
            ...{ modelId, text: '', appended: ids.slice(0, index + 1) },
            ...{ logitLens: true, top: vocabSize, trackedToken },
          }),
        ),
      );
      for (const [layer, cell] of column.entries()) {
        const expected = rest?.lens?.[layer];
        expect(cell.best.id).toBe(expected?.candidates[0]?.id);
        expect(cell.best.probability).toBeCloseTo(expected?.candidates[0]?.probability ?? NaN, 4);
        expect(cell.watched[0]?.rank).toBe(expected?.trackedRank?.rank);
        expect(cell.watched[1]?.rank).toBe(ofThird?.lens?.[layer]?.trackedRank?.rank);
        const end = rest?.candidates[0]?.id;
        expect(cell.end.rank).toBe(
          (expected?.candidates.findIndex(({ id }) => id === end) ?? NaN) + 1,
        );
        expect(cell.bestInTheEnd.rank).toBe(
          (rest?.candidates.findIndex(({ id }) => id === cell.best.id) ?? NaN) + 1,
        );
      }
    }
  });

  test('read no token twice, and only the end that is asked for', async () => {
    const { source, first, columns } = await lens({ positions: 3, appended: [5] });
    expect([first, columns.length]).toEqual([source.length - 3, 3]);
    expect(runs).toEqual([first + 1, 1, 1]);
    runs = [];
    await started.engine.predict({ modelId, text, appended: [5] });
    expect(runs).toEqual([1]);
  });

  test('come one by one, in order', async () => {
    const { columns } = await lens({ streamId: 'a' });
    expect(started.columns).toEqual(
      columns.map((column, index): ComputedColumn => ({
        ...{ streamId: 'a', index, column },
        total: columns.length,
      })),
    );
  });

  test('can be given up between two positions', async () => {
    const abort = new AbortController();
    onRun = () => {
      abort.abort();
    };
    const request = { modelId, text: 'q'.repeat(60), positions: 60 };
    const code = await codeOf(started.engine.lens(request, { signal: abort.signal }));
    onRun = undefined;
    expect(code).toBe('cancelled');
    await lens({ positions: 1 }); // Runs come one after the other: the first reading is over by now.
    expect(runs.length).toBeLessThan(60);
    expect((await lens()).columns.length).toBeGreaterThan(1);
  });

  test('of one token, and of a text beyond the context', async () => {
    const one = await lens({ text: '', appended: [5] });
    expect([one.first, one.columns.length]).toEqual([0, 1]);
    const long = await lens({ text: 'q'.repeat(contextLength + 5), positions: 4096 });
    expect(long.dropped).toBeGreaterThan(0);
    expect(long.columns).toHaveLength(long.source.length);
  });

  test.each([
    { positions: 0 },
    { watched: [vocabSize] },
    { watched: Array.from({ length: 17 }, () => 1) },
    { appended: [-1] },
  ])('refuse %o', async request => {
    expect(await codeOf(lens(request))).toBe('input-invalid');
  });
});

test.each(['tiny-ulmfit', 'tiny-bert', 'tiny-transformer'])(
  '%s cannot tell what its layers would say',
  async modelId => {
    await started.engine.load(readTiny(modelId));
    expect(await codeOf(started.engine.lens({ modelId, text }))).toBe('input-invalid');
  },
);
