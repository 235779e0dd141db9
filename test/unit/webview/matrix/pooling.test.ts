import fc from 'fast-check';
import { expect, test } from 'vitest';
import { poolMax } from '../../../../webview/matrix/units';

const matrix = fc
  .record({ rows: fc.integer({ min: 1, max: 40 }), columns: fc.integer({ min: 1, max: 40 }) })
  .chain(({ rows, columns }) =>
    fc.record({
      rows: fc.constant(rows),
      columns: fc.constant(columns),
      weights: fc.float32Array({
        minLength: rows * columns,
        maxLength: rows * columns,
        min: 0,
        max: 1,
        noNaN: true,
      }),
      height: fc.integer({ min: 1, max: rows }),
      width: fc.integer({ min: 1, max: columns }),
    }),
  );

test('no weight is lost between pixels: the largest stays the largest', () => {
  fc.assert(
    fc.property(matrix, ({ weights, rows, columns, height, width }) => {
      const pooled = poolMax(weights, rows, columns, height, width);
      expect(pooled).toHaveLength(height * width);
      expect(Math.max(...pooled)).toBe(Math.max(...weights));
    }),
  );
});

test('a matrix of the size of its image is the image', () => {
  fc.assert(
    fc.property(matrix, ({ weights, rows, columns }) => {
      expect([...poolMax(weights, rows, columns, rows, columns)]).toEqual([...weights]);
    }),
  );
});

test('each pixel shows the largest of its own cells', () => {
  const weights = Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
  expect([...poolMax(weights, 4, 4, 2, 2)]).toEqual([6, 8, 14, 16]);
});
