import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { KnownTokens } from '../../../../src/common/protocol/engine/score';
import { logSoftmax } from '../../../../src/common/math/logits';
import { readTiny } from '../modelFolder';
import { spyOnRuns } from '../spyOnRuns';
import { codeOf, startEngine } from '../startEngine';

const read = [5, 9, 12, 7, 30, 21, 8, 44, 17, 3];
const scored = [11, 6, 25];
let started: Awaited<ReturnType<typeof startEngine>>;
/** How many tokens each run read. */
let runs: number[] = [];

beforeAll(async () => {
  spyOnRuns(feeds => {
    runs.push(feeds['input_ids']?.dims.at(-1) ?? 0);
  });
  started = await startEngine();
  return () => started.close();
});

describe.each(['tiny-gpt2', 'tiny-llama'])('tokens that are known, read by %s,', modelId => {
  const { vocabSize, contextLength } = readTiny(modelId).manifest;
  const score = (known: KnownTokens) => started.engine.score({ modelId, text: '', known });
  const cost = () => runs.reduce((sum, count) => sum + count, 0);

  /** The same by one prediction after the other. */
  async function expected(before: readonly number[]): Promise<(number | undefined)[]> {
    const all: (number | undefined)[] = [];
    for (const [index, id] of scored.entries()) {
      const appended = [...before, ...scored.slice(0, index)];
      const { logits } = appended.length
        ? await started.engine.predict({ modelId, text: '', appended })
        : { logits: undefined };
      all.push(logits && logSoftmax(logits.values)[id]);
    }
    return all;
  }

  const expectClose = (
    actual: readonly (number | undefined)[],
    wanted: readonly (number | undefined)[],
  ) => {
    expect(actual).toHaveLength(wanted.length);
    for (const [index, value] of wanted.entries()) {
      if (value === undefined) {
        expect(actual[index]).toBeUndefined();
      } else {
        expect(Math.abs((actual[index] ?? NaN) - value)).toBeLessThan(1e-4);
      }
    }
  };

  beforeEach(async () => {
    await started.engine.load(readTiny(modelId));
    runs = [];
  });

  test('are scored as they are, whole or with stretches left out', async () => {
    const leftOuts = [
      [],
      [{ start: 0, end: 1 }],
      [
        { start: 3, end: 5 },
        { start: 7, end: 8 },
      ],
    ];
    for (const leftOut of leftOuts) {
      const { logProbabilities, tokens, window } = await score({ read, leftOut, scored });
      const before = read.filter(
        (_, i) => !leftOut.some(({ start, end }) => start <= i && i < end),
      );
      expect(tokens.map(({ id }) => id)).toEqual(scored);
      expect(window.count).toBe(before.length);
      expectClose(logProbabilities, await expected(before));
    }
  });

  test('cost what follows the stretch, in any order, and give what each gives alone', async () => {
    const alone = new Map<number, readonly (number | undefined)[]>();
    for (const start of read.keys()) {
      await started.engine.load(readTiny(modelId));
      const leftOut = [{ start, end: start + 1 }];
      alone.set(start, (await score({ read, leftOut, scored })).logProbabilities);
    }
    await started.engine.load(readTiny(modelId));
    await score({ read, scored });
    for (const start of [4, 9, 0, 2, 7, 5, 1, 8, 3, 6]) {
      runs = [];
      const leftOut = [{ start, end: start + 1 }];
      const { logProbabilities } = await score({ read, leftOut, scored });
      expectClose(logProbabilities, alone.get(start) ?? []);
      // The token before the first scored one is read for it; the last scored one is not read.
      expect(cost()).toBeLessThanOrEqual(read.length - 1 - start + scored.length);
    }
  });

  test('with all left out are scored after nothing: the first has no probability', async () => {
    const { logProbabilities } = await score({
      read,
      leftOut: [{ start: 0, end: read.length }],
      scored,
    });
    expectClose(logProbabilities, await expected([]));
    expect(logProbabilities[0]).toBeUndefined();
  });

  test.each<[string, KnownTokens, string]>([
    ['nothing to score', { read, scored: [] }, 'input-invalid'],
    ['a token that does not exist', { read: [vocabSize], scored }, 'input-invalid'],
    ['a part of a token', { read, scored: [1.5] }, 'input-invalid'],
    [
      'a stretch beyond the end',
      { read, leftOut: [{ start: 9, end: 11 }], scored },
      'input-invalid',
    ],
    ['an empty stretch', { read, leftOut: [{ start: 2, end: 2 }], scored }, 'input-invalid'],
    [
      'stretches that overlap',
      {
        read,
        leftOut: [
          { start: 2, end: 5 },
          { start: 4, end: 6 },
        ],
        scored,
      },
      'input-invalid',
    ],
    [
      'more than fits',
      { read: Array(contextLength).fill(5) as number[], scored },
      'input-too-long',
    ],
  ])('are refused: %s', async (_, known, code) => {
    expect(await codeOf(score(known))).toBe(code);
  });
});
