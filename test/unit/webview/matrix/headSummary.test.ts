import { describe, expect, test } from 'vitest';
import { averageHeads, inBrief, inWords, summarize } from '../../../../webview/matrix/heads';
import { attentionOf, tokensOf } from '../sample';

const pieces = ['[CLS]', 'the', 'dog', 'saw', 'the', 'cat', '.', '[SEP]'];
const { tokens } = tokensOf(pieces);
const last = pieces.length - 1;

function summaryOf(weight: (query: number, key: number) => number) {
  const attention = attentionOf(1, 1, pieces.length, (_, __, query, key) => weight(query, key));
  return summarize(averageHeads(attention, [{ layer: 0, head: 0 }]), tokens, 'encoder');
}

describe('a head', () => {
  test.each([
    ['previous', (query: number, key: number) => (key === query - 1 ? 100 : 1)],
    ['next', (query: number, key: number) => (key === query + 1 ? 100 : 1)],
    ['same', (query: number, key: number) => (pieces[key] === pieces[query] ? 100 : 1)],
    ['separator', (_: number, key: number) => (key === last ? 100 : 1)],
    ['start', (_: number, key: number) => (key === 0 ? 100 : 1)],
    ['broad', () => 1],
    ['mixed', (_: number, key: number) => (key === 2 || key === 5 ? 60 : 1)],
  ] as const)('that does "%s" is told as that', (pattern, weight) => {
    expect(summaryOf(weight).pattern).toBe(pattern);
  });

  test('is told with the share of the weight, as a mean over the tokens of the text', () => {
    // Exactly 0.7 on the token before; the first token of the text has none, [CLS] does not count.
    const { share } = summaryOf((query, key) => (key === query - 1 ? 0.7 * 7 : 0.3));
    const row = (0.7 * 7) / (0.7 * 7 + 7 * 0.3);
    expect(share).toBeCloseTo((row * 5) / 6, 5);
  });

  test('that spreads its weight evenly is fully even', () => {
    expect(summaryOf(() => 1).share).toBeCloseTo(1, 6);
  });

  test('is said in words with the number behind it', () => {
    expect(
      inWords({ pattern: 'previous', largest: 'previous', share: 0.713 }).replaceAll('\u00a0', ' '),
    ).toBe('Mostly the previous token (71.3 % of the weight).');
    expect(
      inBrief({ pattern: 'mixed', largest: 'next', share: 0.3 }).replaceAll('\u00a0', ' '),
    ).toBe('next token 30.0 %');
  });

  test('that spreads widely is said with the number of tokens, or of ten where each sees as many as it may', () => {
    const broad = { pattern: 'broad', largest: 'broad', share: 0.677 } as const;
    expect(inWords({ ...broad, tokens: 13 })).toBe(
      'Spreads widely: over about 9 of the 13 tokens.',
    );
    expect(inBrief({ ...broad, tokens: 13 })).toBe('broad, about 9 of 13');
    expect(inWords(broad)).toBe(
      'Spreads widely: over about 7 of each 10 tokens that may be looked at.',
    );
    expect(summaryOf(() => 1).tokens).toBe(pieces.length);
  });

  test('that only looks back and rests on the first token is told as that', () => {
    const words = tokensOf(['the', 'dog', 'saw', 'a', 'cat', '.']).tokens.map(token => ({
      ...token,
      isSpecial: false,
    }));
    const lookingBack = (weight: (key: number) => number) => {
      const size = words.length;
      const weights = Float32Array.from({ length: size * size }, (_, index) => {
        const [query, key] = [Math.floor(index / size), index % size];
        const seen = Array.from({ length: query + 1 }, (__, each) => weight(each));
        return key > query ? 0 : weight(key) / seen.reduce((sum, each) => sum + each, 0);
      });
      return summarize(weights, words, 'decoder');
    };
    expect(lookingBack(key => (key === 0 ? 100 : 1)).pattern).toBe('first');
    // Even over what each can see, though that is half of the square.
    expect(lookingBack(() => 1)).toMatchObject({ pattern: 'broad' });
    expect(lookingBack(() => 1).share).toBeCloseTo(1, 6);
  });

  test('on a text without a word is summed up without a number that is none', () => {
    const bare = tokensOf(['[CLS]', '[SEP]']).tokens;
    expect(summarize(Float32Array.from([0.5, 0.5, 0.5, 0.5]), bare, 'encoder').share).toBe(0);
  });
});
