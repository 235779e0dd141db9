import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cellAt,
  labelStep,
  layOutMatrix,
  type MatrixBox,
} from '../../../../webview/matrix/matrixLayout';

/** So many rows and columns, all on the scale. */
const cells = (rows: number, columns: number): Pick<MatrixBox, 'offScale'> => ({
  offScale: { rows: Array(rows).fill(false), columns: Array(columns).fill(false) },
});

const box = (change: Partial<MatrixBox>): MatrixBox => ({
  ...cells(31, 31),
  width: 800,
  height: 600,
  rowLabel: 50,
  columnLabel: 50,
  fontSize: 11,
  isPair: false,
  pixelRatio: 1,
  ...change,
});

const anyBox = fc.record({
  offScale: fc.record({
    rows: fc.array(fc.boolean(), { minLength: 1, maxLength: 512 }),
    columns: fc.array(fc.boolean(), { minLength: 1, maxLength: 512 }),
  }),
  width: fc.integer({ min: 240, max: 1600 }),
  height: fc.integer({ min: 200, max: 1200 }),
  rowLabel: fc.double({ min: 4, max: 60, noNaN: true }),
  columnLabel: fc.double({ min: 4, max: 60, noNaN: true }),
  fontSize: fc.constant(11),
  isPair: fc.boolean(),
  pixelRatio: fc.constantFrom(1, 1.25, 1.5, 2, 3),
});

describe('a matrix in its box', () => {
  test('never grows beyond it', () => {
    fc.assert(
      fc.property(anyBox, one => {
        const layout = layOutMatrix(one);
        expect(layout.width).toBeLessThanOrEqual(one.width + 1);
        expect(layout.height).toBeLessThanOrEqual(one.height + 1);
      }),
    );
  });

  test('has square cells that end on whole pixels of the screen where there are gaps between them', () => {
    let withGaps = 0;
    fc.assert(
      fc.property(anyBox, one => {
        const { cell, gap, mode } = layOutMatrix(one);
        expect(mode).toBe(cell >= 4 ? 'cells' : 'image');
        if (gap > 0) {
          expect(cell * one.pixelRatio).toBeCloseTo(Math.round(cell * one.pixelRatio), 6);
          withGaps++;
        }
      }),
    );
    expect(withGaps).toBeGreaterThan(0);
  });

  test.each([240, 352, 560, 700])('of %i pixels is not smaller for fewer tokens', room => {
    const sideOf = (count: number) =>
      layOutMatrix(box({ ...cells(count, count), width: room, height: room })).matrixWidth;
    const sides = Array.from({ length: 512 }, (_, index) => sideOf(index + 1));
    sides.forEach((side, index) => {
      const count = index + 1;
      const most = Math.max(...sides.slice(index));
      // The largest cell keeps a few tokens small, and gaps need whole pixels.
      const least = Math.min(36 * count, most - (side / count >= 9 ? count : 1));
      expect(side, `${count} tokens`).toBeGreaterThanOrEqual(least);
    });
  });

  test('gives its cells the room that no slanted label reaches into', () => {
    const one = box({ ...cells(13, 13), width: 288, height: 600, maxCell: 56 });
    const short = layOutMatrix({ ...one, columnLabels: Array(13).fill(0).fill(50, 0, 5) });
    expect(short.cell).toBeGreaterThan(layOutMatrix(one).cell + 1);
  });

  test('has room for each slanted label', () => {
    fc.assert(
      fc.property(
        anyBox,
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        (one, shares) => {
          const columnLabels = one.offScale.columns.map(
            () => shares.next().value * one.columnLabel,
          );
          const layout = layOutMatrix({ ...one, columnLabels });
          expect(layout.width).toBeLessThanOrEqual(one.width + 1);
          if (layout.angle === 45) {
            columnLabels.forEach((label, column) => {
              const foot =
                layout.left + (layout.columnEdges[column]! + layout.columnEdges[column + 1]!) / 2;
              expect(foot + (label + 11 * 1.2) * Math.SQRT1_2).toBeLessThanOrEqual(
                layout.width + 1,
              );
            });
          }
        },
      ),
    );
  });

  test('has labels that do not touch, on both sides', () => {
    fc.assert(
      fc.property(anyBox, one => {
        const { cell, rowStep, columnStep, angle } = layOutMatrix(one);
        expect(rowStep * cell).toBeGreaterThanOrEqual(one.fontSize * 1.2 - 0.01);
        // At 45 degrees the distance between two lines is that of their feet by the square root of two.
        const distance = angle === 45 ? columnStep * cell * Math.SQRT1_2 : columnStep * cell;
        const needed = angle === 45 ? one.fontSize * 1.2 : one.columnLabel;
        expect(distance).toBeGreaterThanOrEqual(needed - 0.01);
      }),
    );
  });

  test('has narrow columns for what is off the scale, and the others have the rest', () => {
    const offScale = { rows: [true, false, false], columns: [true, false, false] };
    const layout = layOutMatrix(box({ offScale, columnLabel: 5, maxCell: 100 }));
    const [start = 0, first = 0, second = 0] = layout.columnEdges;
    expect(first - start).toBe(30);
    expect(second - first).toBe(100);
    expect(layout.matrixWidth).toBe(230);
    expect(cellAt(layout, layout.left + 29, layout.top + 31)).toEqual({ query: 1, key: 0 });
    expect(cellAt(layout, layout.left + 31, layout.top + 29)).toEqual({ query: 0, key: 1 });
  });

  test('never shrinks where its room grows', () => {
    fc.assert(
      fc.property(anyBox, fc.integer({ min: 0, max: 300 }), (one, more) => {
        const larger = { ...one, width: one.width + more, height: one.height + more };
        expect(layOutMatrix(larger).cell).toBeGreaterThanOrEqual(layOutMatrix(one).cell - 1e-9);
        const columnLabels = one.offScale.columns.map(
          (_, column) => (column * 17) % one.columnLabel,
        );
        const [small, large] = [one, larger].map(each => layOutMatrix({ ...each, columnLabels }));
        expect(large!.cell).toBeGreaterThanOrEqual(small!.cell - 1e-9);
      }),
    );
  });

  const cases: readonly [string, Partial<MatrixBox>, object][] = [
    ['a few tokens stay small', { ...cells(4, 4) }, { cell: 36, mode: 'cells', angle: 45 }],
    ['short labels lie flat', { ...cells(4, 4), columnLabel: 20 }, { angle: 0 }],
    ['60 tokens have gaps or not by their size', { ...cells(60, 60) }, { cell: 9, gap: 1 }],
    ['512 tokens are an image', { ...cells(512, 512) }, { mode: 'image', gap: 0 }],
  ];
  test.each(cases)('%s', (_, change, expected) => {
    expect(layOutMatrix(box(change))).toMatchObject(expected);
  });
});

describe('the label step', () => {
  test.each([
    [20, 13.2, 1],
    [13.2, 13.2, 1],
    [12, 13.2, 2],
    [1, 13.2, 14],
  ])('cells of %f with lines of %f have a label every %i', (pitch, needed, step) => {
    expect(labelStep(pitch, needed)).toBe(step);
  });
});

describe('the cell under a point', () => {
  const layout = layOutMatrix(box({ ...cells(10, 12) }));
  const at = (x: number, y: number) => cellAt(layout, x, y);
  const inside = (row: number, column: number) =>
    [layout.left + (column + 0.5) * layout.cell, layout.top + (row + 0.5) * layout.cell] as const;

  test('is the one whose middle it is', () => {
    for (let row = 0; row < 10; row++) {
      for (let column = 0; column < 12; column++) {
        expect(at(...inside(row, column))).toEqual({ query: row, key: column });
      }
    }
  });

  test('is a whole row over its label', () => {
    expect(at(layout.left - 10, inside(3, 0)[1])).toEqual({ query: 3 });
  });

  test('is a whole column over its slanted label, also far up on it', () => {
    const [x] = inside(0, 5);
    expect(layout.angle).toBe(45);
    expect(at(x + 2, layout.top - 2)).toEqual({ key: 5 });
    expect(at(x + 20, layout.top - 26)).toEqual({ key: 5 });
  });

  test('is none outside', () => {
    expect(at(layout.left + layout.matrixWidth + 30, layout.top + 5)).toBeUndefined();
    expect(at(2, 2)).toBeUndefined();
  });
});
