import { expect, test } from 'vitest';
import { passageAt } from '../../../../../src/extension/features/caretAttention/queryAttention';
import type { TextSource } from '../../../../../src/extension/subject/textSpan';

const sourceOf = (text: string): TextSource => ({
  length: text.length,
  read: (start, end) => text.slice(start, end),
});

test('a paragraph that is not too long is taken whole, wherever the caret stands in it', () => {
  const text = 'Above.\n\nOne line\nand another.\n\nBelow.';
  for (const offset of [8, 15, 29]) {
    const { start, end } = passageAt(sourceOf(text), offset);
    expect(text.slice(start, end)).toBe('One line\nand another.');
  }
});

test('of a long paragraph a part is taken that begins and ends between words', () => {
  const text = 'some words '.repeat(2000).trim();
  for (const offset of [0, 3000, 11_111, text.length]) {
    const { start, end } = passageAt(sourceOf(text), offset);
    expect(start).toBeLessThanOrEqual(offset);
    expect(end).toBeGreaterThanOrEqual(offset);
    expect(end - start).toBeGreaterThan(900);
    expect(end - start).toBeLessThanOrEqual(2000);
    expect(text.slice(start, end)).toMatch(/^(some|words)\b.*\b(some|words)$/);
  }
});

test('a step of the caret rarely changes the part', () => {
  const source = sourceOf('some words '.repeat(2000));
  const parts = new Set<number>();
  for (let offset = 5000; offset < 6000; offset++) {
    parts.add(passageAt(source, offset).start);
  }
  expect(parts.size).toBeLessThanOrEqual(2);
});

test('a word longer than a passage is taken in part', () => {
  const source = sourceOf('x'.repeat(50_000));
  const { start, end } = passageAt(source, 25_000);
  expect(start).toBeLessThan(25_000);
  expect(end).toBeGreaterThan(25_000);
});
