import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TextSource } from '../../../../../src/extension/subject/textSpan';
import {
  chunkLength,
  chunkSpans,
  contextLength,
  contextOf,
} from '../../../../../src/extension/features/surprisal/chunk';

const sourceOf = (text: string): TextSource => ({
  length: text.length,
  read: (start, end) => text.slice(Math.max(0, start), end),
});
const partsOf = (text: string, start = 0, end = text.length) => [
  ...chunkSpans(sourceOf(text), { start, end }),
];

test('a short text is one chunk, and so is an empty one', () => {
  expect(partsOf('Some words.')).toEqual([{ start: 0, end: 11 }]);
  expect(partsOf('')).toEqual([{ start: 0, end: 0 }]);
});

test('lines stay whole, and the white space between them goes with the later one', () => {
  const text = 'A line of some words that is not long.  \r\n\r\n'.repeat(400);
  const parts = partsOf(text);
  expect(parts.length).toBeGreaterThan(5);
  for (const { start, end } of parts.slice(1)) {
    expect(text.slice(start, end)).toMatch(/^ {2}\r\n\r?\n?/);
    expect(text[start - 1]).toBe('.');
  }
});

test('a line without end is cut between words, and a word without end anywhere but in a character', () => {
  const words = 'words '.repeat(2000);
  for (const { start } of partsOf(words).slice(1)) {
    expect(words[start]).toBe(' ');
  }
  const faces = `a${'😀'.repeat(4000)}`;
  for (const { start } of partsOf(faces).slice(1)) {
    expect(faces.slice(start)).toMatch(/^😀/u);
  }
});

test('the chunks of any text cover it in order, and none is much too long', () => {
  const piece = fc.constantFrom('word ', '\n', '\r\n', '😀', 'x'.repeat(900), ' '.repeat(700));
  const texts = fc.array(piece, { maxLength: 60 }).map(pieces => pieces.join(''));
  fc.assert(
    fc.property(texts, fc.nat(50), (text, from) => {
      const start = Math.min(from, text.length);
      const parts = partsOf(text, start);
      expect(parts[0]?.start).toBe(start);
      expect(parts.at(-1)?.end).toBe(text.length);
      for (const [index, { start: begin, end }] of parts.entries()) {
        expect(parts[index + 1]?.start ?? end).toBe(end);
        expect(end - begin).toBeLessThanOrEqual(chunkLength + 601);
      }
    }),
  );
});

test('the context of a chunk is the text right before it, from the beginning of a word', () => {
  const text = 'some words '.repeat(1000);
  const [, , third] = partsOf(text);
  const { start, end } = contextOf(sourceOf(text), third!);
  expect(end).toBe(third!.start);
  expect(end - start).toBeGreaterThan(contextLength - 20);
  expect(text.slice(start, end)).toMatch(/^ (some|words)\b/);
  expect(contextOf(sourceOf(text), { start: 0, end: 5 })).toEqual({ start: 0, end: 0 });
  expect(contextOf(sourceOf(text), { start: 5, end: 9 })).toEqual({ start: 0, end: 5 });
});
