import { describe, expect, test } from 'vitest';
import type {
  AblationReport,
  PlacePrediction,
} from '../../../../../src/common/protocol/engine/ablate';
import {
  candidateRows,
  changeInWords,
  contrastInWords,
  headEffects,
  leastOf,
  nats,
  signed,
  sizeOf,
} from '../../../../../webview/attention/ablation/effect';

const watched = (probability: number, rank: number) => ({
  ...{ id: 7, rank, probability },
  logProbability: Math.log(probability),
});

const prediction = (
  own: PlacePrediction['watched'],
  ...candidates: readonly (readonly [id: number, text: string, probability: number])[]
): PlacePrediction => ({
  watched: own,
  candidates: candidates.map(([id, text, probability]) => ({ id, text, probability })),
});

describe('rows of candidates', () => {
  const before = prediction(
    watched(0.6, 1),
    [7, ' Paris', 0.6],
    [8, ' Rome', 0.3],
    [9, ' a', 0.05],
  );
  const after = prediction(
    watched(0.1, 3),
    [8, ' Rome', 0.5],
    [10, ' the', 0.2],
    [7, ' Paris', 0.1],
  );

  test('are the best of both lists, by what they were, and say what was not returned', () => {
    expect(candidateRows(before, after, undefined, 2)).toEqual([
      { id: 7, text: '·Paris', before: 0.6, after: 0.1, isWatched: true },
      { id: 8, text: '·Rome', before: 0.3, after: 0.5, isWatched: false },
      { id: 10, text: '·the', before: undefined, after: 0.2, isWatched: false },
    ]);
    expect(leastOf(before)).toBe(0.05);
  });

  test('have the watched token wherever it stands', () => {
    const far = prediction({ ...watched(1e-6, 4000), id: 99 }, [7, ' Paris', 0.6]);
    const rows = candidateRows(far, undefined, { id: 99, text: '·zebra' }, 5);
    expect(rows.at(-1)).toEqual({
      ...{ id: 99, text: '·zebra', before: 1e-6, after: undefined, isWatched: true },
    });
  });
});

describe('words', () => {
  test('say how far and which way', () => {
    expect(changeInWords(watched(0.649, 1), watched(0.123, 3))).toBe(
      'falls from 64.9\u00a0% (1st) to 12.3\u00a0% (3rd), 5.3 times less likely',
    );
    expect(changeInWords(watched(0.1, 2), watched(0.101, 2))).toBe(
      'rises from 10.0\u00a0% (2nd) to 10.1\u00a0% (2nd)',
    );
    expect(changeInWords(watched(0.1, 2), watched(0.1, 2))).toBe('stays at 10.0\u00a0% (2nd)');
    expect(changeInWords(watched(0.9, 1), watched(1e-9, 900))).toMatch(
      /more than 1,000 times less likely$/u,
    );
  });

  test('hold one token against another', () => {
    const names = ['Paris', 'Rome'] as const;
    expect(contrastInWords(names, Math.log(3.1), -Math.log(1.2))).toBe(
      '“Paris” was 3.1 times as likely as “Rome”; now “Rome” is 1.2 times as likely as “Paris”.',
    );
    expect(contrastInWords(names, 0, undefined)).toBe('“Paris” is about as likely as “Rome”.');
  });

  test('give a number its unit, its sign and its digits', () => {
    expect(nats(0.4242)).toBe('0.42\u00a0nats');
    expect(nats(0.0042)).toBe('0.004\u00a0nats');
    expect(nats(0.00001)).toBe('<0.001\u00a0nats');
    expect(nats(0)).toBe('0.000\u00a0nats');
    expect(signed(1.5)).toBe('+1.50\u00a0nats');
    expect(signed(-1.5)).toBe('−1.50\u00a0nats');
  });

  test('say the size of a move in growing order', () => {
    expect([0, 0.01, 0.2, 3].map(sizeOf)).toEqual([
      ...['does not move', 'moves a little', 'moves clearly', 'moves far'],
    ]);
  });
});

describe('a sweep', () => {
  const effect = (head: number, probability: number, contrastChange?: number) => ({
    ablation: { heads: [{ kind: 'encoder', layer: 0, head } as const] },
    klDivergence: 0.1,
    logProbabilityChange: Math.log(probability / 0.5),
    ...(contrastChange !== undefined && { contrastChange }),
    after: [prediction(watched(probability, 1))],
  });
  const report = (effects: AblationReport['effects'], places = 1): AblationReport => ({
    ...{ modelId: 'tiny', source: [], target: [], window: { start: 0, count: 3, total: 3 } },
    places: Array.from({ length: places }, (_, place) => place),
    before: Array.from({ length: places }, () => prediction(watched(0.5, 1))),
    ...{ effects, dropped: 0, device: 'wasm', runMs: 1 },
  });

  test('ranks heads by the size of their effect, with its numbers', () => {
    const effects = headEffects(report([effect(0, 0.49), effect(1, 0.1), effect(2, 0.9)]));
    expect(effects.map(({ head }) => head.head)).toEqual([1, 2, 0]);
    expect(effects.map(({ change }) => Math.sign(change))).toEqual([-1, 1, -1]);
    expect(effects[0]?.numbers).toBe('50.0\u00a0% → 10.0\u00a0%');
  });

  test('ranks by the contrast where one is asked for', () => {
    const effects = headEffects(report([effect(0, 0.1, 0.2), effect(1, 0.5, -2)]));
    expect(effects.map(({ head, numbers }) => [head.head, numbers])).toEqual([
      [1, '−2.00\u00a0nats'],
      [0, '+0.20\u00a0nats'],
    ]);
  });

  test('of several places gives the change of all together', () => {
    expect(headEffects(report([effect(0, 0.1)], 3))[0]?.numbers).toBe('−1.61\u00a0nats');
  });
});
