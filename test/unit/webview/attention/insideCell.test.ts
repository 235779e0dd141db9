import { expect, test } from 'vitest';
import { cellAt, placeIn, strongestHead } from '../../../../webview/attention/inside/cell';
import { shownKeys } from '../../../../webview/insideHead/stepTable';
import type { Selection } from '../../../../webview/insideHead/headRun';
import type { MatrixView } from '../../../../webview/matrix/matrixView';

const unit = (...tokens: number[]) => ({ tokens });
/** Three tokens, of which the last two are a word; the first column is hidden. */
const view = {
  queries: [unit(0), unit(1, 2)],
  keys: [unit(1, 2)],
} as unknown as MatrixView;
/** Two heads of one layer, [3, 3] each. */
const attention = {
  kind: 'encoder',
  shape: [1, 2, 3, 3],
  weights: Float32Array.of(
    ...[0.2, 0.3, 0.5, 0.8, 0.1, 0.1, 0.1, 0.7, 0.2],
    ...[0.6, 0.2, 0.2, 0.1, 0.1, 0.8, 0.4, 0.3, 0.3],
  ),
} as const;
const heads = [
  { layer: 0, head: 0 },
  { layer: 0, head: 1 },
];

test('a cell of words is the two of their tokens with the most weight between them', () => {
  expect(cellAt(view, attention, heads.slice(0, 1), 1, 0)).toEqual({ query: 2, key: 1 });
  expect(cellAt(view, attention, heads.slice(1), 1, 0)).toEqual({ query: 1, key: 2 });
  expect(cellAt(view, attention, heads, 0, 0)).toEqual({ query: 0, key: 2 });
  expect(cellAt(view, attention, heads, 5, 0)).toBeUndefined();
});

test('a cell is found in the view where its tokens are, and nowhere where they are hidden', () => {
  expect(placeIn(view, { query: 2, key: 1 })).toEqual({ queries: [1], key: 0 });
  expect(placeIn(view, { query: 2, key: 0 })).toBeUndefined();
});

test('the strongest of some heads is the one that gives the cell most', () => {
  expect(strongestHead(attention, heads, { query: 1, key: 0 })).toEqual(heads[0]);
  expect(strongestHead(attention, heads, { query: 1, key: 2 })).toEqual(heads[1]);
  expect(strongestHead(attention, [], { query: 1, key: 2 })).toBeUndefined();
});

test('of many keys those with the most weight and those about the chosen one have rows, in order', () => {
  const select = (count: number, keyIndex: number) =>
    ({
      keyIndex,
      steps: { weights: Array.from({ length: count }, (_, key) => key / count) },
    }) as unknown as Selection;
  expect(shownKeys(select(40, 3))).toHaveLength(40);
  expect(shownKeys(select(100, 10))).toEqual([
    ...[8, 9, 10, 11, 12],
    ...Array.from({ length: 20 }, (_, index) => 80 + index),
  ]);
});
