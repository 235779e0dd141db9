import fc from 'fast-check';
import { expect, test } from 'vitest';
import { partsOf, toggled, tokensToRead } from '../../../../webview/why/promptParts';

const token = (id: number, text: string, start: number, word: number) => ({
  ...{ id, text, start, end: start + text.length, word },
  ...{ segment: 0 as const, isSpecial: false },
});
const prompt = 'def un do():\n  go';
const promptTokens = [
  token(0, 'def', 0, 0),
  token(1, ' un', 3, 1),
  token(2, ' do', 6, 2),
  token(3, '()', 9, 2),
  token(4, ':\n', 11, 3),
  token(5, '  go', 13, 4),
];
const textsOf = (kind: 'word' | 'line' | 'token') =>
  partsOf({ prompt, promptTokens }, kind).map(({ text }) => text);

test('a prompt has tokens, words and lines, and each of them is all of it', () => {
  expect(textsOf('token')).toEqual(['def', ' un', ' do', '()', ':\n', '  go']);
  expect(textsOf('word')).toEqual(['def', ' un', ' do()', ':\n', '  go']);
  expect(textsOf('line')).toEqual(['def un do():\n', '  go']);
  expect(partsOf({ prompt: '', promptTokens: [] }, 'word')).toEqual([]);
});

test('the tokens of one character stay together', () => {
  const halves = [token(0, '😀', 0, 0), token(1, '😀', 0, 0), token(2, 'a', 2, 1)];
  const parts = partsOf({ prompt: '😀a', promptTokens: halves }, 'token');
  expect(parts.map(({ start, end }) => [start, end])).toEqual([
    [0, 2],
    [2, 3],
  ]);
});

test('what is read for a sweep is what follows each part, and what was written', () => {
  const parts = partsOf({ prompt, promptTokens }, 'token');
  expect(tokensToRead(parts, 2)).toBe(5 + 4 + 3 + 2 + 1 + 0 + 6 * 2);
});

test('leaving a part out twice takes it back; stretches stay in order and apart', () => {
  const part = fc
    .tuple(fc.nat(20), fc.integer({ min: 1, max: 4 }))
    .map(([start, length]) => ({ start, end: start + length }));
  fc.assert(
    fc.property(fc.array(part), parts => {
      const isOut = new Set<number>();
      let leftOut: ReturnType<typeof toggled> = [];
      for (const each of parts) {
        leftOut = toggled(leftOut, each);
        const tokens = Array.from({ length: each.end - each.start }, (_, i) => each.start + i);
        const takesBack = tokens.every(index => isOut.has(index));
        tokens.forEach(index => (takesBack ? isOut.delete(index) : isOut.add(index)));
      }
      const covered = leftOut.flatMap(({ start, end }) =>
        Array.from({ length: end - start }, (_, i) => start + i),
      );
      expect(covered).toEqual([...isOut].sort((a, b) => a - b));
      leftOut.forEach(({ start }, index) => {
        expect(start).toBeGreaterThan(leftOut[index - 1]?.end ?? -1);
      });
    }),
  );
});
