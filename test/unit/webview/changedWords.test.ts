import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changeWords, mean, textOf } from '../../../webview/stage/changedWords';
import { firstSentences, firstWords, more, sentencesOf } from '../../../webview/stage/longerText';

describe('other words', () => {
  const words = ['the', 'cat', 'sat', 'down', 'here'];

  test('stand at the beginning or at the end, and nowhere else', () => {
    expect(textOf(changeWords(words, ['a', 'dog'], 'first'))).toBe('a dog sat down here');
    expect(textOf(changeWords(words, ['a', 'dog'], 'last'))).toBe('the cat sat a dog');
  });

  test('leave a text as long as it was, and say where they stand', () => {
    const text = fc.array(fc.string({ minLength: 1 }));
    fc.assert(
      fc.property(text, text, fc.constantFrom('first', 'last'), (before, others, end) => {
        const { words: after, changed } = changeWords(before, others, end);
        expect(after).toHaveLength(before.length);
        const [first, past] = changed;
        expect(past - first).toBe(Math.min(before.length, others.length));
        after.forEach((word, index) => {
          const isChanged = index >= first && index < past;
          expect(word).toBe(isChanged ? others[index - first] : before[index]);
        });
      }),
    );
  });

  test('have a mean', () => {
    expect(mean([1, 2, 6])).toBe(3);
    expect(mean([])).toBe(0);
  });
});

describe('a longer text', () => {
  test('begins with the person’s words and goes on with others, as long as is asked', () => {
    expect(firstWords('I  love\nIndia.', 5)).toEqual(['I', 'love', 'India.', 'My', 'brother']);
    expect(firstWords('I love India.', 2)).toEqual(['I', 'love']);
    expect(firstWords('', 3)).toEqual(['My', 'brother', 'works']);
    expect(firstWords('🦄', 200)).toHaveLength(200);
    expect(firstWords('🦄', 200).every(word => word !== '')).toBe(true);
  });

  test('goes on by whole sentences', () => {
    expect(sentencesOf('Who? Me. 3!')).toEqual(['Who?', 'Me.', '3!']);
    expect(firstSentences('I love India. So there.', 3)).toBe(`I love India. So there. ${more[0]}`);
  });
});
