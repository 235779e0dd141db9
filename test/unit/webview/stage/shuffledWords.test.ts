import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  followTokens,
  shuffleWords,
} from '../../../../webview/stage/parts/positions/shuffledWords';
import { readModel } from '../../engine/modelFolder';
import { startEngine } from '../../engine/startEngine';

describe('shuffled words', () => {
  const texts = fc.array(fc.stringMatching(/^\w+$/), { minLength: 0, maxLength: 30 });

  test('are the same words, the first in its place, in an order that tells where each came from', () => {
    fc.assert(
      fc.property(texts, fc.nat(1000), (words, seed) => {
        const { text, shuffled, order } = shuffleWords(words.join('  '), seed);
        expect(text).toBe(words.join(' '));
        expect([...order].sort((a, b) => a - b)).toEqual(words.map((_, index) => index));
        expect(shuffled).toBe(order.map(place => words[place]).join(' '));
        expect(order.slice(0, 1)).toEqual(words.length > 0 ? [0] : []);
      }),
    );
  });

  test('are in another order where there is one, by the seed alone', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.stringMatching(/^\w+$/), { minLength: 3 }),
        fc.nat(),
        (words, seed) => {
          const text = words.join(' ');
          expect(shuffleWords(text, seed).shuffled).not.toBe(text);
          expect(shuffleWords(text, seed)).toEqual(shuffleWords(text, seed));
        },
      ),
    );
  });
});

test('each token is followed to its new place; going in, it differs by the sinusoids alone', async () => {
  const { engine, close } = await startEngine();
  const files = readModel('models/transformer');
  const modelId = files.manifest.id;
  await engine.load(files);
  const texts = shuffleWords('The unbelievable animal did not cross the street.', 1);
  const read = (text: string) =>
    engine.analyze({ modelId, text, targetText: 'Il', hiddenStates: true, attention: false });
  const [inOrder, mixed] = [await read(texts.text), await read(texts.shuffled)];
  const tokens = followTokens(texts, inOrder, mixed);
  // All but the one that ends the source.
  expect(tokens).toHaveLength(inOrder.source.length - 1);
  expect(new Set(tokens.map(({ after }) => after)).size).toBe(tokens.length);
  for (const { before, after, moved, unexplained } of tokens) {
    expect(mixed.source[after]?.id).toBe(inOrder.source[before]?.id);
    expect(unexplained).toBeLessThan(1e-4);
    expect(moved).toHaveLength(files.manifest.layers + 1);
    if (before === after) {
      // Where a word keeps its place, only what it sees of the others has moved.
      expect(moved[0]).toBe(0);
    }
    expect(moved.at(-1)).toBeGreaterThan(0);
  }
  close();
});
