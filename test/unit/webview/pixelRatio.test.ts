import { afterEach, expect, test, vi } from 'vitest';
import { onPixelRatioChange } from '../../../webview/page/pixelRatio';

/** A screen whose ratio can be changed; it answers media queries as a browser does. */
function screenOf(first: number) {
  const queries = new Map<string, EventTarget>();
  const view = { devicePixelRatio: first };
  vi.stubGlobal('window', view);
  vi.stubGlobal('matchMedia', (query: string) => {
    const list = queries.get(query) ?? new EventTarget();
    queries.set(query, list);
    return list;
  });
  return (next: number) => {
    const before = queries.get(`(resolution: ${view.devicePixelRatio}dppx)`);
    view.devicePixelRatio = next;
    before?.dispatchEvent(new Event('change'));
  };
}

afterEach(() => {
  vi.unstubAllGlobals();
});

test('every change of the pixel ratio is told once, until nobody listens', () => {
  const changeTo = screenOf(1);
  const seen: number[] = [];
  const end = new AbortController();
  onPixelRatioChange(() => seen.push(window.devicePixelRatio), end.signal);
  changeTo(2);
  changeTo(1);
  changeTo(1.5);
  expect(seen).toEqual([2, 1, 1.5]);
  end.abort();
  changeTo(2);
  expect(seen).toHaveLength(3);
});
