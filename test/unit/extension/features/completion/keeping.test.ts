import { expect, test } from 'vitest';
import { restOf, takenBy } from '../../../../../src/extension/features/completion/acceptance';
import { NewestOnly } from '../../../../../src/extension/features/completion/latestOnly';
import { Reminders } from '../../../../../src/extension/features/completion/reminders';
import {
  acceptanceRate,
  median,
  noStatistics,
  parseStatistics,
  withRun,
} from '../../../../../src/extension/features/completion/statistics';
import { Writings } from '../../../../../src/extension/features/completion/completionCache';

const text = ' sat on the mat.';
const writing = { text, raw: text, finish: 'stop', shape: 'line', score: 0 } as const;

test.each([
  ['The cat', ' sat on the mat.', 0],
  ['The cat s', 'at on the mat.', 2],
  ['The cat sat on the mat', '.', 15],
  ['The cat sat on the mat.', undefined, 0],
  ['The cat r', undefined, 0],
  ['The ca', undefined, 0],
  ['Another cat', undefined, 0],
])('after %j what is known is %j', (before, text, typed) => {
  const writings = new Writings<string>();
  writings.remember('m', 'The cat', writing, 'how');
  const found = writings.find('m', before);
  expect(found?.writing.text).toBe(text);
  expect(found?.typed ?? 0).toBe(typed);
  expect(writings.find('other', before)).toBeUndefined();
});

test('of a long text the end says the place', () => {
  const writings = new Writings<string>();
  writings.remember('m', `${'x'.repeat(1000)}The cat`, writing, 'how');
  expect(writings.find('m', `${'x'.repeat(500)}The cat sat`)?.writing.text).toBe(' on the mat.');
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

const offer = { uri: 'a', offset: 7, text: ' sat on the mat.' };

test.each([
  [[{ rangeOffset: 7, rangeLength: 0, text: ' sat on the mat.' }], 16],
  [[{ rangeOffset: 7, rangeLength: 0, text: ' sat' }], 4],
  [[{ rangeOffset: 7, rangeLength: 0, text: ' ' }], 0],
  [[{ rangeOffset: 7, rangeLength: 0, text: ' ran' }], 0],
  [[{ rangeOffset: 9, rangeLength: 0, text: ' sat' }], 0],
  [[{ rangeOffset: 4, rangeLength: 3, text: 'cat sat' }], 4],
  [[{ rangeOffset: 4, rangeLength: 0, text: 'cat sat' }], 0],
  [
    [
      { rangeOffset: 7, rangeLength: 0, text: ' sat' },
      { rangeOffset: 1, rangeLength: 0, text: 'x' },
    ],
    0,
  ],
  [[], 0],
])('the change %j takes %i of what is offered', (changes, taken) => {
  expect(takenBy(changes, offer)).toBe(taken);
});

test('what is left is offered further on', () => {
  expect(restOf(offer, 4)).toEqual({ uri: 'a', offset: 11, text: ' on the mat.' });
  expect(restOf(offer, 16)).toBeUndefined();
});

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
  'statistics stored as %j begin anew',
  value => {
    expect(parseStatistics(value, 9)).toEqual(noStatistics(9));
  },
);

test('VS Code is told three times of a text at one place, and anew of one at another', () => {
  const reminders = new Reminders();
  expect([1, 2, 3, 4, 5].map(() => reminders.mayRemind('a 1 7'))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
  expect(reminders.mayRemind('a 2 8')).toBe(true);
  expect(reminders.mayRemind('a 1 7')).toBe(true);
});
