import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  changesAll,
  changeWords,
  textOf,
} from '../../../../webview/stage/parts/fixedVector/changedWords';
import { mean } from '../../../../webview/stage/math/vectors';
import {
  firstSentences,
  firstWords,
  moreSentences,
  maxSentences,
  sentencesOf,
  unrelatedWords,
} from '../../../../webview/stage/part/longerText';
import { pairsFor, pairsTried } from '../../../../webview/stage/parts/fixedVector/part';

describe('other words', () => {
  const words = ['the', 'cat', 'sat', 'down', 'here'];

  test('stand at the beginning or at the end, and nowhere else', () => {
    expect(textOf(changeWords(words, ['a', 'dog'], 'first'))).toBe('a dog sat down here');
    expect(textOf(changeWords(words, ['a', 'dog'], 'last'))).toBe('the cat sat a dog');
  });

  test('leave a text as long as it was, and say where they stand', () => {
    const text = fc.array(fc.stringMatching(/^[a-z]+$/), { maxLength: 8 });
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

  test('leave the signs of the sentence where they are', () => {
    const hurried = ['Sadly', 'mistaken,', 'he', 'went', '(at', 'last).'];
    expect(textOf(changeWords(hurried, ['My', 'sister'], 'first'))).toBe(
      'My sister, he went (at last).',
    );
    expect(textOf(changeWords(hurried, ['My', 'sister'], 'last'))).toBe(
      'Sadly mistaken, he went My sister).',
    );
  });

  test.each([
    ['Sadly', 'mistaken,', 'he', 'fell', 'ill.'],
    ['my', 'sister', 'sings', 'every', 'evening'],
    ['Every', 'day', 'some', 'farmers,'],
    ['Three', 'hesitation', 'Nobody', 'sister'],
  ])('are other words at both ends, of a sentence that begins with “%s %s” too', (...words) => {
    const pairs = pairsFor(words);
    expect(pairs).toHaveLength(pairsTried);
    for (const pair of pairs) {
      expect(changesAll(words, pair)).toBe(true);
      for (const end of ['first', 'last'] as const) {
        const { words: after, changed } = changeWords(words, pair, end);
        const plain = (word = '') => word.toLowerCase().replace(/\W/g, '');
        for (let at = changed[0]; at < changed[1]; at++) {
          expect(plain(after[at])).not.toBe(plain(words[at]));
        }
      }
    }
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

  test('cuts no sentence to its first word', () => {
    expect(firstWords('It was a fight.', 5)).toEqual(['It', 'was', 'a', 'fight', 'today.']);
    expect(firstWords('It was a fight.', 11).slice(-3)).toEqual(['a', 'hospital', 'today.']);
  });

  test('goes on by whole sentences', () => {
    expect(sentencesOf('Who? Me. 3!')).toEqual(['Who?', 'Me.', '3!']);
    expect(firstSentences('I love India. So there.', 3)).toBe(
      `I love India. So there. ${moreSentences[0]}`,
    );
    expect(sentencesOf('Dr. Smith paid 3.5 euros. She left.')).toEqual([
      'Dr. Smith paid 3.5 euros.',
      'She left.',
    ]);
  });

  test.each([
    ['professional growth', 'professional growth.'],
    ['before sunrise,', 'before sunrise.'],
    ['Really?', 'Really?'],
    ['He said “no.”', 'He said “no.”'],
    ['こんにちは。', 'こんにちは。'],
  ])('parts “%s” from what comes after it', (text, whole) => {
    expect(firstSentences(text, 1)).toBe(text);
    expect(firstSentences(text, 2)).toBe(`${whole} ${moreSentences[0]}`);
    const words = whole.split(' ');
    expect(firstWords(text, words.length + 2)).toEqual([...words, 'My', 'brother']);
    expect(firstWords(text, words.length)).toEqual(text.split(' '));
  });

  test.each(moreSentences)('says “%s” once where the person has said it', sentence => {
    const text = firstSentences(sentence, maxSentences(sentence));
    expect(text.split(sentence)).toHaveLength(2);
    expect(unrelatedWords(sentence, 40).join(' ')).not.toContain(sentence);
  });

  test('that has nothing to do with the person’s is as long as is asked', () => {
    expect(unrelatedWords(moreSentences.join(' '), 40)).toHaveLength(40);
    expect(unrelatedWords('I love India.', 3)).toEqual(['Tomorrow', 'I', 'will']);
  });
});
