import { expect, test } from 'vitest';
import fc from 'fast-check';
import type { LensCell } from '../../../../src/common/protocol/engine/lens';
import {
  cellInWords,
  chosenCell,
  fromLayerOn,
  noLayers,
  watchedToken,
} from '../../../../webview/next/lensGrid';

const cell = (id: number, probability: number, bestRank: number, endRank: number): LensCell => ({
  best: { id, text: `t${id}`, probability },
  bestInTheEnd: { rank: bestRank, probability: 0.1 },
  end: { rank: endRank, probability: 0.002 },
  watched: [],
});
const label = (id: number) => `t${id}`;

test('a cell says what its layer would say, where that ends, and from where on the end is decided', () => {
  const column = [cell(1, 0.4, 5, 40), cell(2, 0.123, 1, 1), cell(2, 0.9, 1, 1)];
  expect(cellInWords(column, 0, 8192, label)).toBe(
    'Before the first layer, t1 is the most probable, 40.0\u00a0%; in the end it is the 5th of 8,192. What the model says in the end, t2, is the 40th here, 0.2\u00a0%, and the most probable from layer 1 on.',
  );
  expect(cellInWords(column, 1, 8192, label)).toBe(
    'After layer 1 of 2, t2 is the most probable, 12.3\u00a0%, and it stays so: it is that from layer 1 on.',
  );
  const away = [cell(2, 0.5, 1, 1), cell(1, 0.4, 5, 40), cell(2, 0.9, 1, 1)];
  expect(cellInWords(away, 0, 8192, label)).toContain('it is that again from layer 2 on');
  expect(cellInWords(column, 7, 8192, label)).toBe('');
});

test('a property that holds from a layer on holds there and after, and not just before', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(1, 2), { minLength: 1, maxLength: 12 }), ids => {
      const column = ids.map(id => cell(id, 0.5, 1, 1));
      const from = fromLayerOn(column, ({ best }) => best.id === 1);
      if (from === undefined) {
        expect(ids.at(-1)).toBe(2);
      } else {
        expect(ids.slice(from).every(id => id === 1)).toBe(true);
        expect(from === 0 || ids[from - 1] === 2).toBe(true);
      }
    }),
  );
});

test('a typed word is watched as one token where it is one, and says which', () => {
  const token = (id: number, text: string) => ({ id, text });
  expect(watchedToken('mat', [token(3, '·mat')], [token(4, 'm'), token(5, 'at')])).toEqual({
    token: { id: 3, typed: 'mat' },
    note: '“mat” is the token ·mat.',
  });
  const parts = [token(6, '·xy'), token(7, 'lo')];
  expect(watchedToken('xylo', parts, [token(8, 'xylo')])?.token.id).toBe(8);
  expect(watchedToken('xylo', parts, [token(1, 'x'), token(7, 'lo')])).toEqual({
    token: { id: 6, typed: 'xylo' },
    note: '“xylo” is 2 tokens: the first, ·xy, is watched.',
  });
  expect(watchedToken(' mat', [], [token(3, '·mat')])?.token.id).toBe(3);
  expect(watchedToken('', [], [])).toBeUndefined();
});

test('the chosen cell stays within a grid that becomes smaller', () => {
  const column = [cell(1, 0.5, 1, 1), cell(1, 0.5, 1, 1)];
  const grid = { key: '', columns: [column], total: 3, watched: [], whole: undefined };
  expect(chosenCell(noLayers)).toBeUndefined();
  expect(chosenCell({ ...noLayers, grid })).toEqual({ column: 0, layer: 1 });
  expect(chosenCell({ ...noLayers, grid, cell: { column: 9, layer: 9 } })).toEqual({
    column: 0,
    layer: 1,
  });
});
