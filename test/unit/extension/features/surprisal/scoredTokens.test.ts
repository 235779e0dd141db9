import { expect, test } from 'vitest';
import type { TokenScores } from '../../../../../src/common/protocol/engine/score';
import {
  bitsOf,
  bitsPerByteOf,
  noSums,
  perplexityOf,
  scoredTokens,
  Spellings,
  stepOf,
  stepStarts,
  sumsOf,
  withoutCarriageReturns,
} from '../../../../../src/extension/features/surprisal/scoredTokens';
import {
  hintsSetting,
  surprisalModelSetting,
} from '../../../../../src/extension/features/surprisal/options';

const token = (start: number, end: number) => ({
  ...{ id: 0, text: '', start, end, segment: 0, isSpecial: false, word: 0 },
});
/** Three tokens that are each 1 in 4 after a first one that nothing stands before. */
const scores = (...ranges: readonly (readonly [number, number])[]): TokenScores => ({
  tokens: ranges.map(([start, end]) => ({ ...token(start, end), segment: 0 })),
  logProbabilities: ranges.map((_, index) => (index > 0 ? -Math.log(4) : undefined)),
  ranks: ranges.map((_, index) => (index > 0 ? index : undefined)),
  candidates: ranges.map(() => [{ id: 7, text: ' the', probability: 0.5 }]),
  contextSizes: [...ranges.keys()],
});

test('bits are counted from nats, and steps from bits', () => {
  expect(bitsOf(-Math.LN2)).toBe(1);
  expect(Object.is(bitsOf(0), 0)).toBe(true);
  expect([0, 1.9, 2, 6.9, 7, 13, 14, 99].map(stepOf)).toEqual([0, 0, 1, 2, 3, 4, 5, 5]);
  expect(stepStarts).toHaveLength(5);
});

test('perplexity and bits per byte are those of the tokens that have a probability', () => {
  const plain = withoutCarriageReturns('abc€d');
  const tokens = scoredTokens(scores([0, 1], [1, 3], [3, 4], [4, 5]), plain);
  const sums = sumsOf(tokens);
  expect(sums).toEqual({ bits: 6, tokens: 3, bytes: 6 });
  expect(perplexityOf(sums)).toBeCloseTo(4, 9);
  expect(bitsPerByteOf(sums)).toBe(1);
  expect([perplexityOf(noSums), bitsPerByteOf(noSums)]).toEqual([1, 0]);
});

test('the bytes of a character that became several tokens count once', () => {
  const plain = withoutCarriageReturns('a😀');
  const tokens = scoredTokens(scores([0, 1], [1, 3], [1, 3], [1, 3]), plain);
  expect(tokens.map(({ bytes }) => bytes)).toEqual([1, 4, 0, 0]);
});

test('line ends of Windows are read as others, and tokens stand where they stand in the document', () => {
  const raw = 'ab\r\ncd\r\n\r\ne';
  const { text, at } = withoutCarriageReturns(raw);
  expect(text).toBe('ab\ncd\n\ne');
  for (let offset = 0; offset < text.length; offset++) {
    if (text[offset] !== '\n') {
      expect(raw[at(offset)]).toBe(text[offset]);
    }
  }
  expect(at(text.length)).toBe(raw.length);
  const [, end] = scoredTokens(scores([0, 2], [2, 3], [3, 5]), { text, at });
  expect(end).toMatchObject({ start: 2, end: 4, bytes: 1 });
});

test('alternatives are kept by their ids, and spelled once', () => {
  const [first] = scoredTokens(scores([0, 1]), withoutCarriageReturns('a'));
  expect(first?.alternatives).toEqual([{ id: 7, probability: 0.5 }]);
  const spellings = new Spellings();
  spellings.learn(scores([0, 1]).candidates);
  expect([spellings.textOf(7), spellings.textOf(8)]).toEqual([' the', '']);
});

test.each([
  [{ model: '', hints: false }, ['smollm2'], { model: 'smollm2', hints: false }],
  [{ model: ' ', hints: true }, ['smollm2', 'gpt2'], { model: 'gpt2', hints: true }],
  [{ model: 'other', hints: 'yes' }, ['gpt2'], { model: 'other', hints: false }],
  [{ model: 7, hints: undefined }, [], { model: 'smollm2', hints: false }],
] as const)('settings %o with the models %o are %o', (written, bundled, expected) => {
  expect({
    model: surprisalModelSetting(bundled).parse(written.model),
    hints: hintsSetting.parse(written.hints),
  }).toEqual(expected);
});
