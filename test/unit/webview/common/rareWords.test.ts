import { expect, test } from 'vitest';
import { rareWordsInWords } from '../../../../webview/common/caution';

const text = 'one two three four five six seven';
const words = [...text.matchAll(/\w+/g)].map(({ 0: word, index }) => ({
  start: index,
  end: index + word.length,
  sentences: 0,
}));

test.each([
  [undefined, undefined],
  [[], undefined],
  [
    [{ start: 4, end: 7, sentences: 0 }],
    'Hardly seen in training: two (never). Its translation is a guess.',
  ],
  [
    [
      { start: 0, end: 3, sentences: 1 },
      { start: 4, end: 7, sentences: 3 },
    ],
    'Hardly seen in training: one (1 sentence), two (3 sentences). Their translations are guesses.',
  ],
  [
    words,
    'Hardly seen in training: one (never), two (never), three (never), four (never), five (never) and 2 others. Their translations are guesses.',
  ],
])('says of %j: %s', (rareWords, expected) => {
  expect(rareWordsInWords(text, rareWords)).toBe(expected);
});
