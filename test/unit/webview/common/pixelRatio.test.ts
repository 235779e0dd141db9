import { afterEach, expect, test, vi } from 'vitest';
import { onPixelRatioChange } from '../../../../webview/common/theme';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('every change of the pixel ratio is told once, until nobody listens', () => {
  vi.useFakeTimers();
  const view = { devicePixelRatio: 1 };
  vi.stubGlobal('window', view);
  const seen: number[] = [];
  const end = new AbortController();
  onPixelRatioChange(() => seen.push(view.devicePixelRatio), end.signal);
  for (const ratio of [1, 2, 1, 1, 1.5]) {
    view.devicePixelRatio = ratio;
    vi.advanceTimersByTime(1000);
  }
  expect(seen).toEqual([2, 1, 1.5]);
  end.abort();
  view.devicePixelRatio = 3;
  vi.advanceTimersByTime(1000);
  expect(seen).toHaveLength(3);
});
