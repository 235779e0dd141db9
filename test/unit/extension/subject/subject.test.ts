import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TextSource } from '../../../../src/extension/subject/textSpan';
import type { TextSpan } from '../../../../src/common/text/sentences';
import {
  isInWord,
  maxLengthBefore,
  maxTextLength,
  takeAtCaret,
  takeBefore,
  takeSelections,
  type Excerpts,
} from '../../../../src/extension/subject/subject';

const sourceOf = (text: string): TextSource => ({
  length: text.length,
  read: (start, end) => text.slice(start, end),
});

/** Takes the selections written as [ ] in a document. */
function take(marked: string): { document: string; taken: Excerpts } {
  const selections: TextSpan[] = [];
  let document = '';
  let start = 0;
  for (const character of marked) {
    if (character === '⟦') {
      start = document.length;
    } else if (character === '⟧') {
      selections.push({ start, end: document.length });
    } else {
      document += character;
    }
  }
  return { document, taken: takeSelections(sourceOf(document), selections) };
}

function expectPiecesToPointAtTheirText(document: string, { texts }: Excerpts): void {
  for (const { text, pieces } of texts) {
    for (const { start, length, documentOffset } of pieces) {
      expect(text.slice(start, start + length)).toBe(
        document.slice(documentOffset, documentOffset + length),
      );
    }
  }
}

test.each([
  ['a ⟦cat sat⟧ down', ['cat sat']],
  ['a⟦  cat \n⟧ down', ['cat']],
  ['⟦one⟧ and ⟦two⟧', ['one', 'two']],
  ['⟦one⟧ and ⟦  ⟧', ['one']],
  ['⟦one⟧, ⟦two⟧ and ⟦three⟧', ['one\ntwo\nthree']],
  ['⟦one⟧, ⟦ ⟧ and ⟦three⟧', ['one', 'three']],
  ['⟦One.\n\nTwo.⟧', ['One.', 'Two.']],
  ['⟦One.\r\n \r\n\r\nTwo.\r\n⟧', ['One.', 'Two.']],
  ['⟦One.\n\nTwo.\n\nThree.⟧', ['One.\n\nTwo.\n\nThree.']],
  ['⟦One.\nTwo.⟧', ['One.\nTwo.']],
  ['⟦\uD800 alone⟧', ['\uD800 alone']],
  ['⟦a null \0 in it⟧', ['a null \0 in it']],
  ['⟦مرحبا 👩‍👩‍👧⟧', ['مرحبا 👩‍👩‍👧']],
])('%j is taken as %j', (marked, expected) => {
  const { document, taken } = take(marked);
  expect(taken.texts.map(({ text }) => text)).toEqual(expected);
  expect(taken.cutLength).toBe(0);
  expectPiecesToPointAtTheirText(document, taken);
});

test.each([
  ['⟦⟧', 'input-empty'],
  ['⟦ \r\n\t⟧', 'input-empty'],
  ['⟦ ⟧ and ⟦\n⟧', 'input-empty'],
  ['⟦\x7fELF\0\0\x01\x01\0\0\x02⟧', 'input-invalid'],
  ['⟦PNG\uFFFD\uFFFD\0\0⟧', 'input-invalid'],
])('%j is refused as %s', (marked, code) => {
  expect(() => take(marked)).toThrow(expect.objectContaining({ code }));
});

test('selections are taken in the order of the document', () => {
  const { texts } = takeSelections(sourceOf('one two'), [
    { start: 4, end: 7 },
    { start: 0, end: 3 },
  ]);
  expect(texts.map(({ text }) => text)).toEqual(['one', 'two']);
});

test('a text that is too long is cut and only the part that is used is read', () => {
  const reads: TextSpan[] = [];
  const source: TextSource = {
    length: 10_000_000,
    read: (start, end) => {
      reads.push({ start, end });
      return 'x'.repeat(end - start);
    },
  };
  const { texts, cutLength } = takeSelections(source, [{ start: 0, end: source.length }]);
  expect(texts[0].text.length).toBe(maxTextLength);
  expect(cutLength).toBe(source.length - maxTextLength);
  expect(reads.reduce((sum, { start, end }) => sum + end - start, 0)).toBe(maxTextLength);
});

test('a cut never parts a surrogate pair', () => {
  const text = `${'x'.repeat(maxTextLength - 1)}👍 and more`;
  const { texts, cutLength } = takeSelections(sourceOf(text), [{ start: 0, end: text.length }]);
  expect(texts[0].text).toBe('x'.repeat(maxTextLength - 1));
  expect(cutLength).toBe(text.length - maxTextLength + 1);
});

test('the limit holds for all selections together', () => {
  const text = 'x'.repeat(3 * maxTextLength);
  const half = maxTextLength / 2;
  const { texts, cutLength } = takeSelections(sourceOf(text), [
    { start: 0, end: half },
    { start: half, end: 3 * half },
  ]);
  expect(texts.map(({ text }) => text.length)).toEqual([half, half]);
  expect(cutLength).toBe(half);
});

test('where nothing is selected the sentence is taken, and in code the line', () => {
  const text = 'One here. Two\nthere. Three.';
  const source = sourceOf(text);
  expect(takeAtCaret(source, 12, true).texts[0].text).toBe('Two\nthere.');
  expect(takeAtCaret(source, 12, false).texts[0].text).toBe('One here. Two');
  expect(() => takeAtCaret(sourceOf('a\n\nb'), 2, true)).toThrow(
    expect.objectContaining({ code: 'input-empty' }),
  );
});

test.each([
  ['One. Two.|', 'One. Two.'],
  ['One. |Two.', 'One. '],
  ['  \n|', '  \n'],
  ['a \u{1F44D}|', 'a \u{1F44D}'],
  ['a\r\n|', 'a\r\n'],
])('before the caret of %j stands %j, with its white space', (marked, expected) => {
  const taken = takeBefore(sourceOf(marked.replace('|', '')), 0, marked.indexOf('|'));
  expect(taken.texts[0].text).toBe(expected);
  expect(taken.cutLength).toBe(0);
});

test('a caret between the halves of a surrogate pair is before it', () => {
  expect(takeBefore(sourceOf('a \u{1F44D} b'), 0, 3).texts[0].text).toBe('a ');
});

test.each([
  ['', 0, 'input-empty'],
  ['text', 0, 'input-empty'],
  ['PNG\uFFFD\uFFFD\0\0', 7, 'input-invalid'],
])('before the caret of %j at %i is nothing to go on from', (text, caret, code) => {
  expect(() => takeBefore(sourceOf(text), 0, caret)).toThrow(expect.objectContaining({ code }));
});

test('of a long text before the caret the end is taken, from a line on, and only that is read', () => {
  let read = 0;
  const length = 10_000_000;
  const source: TextSource = {
    length,
    read: (start, end) => {
      read += end - start;
      return Array.from({ length: end - start }, (_, i) =>
        (start + i) % 80 === 79 ? '\n' : 'x',
      ).join('');
    },
  };
  const { texts, cutLength } = takeBefore(source, 0, length);
  const [{ text, pieces }] = texts;
  expect(text.length).toBeLessThanOrEqual(maxLengthBefore);
  expect(text.length).toBeGreaterThan(maxLengthBefore - 100);
  expect(cutLength).toBe(length - text.length);
  expect(pieces[0]?.documentOffset).toBe(cutLength);
  expect(cutLength % 80).toBe(0);
  expect(read).toBeLessThan(2 * maxLengthBefore);
});

test('a selection is gone on from alone', () => {
  const { texts, cutLength } = takeBefore(sourceOf('One. Two. Three.'), 5, 9);
  expect(texts[0].text).toBe('Two.');
  expect(texts[0].pieces).toEqual([{ start: 0, length: 4, documentOffset: 5 }]);
  expect(cutLength).toBe(0);
});

test('every piece points at its own text, whatever is selected', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', ' ', '\n', '\r\n', '👍', '\uD83D', 'é', '.') }),
      fc.array(fc.nat(200), { minLength: 2, maxLength: 8 }),
      (text, cuts) => {
        const offsets = [...new Set(cuts)].filter(cut => cut <= text.length).sort((a, b) => a - b);
        const selections: TextSpan[] = [];
        for (let i = 0; i + 1 < offsets.length; i += 2) {
          selections.push({ start: offsets[i] ?? 0, end: offsets[i + 1] ?? 0 });
        }
        fc.pre(selections.some(({ start, end }) => text.slice(start, end).trim() !== ''));
        expectPiecesToPointAtTheirText(text, takeSelections(sourceOf(text), selections));
      },
    ),
  );
});

test.each([
  ['retur|n', true],
  ['return|', false],
  ['|return', false],
  ['foo|(bar)', false],
  ['a_|b', true],
  ['20|23', true],
  ['e|\u0301', true],
  ['the| end', false],
])('%j parts a word: %j', (marked, expected) => {
  expect(isInWord(sourceOf(marked.replace('|', '')), marked.indexOf('|'))).toBe(expected);
});
