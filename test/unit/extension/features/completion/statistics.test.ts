import { expect, test } from 'vitest';
import {
  acceptanceRate,
  median,
  noStatistics,
  parseStatistics,
  withRun,
} from '../../../../../src/extension/features/completion/statistics';

test('statistics are medians and shares of what was counted', () => {
  const time = { firstTokenMs: 100, tokensPerSecond: 30 };
  let now = withRun(noStatistics(5), time, 'm', 'wasm');
  now = withRun(now, { firstTokenMs: 300, tokensPerSecond: 0 }, 'm', 'wasm');
  expect(now.firstTokenMs).toEqual([100, 300]);
  expect(now.tokensPerSecond).toEqual([30]);
  expect(median(now.firstTokenMs)).toBe(200);
  expect(median([])).toBeUndefined();
  expect(acceptanceRate(now)).toBeUndefined();
  expect(acceptanceRate({ ...now, shown: 4, accepted: 1, acceptedInPart: 1 })).toBe(0.5);
  for (let i = 0; i < 300; i++) {
    now = withRun(now, time, 'm', 'wasm');
  }
  expect(now.firstTokenMs).toHaveLength(100);
  expect(parseStatistics(structuredClone(now), 9)).toEqual(now);
});

test.each([undefined, 'x', { shown: -1 }, { ...noStatistics(1), accepted: 'many' }])(
  'statistics stored as %j are discarded',
  value => {
    expect(parseStatistics(value, 9)).toEqual(noStatistics(9));
  },
);
