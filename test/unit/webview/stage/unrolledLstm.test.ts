import { describe, expect, test } from 'vitest';
import type { Analysis } from '../../../../src/common/protocol/engine/analyze';
import type { HiddenStates } from '../../../../src/common/protocol/engine/types';
import { poolFarthest, reachOf } from '../../../../webview/charts/canvas';
import { contextOf, stateOf, unroll } from '../../../../webview/stage/math/unrolledLstm';
import { distance, lengthOf } from '../../../../webview/stage/math/vectors';

/** Of one layer: a row for each token. */
const states = (...rows: readonly (readonly number[])[]): HiddenStates => ({
  shape: [1, rows.length, rows[0]?.length ?? 0],
  values: Float32Array.from(rows.flat()),
});

/** Three source tokens, two target tokens; `first` is what is handed on. */
const analysis = (first: readonly number[]) =>
  ({
    hiddenStates: states([1, 2], [3, 4], [5, 6]),
    cellStates: states([10, 20], [30, 40], [50, 60]),
    targetHiddenStates: states([7, 8], [9, 9]),
    targetCellStates: states([70, 80], [90, 90]),
    firstHiddenStates: states(first),
    firstCellStates: states([10, 20]),
  }) as unknown as Analysis; // All that is looked at.

describe('an unrolled network', () => {
  test('that reads from the end has its steps from the last token to the first, then the decoder’s', () => {
    const network = unroll(analysis([1, 2]));
    expect(network).toMatchObject({ read: [2, 1, 0], isBackwards: true, layers: 1, size: 2 });
    expect([...network!.hidden[0]!]).toEqual([5, 6, 3, 4, 1, 2, 7, 8, 9, 9]);
    expect([...network!.cell[0]!]).toEqual([50, 60, 30, 40, 10, 20, 70, 80, 90, 90]);
  });

  test('that reads from the beginning has them in the order of the text', () => {
    const network = unroll(analysis([5, 6]));
    expect(network).toMatchObject({ read: [0, 1, 2], isBackwards: false });
    expect([...network!.hidden[0]!]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 9]);
  });

  test('hands on hidden state and cell, and nothing else', () => {
    expect([...contextOf(analysis([1, 2]))!]).toEqual([1, 2, 10, 20]);
    expect(contextOf({} as Analysis)).toBeUndefined();
  });

  test('is none where a model has no cells', () => {
    expect(unroll({ ...analysis([1, 2]), cellStates: undefined })).toBeUndefined();
  });

  test('begins at zero', () => {
    const rows = Float32Array.of(3, 4, 6, 8);
    expect([...stateOf(rows, 2, -1)]).toEqual([0, 0]);
    expect(lengthOf(stateOf(rows, 2, 0))).toBe(5);
    expect(distance(stateOf(rows, 2, 0), stateOf(rows, 2, 1))).toBe(5);
  });
});

describe('numbers around 0', () => {
  test('reach as far as the farthest, either way', () => {
    expect(reachOf(Float32Array.of(1, -3, 2))).toBe(3);
    expect(reachOf(new Float32Array(2))).toBeGreaterThan(0);
  });

  test('that share a pixel leave it to the one farthest from 0', () => {
    expect([...poolFarthest(Float32Array.of(1, -3, 2, 0, 0, -1, 4, 4), 4, 2)]).toEqual([
      -3, 2, -1, 4,
    ]);
  });
});
