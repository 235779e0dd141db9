import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { EngineError } from '../../../../src/common/errors';
import { onceATask } from '../../../../webview/common/store';
import { longMs, slowMs } from '../../../../webview/common/progress';
import { type RunState, RunStore } from '../../../../webview/common/runStore';

describe('what a page runs', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const onFailure = vi.fn();
  const begin = () =>
    new RunStore<RunState>({ work: undefined, error: undefined }, () => undefined, onFailure);
  /** A run that does not end by itself. @returns its signal. */
  const runOn = (store: RunStore<RunState>, words: string) => {
    let given: AbortSignal | undefined;
    void store.run(words, signal => {
      given = signal;
      return new Promise(() => undefined);
    });
    return given!;
  };

  test('is slow after a while, and long after a while more', () => {
    const store = begin();
    runOn(store, 'Running BERT');
    expect(store.state.work).toEqual({ words: 'Running BERT', isSlow: false, isLong: false });
    vi.advanceTimersByTime(slowMs);
    expect(store.state.work).toMatchObject({ isSlow: true, isLong: false });
    vi.advanceTimersByTime(longMs - slowMs);
    expect(store.state.work).toMatchObject({ isSlow: true, isLong: true });
  });

  test('ends when a newer one begins, whose clock starts anew', () => {
    const store = begin();
    const older = runOn(store, 'the older');
    vi.advanceTimersByTime(slowMs - 1);
    const newer = runOn(store, 'the newer');
    expect([older.aborted, newer.aborted]).toEqual([true, false]);
    vi.advanceTimersByTime(1);
    expect(store.state.work).toMatchObject({ words: 'the newer', isSlow: false });
  });

  test('is not slow any more once it is done', async () => {
    const store = begin();
    const signal = await store.run('Running BERT', () => Promise.resolve({}));
    expect(signal?.aborted).toBe(false);
    vi.advanceTimersByTime(longMs);
    store.tell({ share: 0.5 });
    expect(store.state.work).toBeUndefined();
  });

  test('is cancelled by the user, and its place says so', () => {
    const store = begin();
    const signal = runOn(store, 'Running BERT');
    store.cancel();
    expect(signal.aborted).toBe(true);
    expect(store.state).toMatchObject({ work: undefined, error: { code: 'cancelled' } });
    vi.advanceTimersByTime(longMs);
    expect(store.state.work).toBeUndefined();
  });

  test('fails with a report, but not once it was ended', async () => {
    const store = begin();
    const fail = () => Promise.reject(new EngineError('input-too-long', 'too long'));
    const older = store.run('the older', fail);
    const newer = store.run('the newer', fail);
    expect(await Promise.all([older, newer])).toEqual([undefined, undefined]);
    expect(onFailure).toHaveBeenCalledOnce();
    expect(store.state.error?.code).toBe('input-too-long');
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
