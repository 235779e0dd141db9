import { expect, test } from 'vitest';
import {
  isTooSlow,
  tooLongMs,
  usualMs,
  withTime,
  waitAfter,
  NewestOnly,
} from '../../../../../src/extension/features/completion/latency';

test('a machine is too slow when most of the last five suggestions came too late', () => {
  const late = tooLongMs + 1;
  expect(isTooSlow([late, late, late, late])).toBe(false);
  expect(isTooSlow([9, 9, late, late, late])).toBe(true);
  expect(isTooSlow([late, late, 9, 9, 9])).toBe(false);
  expect(isTooSlow([late, late, late, late, 9, 9, 9])).toBe(false);
  expect(withTime([1, 2, 3, 4, 5], 6)).toEqual([2, 3, 4, 5, 6]);
  expect(withTime([1], Number.NaN)).toEqual([1]);
  expect(usualMs({ firstTokenMs: 100, tokensPerSecond: 10 })).toBe(1200);
  expect(usualMs({ firstTokenMs: 100, tokensPerSecond: 0 })).toBe(100);
});

test('a failure is tried again at once, and then less and less often', () => {
  expect([0, 1, 2, 3, 4, 20].map(waitAfter)).toEqual([0, 0, 2000, 4000, 8000, 60_000]);
});

test('one job runs, the newest waits, and what is between never starts', async () => {
  const newest = new NewestOnly();
  const started: string[] = [];
  const job = (name: string) =>
    newest.run(async signal => {
      started.push(name);
      await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve()));
      return name;
    });
  const first = job('first');
  const second = job('second');
  const third = newest.run(() => Promise.resolve('third'));
  expect(await third).toBe('third');
  expect(await second).toBeUndefined();
  expect(await first).toBe('first');
  expect(started).toEqual(['first']);
  expect(newest.isIdle).toBe(true);
});

test('a job that fails leaves room for the next', async () => {
  const newest = new NewestOnly();
  await expect(newest.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await newest.run(() => Promise.resolve(1))).toBe(1);
});

test('a job whose signal has fired does not start, and one that waits is dropped', async () => {
  const newest = new NewestOnly();
  expect(await newest.run(() => Promise.resolve(1), AbortSignal.abort())).toBeUndefined();
  const first = newest.run(
    signal => new Promise(resolve => signal.addEventListener('abort', () => resolve('ended'))),
  );
  const waiting = newest.run(() => Promise.resolve(1));
  newest.cancel();
  expect(await first).toBe('ended');
  expect(await waiting).toBeUndefined();
});
