import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { throttle } from '../../../../webview/common/store';

describe('a throttled call', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('comes at once, then at most once in the time, with the newest argument', () => {
    const call = vi.fn();
    const throttled = throttle(50, call);
    throttled(1);
    expect(call.mock.calls).toEqual([[1]]);
    throttled(2);
    throttled(3);
    expect(call.mock.calls).toEqual([[1]]);
    vi.advanceTimersByTime(50);
    expect(call.mock.calls).toEqual([[1], [3]]);
    vi.advanceTimersByTime(500);
    expect(call.mock.calls).toEqual([[1], [3]]);
    throttled(4);
    expect(call.mock.calls).toEqual([[1], [3], [4]]);
  });
});
