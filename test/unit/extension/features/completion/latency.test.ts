import { expect, test } from 'vitest';
import {
  isTooSlow,
  slowAfterMs,
  typicalMs,
  withTiming,
  backoffMs,
  LatestOnly,
} from '../../../../../src/extension/features/completion/latency';

test('a machine is too slow when most of the last five suggestions came too late', () => {
  const late = slowAfterMs + 1;
  expect(isTooSlow([late, late, late, late])).toBe(false);
  expect(isTooSlow([9, 9, late, late, late])).toBe(true);
  expect(isTooSlow([late, late, 9, 9, 9])).toBe(false);
  expect(isTooSlow([late, late, late, late, 9, 9, 9])).toBe(false);
  expect(withTiming([1, 2, 3, 4, 5], 6)).toEqual([2, 3, 4, 5, 6]);
  expect(withTiming([1], Number.NaN)).toEqual([1]);
  expect(typicalMs({ firstTokenMs: 100, tokensPerSecond: 10 })).toBe(1200);
  expect(typicalMs({ firstTokenMs: 100, tokensPerSecond: 0 })).toBe(100);
});

test('the attempt after a failure is made at once, and later ones less and less often', () => {
  expect([0, 1, 2, 3, 4, 20].map(backoffMs)).toEqual([0, 0, 2000, 4000, 8000, 60_000]);
});

test('one job runs, the newest waits, and the jobs between never start', async () => {
  const latest = new LatestOnly();
  const started: string[] = [];
  const job = (name: string) =>
    latest.run(async signal => {
      started.push(name);
      await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve()));
      return name;
    });
  const first = job('first');
  const second = job('second');
  const third = latest.run(() => Promise.resolve('third'));
  expect(await third).toBe('third');
  expect(await second).toBeUndefined();
  expect(await first).toBe('first');
  expect(started).toEqual(['first']);
  expect(latest.isIdle).toBe(true);
});

test('a job that fails leaves room for the next', async () => {
  const latest = new LatestOnly();
  await expect(latest.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await latest.run(() => Promise.resolve(1))).toBe(1);
});

test('a job whose signal has fired does not start, and one that waits is dropped', async () => {
  const latest = new LatestOnly();
  expect(await latest.run(() => Promise.resolve(1), AbortSignal.abort())).toBeUndefined();
  const first = latest.run(
    signal => new Promise(resolve => signal.addEventListener('abort', () => resolve('ended'))),
  );
  const waiting = latest.run(() => Promise.resolve(1));
  latest.cancel();
  expect(await first).toBe('ended');
  expect(await waiting).toBeUndefined();
});
