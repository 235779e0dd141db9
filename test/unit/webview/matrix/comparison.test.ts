import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { align, alignByLabel, type Alignment, pairsOf } from '../../../../webview/matrix/alignment';
import { differenceOf, withPartners } from '../../../../webview/matrix/difference';
import type { MatrixView } from '../../../../webview/matrix/matrixView';
import type { Unit } from '../../../../webview/matrix/units';

/** A unit of a text, or a special token where `end` is left out. */
const unit = (index: number, label: string, start = 0, end?: number): Unit => ({
  ...{ id: index, side: 'source', label, characters: label, tokens: [index] },
  isSpecial: end === undefined,
  ...{ isUnknown: false, isSink: false },
  range: { segment: 0, start, end: end ?? start },
});

/** Cuts a text at the given places, and puts special tokens around it. */
const cut = (text: string, places: readonly number[], special: readonly string[] = []): Unit[] => {
  const ends = [...new Set([...places.map(place => place % (text.length + 1)), text.length])]
    .filter(place => place > 0)
    .sort((a, b) => a - b);
  const spans = ends.map((end, index) => [ends[index - 1] ?? 0, end] as const);
  const [first, last] = special;
  const all = [
    ...(first === undefined ? [] : [[first] as const]),
    ...spans.map(([start, end]) => [text.slice(start, end), start, end] as const),
    ...(last === undefined ? [] : [[last] as const]),
  ];
  return all.map(([label, start, end], index) => unit(index, label, start, end));
};

const axis = (units: readonly Unit[], text: string) => ({
  units,
  texts: { source: [text], target: [''] },
});

const labels = (units: readonly Unit[], indexes: readonly number[]) =>
  indexes.map(index => units[index]?.label);

const text = fc.string({
  unit: fc.constantFrom('a', 'b', ' ', 'é', '图'),
  minLength: 1,
  maxLength: 20,
});
const cuts = fc.array(fc.nat(40), { maxLength: 8 });

describe('the alignment of two readings of one text', () => {
  test('puts together what shares characters, however it was cut, and leaves no character out', () => {
    fc.assert(
      fc.property(text, cuts, cuts, (written, cutsA, cutsB) => {
        const [a, b] = [cut(written, cutsA, ['[CLS]', '[SEP]']), cut(written, cutsB)];
        const pairs = align(axis(a, written), axis(b, written));
        const [ofA, ofB] = [pairsOf(pairs, 'a', a.length), pairsOf(pairs, 'b', b.length)];
        const at = (units: readonly Unit[], place: number) =>
          units.findIndex(({ range }) => range.start <= place && place < range.end);
        for (let place = 0; place < written.length; place++) {
          if (/\S/u.test(written.charAt(place))) {
            expect(ofA[at(a, place)]).toBeGreaterThanOrEqual(0);
            expect(ofA[at(a, place)]).toBe(ofB[at(b, place)]);
          }
        }
        // What B has not, has no partner.
        expect([ofA[0], ofA.at(-1)]).toEqual([-1, -1]);
      }),
    );
  });

  test('takes no unit twice, and makes no group larger than it must be', () => {
    fc.assert(
      fc.property(text, cuts, cuts, (written, cutsA, cutsB) => {
        const [a, b] = [cut(written, cutsA), cut(written, cutsB)];
        const pairs = align(axis(a, written), axis(b, written));
        for (const which of ['a', 'b'] as const) {
          const all = pairs.flatMap(pair => pair[which]);
          expect(new Set(all).size).toBe(all.length);
        }
        const edges = (units: readonly Unit[]) => new Set(units.map(({ range }) => range.end));
        const both = [...edges(a)].filter(end => edges(b).has(end)).length;
        // Between two places where both are cut, a group of its own; white space may join neither.
        if (!/\s/u.test(written)) {
          expect(pairs).toHaveLength(both);
        }
      }),
    );
  });

  test('is each with itself where both are cut alike', () => {
    const units = cut('the cat', [3, 4], ['[CLS]', '[SEP]']);
    const words = units.flatMap(({ label }, index) => (label.trim() === '' ? [] : index));
    expect(align(axis(units, 'the cat'), axis(units, 'the cat'))).toEqual(
      words.map(index => ({ a: [index], b: [index] })),
    );
  });
});

/** The length of a longest common subsequence, by trying all. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  const [first, ...rest] = a;
  if (first === undefined) {
    return 0;
  }
  const place = b.indexOf(first);
  return Math.max(
    longestCommon(rest, b),
    place < 0 ? 0 : 1 + longestCommon(rest, b.slice(place + 1)),
  );
}

describe('the alignment of two texts', () => {
  const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 7 });
  const unitsOf = (all: readonly string[]) => all.map((word, index) => unit(index, word, 0, 1));

  test('is a longest sequence of equal tokens in order', () => {
    fc.assert(
      fc.property(words, words, (a, b) => {
        const pairs = alignByLabel(unitsOf(a), unitsOf(b));
        expect(pairs).toHaveLength(longestCommon(a, b));
        pairs.forEach((pair, index) => {
          const before = pairs[index - 1];
          expect(a[pair.a[0] ?? -1]).toBe(b[pair.b[0] ?? -2]);
          expect(pair.a[0]).toBeGreaterThan(before?.a[0] ?? -1);
          expect(pair.b[0]).toBeGreaterThan(before?.b[0] ?? -1);
        });
      }),
    );
  });

  test('leaves a word that only one has alone', () => {
    const a = cut('it was tired .', [2, 3, 6, 7, 12, 13], ['[CLS]', '[SEP]']);
    const b = cut('it was warm .', [2, 3, 6, 7, 11, 12], ['[CLS]', '[SEP]']);
    const pairs = align(axis(a, 'it was tired .'), axis(b, 'it was warm .'));
    const alone = (units: readonly Unit[], which: 'a' | 'b') =>
      labels(
        units,
        [...pairsOf(pairs, which, units.length)].flatMap((pair, index) => (pair < 0 ? index : [])),
      );
    expect(alone(a, 'a')).toEqual(['tired']);
    expect(alone(b, 'b')).toEqual(['warm']);
  });
});

/** A matrix whose rows sum to 1. */
const viewOf = (units: readonly Unit[], raw: readonly number[], looksBack = false): MatrixView => {
  const size = units.length;
  const weights = new Float32Array(size * size);
  units.forEach((_, row) => {
    const seen = looksBack ? row + 1 : size;
    const cells = Array.from({ length: seen }, (_, key) => 1 + (raw[row * size + key] ?? 0));
    const sum = cells.reduce((total, cell) => total + cell, 0);
    weights.set(
      cells.map(cell => cell / sum),
      row * size,
    );
  });
  const offScale = { rows: units.map(() => false), columns: units.map(() => false) };
  return { queries: units, keys: units, looksBack, weights, offScale, largest: 1, hiddenShare: 0 };
};

describe('the difference', () => {
  const raw = fc.array(fc.nat(9), { minLength: 100, maxLength: 100 });

  test('of a matrix and itself is nothing, and turns its sign with its sides', () => {
    fc.assert(
      fc.property(raw, raw, fc.integer({ min: 1, max: 6 }), (rawA, rawB, size) => {
        const units = Array.from({ length: size }, (_, index) =>
          unit(index, 'x', index, index + 1),
        );
        const each: Alignment = units.map((_, index) => ({ a: [index], b: [index] }));
        const [a, b] = [viewOf(units, rawA), viewOf(units, rawB)];
        expect(differenceOf(a, a, each, each).view.largest).toBe(0);
        const [forth, back] = [differenceOf(a, b, each, each), differenceOf(b, a, each, each)];
        expect([...forth.view.weights]).toEqual([...back.view.weights].map(value => 0 - value));
      }),
    );
  });

  test('of whole readings sums to 0 in each row, however both were cut', () => {
    fc.assert(
      fc.property(cuts, cuts, raw, raw, (cutsA, cutsB, rawA, rawB) => {
        const written = 'unbelievable';
        const [a, b] = [cut(written, cutsA), cut(written, cutsB)];
        const pairs = align(axis(a, written), axis(b, written));
        const { view, a: merged } = differenceOf(viewOf(a, rawA), viewOf(b, rawB), pairs, pairs);
        pairs.forEach((_, row) => {
          const sum = (values: Float32Array) =>
            values
              .slice(row * pairs.length, (row + 1) * pairs.length)
              .reduce((total, value) => total + value, 0);
          expect(sum(merged)).toBeCloseTo(1, 5);
          expect(sum(view.weights)).toBeCloseTo(0, 5);
        });
      }),
    );
  });

  test('is worked by hand: a word of two tokens against one, the last only in B', () => {
    const a = [unit(0, 'un', 0, 2), unit(1, '##do', 2, 4)];
    const b = [unit(0, 'undo', 0, 4), unit(1, '[SEP]')];
    const pairs = align(axis(a, 'undo'), axis(b, 'undo'));
    expect(pairs).toEqual([{ a: [0, 1], b: [0] }]);
    const { view } = differenceOf(viewOf(a, [0, 0, 2, 0]), viewOf(b, [0, 2]), pairs, pairs);
    // Of A all weight stays in the word; of B a quarter.
    expect([...view.weights]).toEqual([0.75]);
    expect(view.queries.map(({ label }) => label)).toEqual(['undo']);
    const { hatched } = withPartners(viewOf(b, [0, 2]), 'b', { rows: pairs, columns: pairs }, 1);
    expect(hatched).toEqual({ rows: [false, true], columns: [false, true] });
  });

  test('hatches what one of both may not look at, and counts it for nothing', () => {
    const units = [unit(0, 'a', 0, 1), unit(1, 'b', 1, 2)];
    const each: Alignment = [0, 1].map(index => ({ a: [index], b: [index] }));
    const { view } = differenceOf(viewOf(units, []), viewOf(units, [], true), each, each);
    expect([...(view.hatched?.cells ?? [])]).toEqual([0, 2, 0, 0]);
    expect([...view.weights]).toEqual([-0.5, 0, 0, 0]);
    expect(view.largest).toBe(0.5);
  });

  test('leaves special tokens out of its scale', () => {
    const units = [unit(0, '[CLS]'), unit(1, 'a', 0, 1), unit(2, 'b', 1, 2)];
    const each: Alignment = [0, 1, 2].map(index => ({ a: [index], b: [index] }));
    const offScale = { rows: [true, false, false], columns: [true, false, false] };
    const of = (raw: readonly number[]) => ({ ...viewOf(units, raw), offScale });
    const { view } = differenceOf(of([]), of([0, 0, 0, 9, 0, 0]), each, each);
    expect(view.offScale).toEqual(offScale);
    expect(view.largest).toBeCloseTo(1 / 3 - 1 / 12, 6);
  });
});
