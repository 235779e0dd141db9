import { describe, expect, test } from 'vitest';
import {
  addOrRemove,
  averageHeads,
  choose,
  headsInWords,
  headsOfColumn,
  headsOfLayer,
  shownHeads,
  type Shape,
} from '../../../../webview/matrix/heads';
import { attentionOf } from '../sample';

const shape: Shape = [3, 4, 5, 5];
const head = (layer: number, index: number) => ({ layer, head: index });

describe('a click', () => {
  test('chooses a head; again, it chooses none', () => {
    const once = choose([], [head(1, 2)]);
    expect(once).toEqual([head(1, 2)]);
    expect(choose(once, [head(1, 2)])).toBeUndefined();
  });
  test('on another head leaves the first', () => {
    expect(choose([head(1, 2)], [head(0, 0)])).toEqual([head(0, 0)]);
  });
  test('on a whole layer chosen already chooses none', () => {
    expect(choose(headsOfLayer(1, shape), headsOfLayer(1, shape))).toBeUndefined();
  });
});

describe('a shift-click', () => {
  test('adds a head, and takes it away again', () => {
    const both = [head(0, 0), head(1, 2)];
    expect(addOrRemove([head(0, 0)], [head(1, 2)])).toEqual(both);
    expect(addOrRemove(both, [head(0, 0)])).toEqual([head(1, 2)]);
    expect(addOrRemove([head(0, 0)], [head(0, 0)])).toBeUndefined();
  });
  test('adds of a layer what is missing', () => {
    expect(addOrRemove([head(1, 2)], headsOfLayer(1, shape))).toHaveLength(4);
  });
});

describe('the heads in words', () => {
  test.each([
    ['average of all 12 heads', []],
    ['layer 2, head 3', [head(1, 2)]],
    ['layer 2, average of its 4 heads', headsOfLayer(1, shape)],
    ['head 3, average of all 3 layers', headsOfColumn(2, shape)],
    ['average of 2 heads: L1·H1, L3·H4', [head(0, 0), head(2, 3)]],
    ['average of 5 heads: L1·H1, L2·H1, L2·H2, L2·H3 …', [head(0, 0), ...headsOfLayer(1, shape)]],
    ['average of all 12 heads', [head(9, 9)]],
  ])('are %s', (words, choice) => {
    expect(headsInWords(choice, shape)).toBe(words);
  });
});

describe('the average', () => {
  const attention = attentionOf(
    3,
    4,
    5,
    (layer, index, query, key) => 1 + layer + index + query * key,
  );
  const at = (layer: number, index: number, cell: number) =>
    attention.weights[(layer * 4 + index) * 25 + cell] ?? 0;

  test('of one head is its own matrix, uncopied', () => {
    const matrix = averageHeads(attention, [head(2, 1)]);
    expect(matrix.buffer).toBe(attention.weights.buffer);
    expect([...matrix]).toEqual(Array.from({ length: 25 }, (_, cell) => at(2, 1, cell)));
  });

  test('of some heads is their mean, cell by cell', () => {
    const mean = averageHeads(attention, [head(0, 0), head(1, 3), head(2, 2)]);
    mean.forEach((weight, cell) =>
      expect(weight).toBeCloseTo((at(0, 0, cell) + at(1, 3, cell) + at(2, 2, cell)) / 3, 6),
    );
  });

  test('of all heads has rows that sum to 1, and leaves the tensor as it was', () => {
    const before = attention.weights.slice();
    const mean = averageHeads(attention, shownHeads([], shape));
    for (let row = 0; row < 5; row++) {
      const sum = mean.slice(row * 5, row * 5 + 5).reduce((total, one) => total + one, 0);
      expect(sum).toBeCloseTo(1, 6);
    }
    expect(attention.weights).toEqual(before);
  });
});
