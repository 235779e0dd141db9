import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { onceATask } from '../../../../webview/common/batchUpdates';
import { OneRun, type RunState } from '../../../../webview/common/latestRun';
import { createStore } from '../../../../webview/common/store';
import { longMs, slowMs } from '../../../../webview/common/progress';

describe('what a page runs', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const begin = () => {
    const store = createStore<RunState>({ work: undefined, error: undefined }, () => undefined);
    return { store, run: new OneRun(store) };
  };

  test('is slow after a while, and long after a while more', () => {
    const { store, run } = begin();
    run.begin('Running BERT');
    expect(store.state.work).toEqual({ words: 'Running BERT', isSlow: false, isLong: false });
    vi.advanceTimersByTime(slowMs);
    expect(store.state.work).toMatchObject({ isSlow: true, isLong: false });
    vi.advanceTimersByTime(longMs - slowMs);
    expect(store.state.work).toMatchObject({ isSlow: true, isLong: true });
  });

  test('ends when a newer one begins, whose clock starts anew', () => {
    const { store, run } = begin();
    const older = run.begin('the older');
    vi.advanceTimersByTime(slowMs - 1);
    const newer = run.begin('the newer');
    expect([older.aborted, newer.aborted]).toEqual([true, false]);
    vi.advanceTimersByTime(1);
    expect(store.state.work).toMatchObject({ words: 'the newer', isSlow: false });
  });

  test('is not slow any more once it is done', () => {
    const { store, run } = begin();
    run.begin('Running BERT');
    store.update({ work: undefined });
    vi.advanceTimersByTime(longMs);
    run.tell({ share: 0.5 });
    expect(store.state.work).toBeUndefined();
  });

  test('is cancelled by the person, and its place says so', () => {
    const { store, run } = begin();
    const signal = run.begin('Running BERT');
    run.cancel();
    expect(signal.aborted).toBe(true);
    expect(store.state).toMatchObject({ work: undefined, error: { code: 'cancelled' } });
    vi.advanceTimersByTime(longMs);
    expect(store.state.work).toBeUndefined();
  });
});

test('calls in one task are one call, those of the next are another', async () => {
  const call = vi.fn();
  const once = onceATask(call);
  once();
  once();
  expect(call).not.toHaveBeenCalled();
  await Promise.resolve();
  expect(call).toHaveBeenCalledOnce();
  once();
  await Promise.resolve();
  expect(call).toHaveBeenCalledTimes(2);
});
