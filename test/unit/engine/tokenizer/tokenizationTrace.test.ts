import * as fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tokenize } from '../../../../src/engine/tokenizer/tokenize';
import { JsonTokenizer } from '../../../../src/engine/tokenizer/tokenizer';
import { maxTracedWordLength } from '../../../../src/engine/tokenizer/encoding';
import type {
  TokenizationDetail,
  WordSteps,
} from '../../../../src/common/protocol/engine/tokenize';
import { parseModelJson, parseManifest } from '../../../../src/common/protocol/manifest';
import { anyText } from '../anyText';
import { readBuffer, root } from '../modelFolder';

function open(folder: string) {
  const manifest = parseManifest(
    parseModelJson(readBuffer(join(root, folder, 'manifest.json')), 'manifest.json'),
  );
  const tokenizer = new JsonTokenizer(readBuffer(join(root, folder, 'tokenizer.json')));
  return {
    tokenizer,
    /** A text with all that can be told of it. */
    explain: (text: string, stepsOf: readonly number[] | 'all' = 'all') => {
      const { tokens, detail } = tokenize(manifest, tokenizer, { modelId: 'x', text, stepsOf });
      return { tokens, detail: detail as TokenizationDetail }; // It was asked for.
    },
  };
}

const bert = open('models/bert');
const transformer = open('models/transformer');
const utf8 = new TextEncoder();

/** "un|believably > un|bel|ievably": the parts after each step. */
const spell = ({ start, steps }: WordSteps) =>
  [start, ...steps.map(({ parts }) => parts)]
    .map(parts => parts.map(({ text }) => text).join('|'))
    .join(' > ');

test.each([
  ['the longest piece is cut first', bert, 'tired', 'tired > tired'],
  [
    'what is left is cut in its turn',
    bert,
    'unbelievably',
    'unbelievably > un|believably > un|##bel|ievably > un|##bel|##ie|vably > un|##bel|##ie|##va|bly > un|##bel|##ie|##va|##bly',
  ],
  ['a word without a first piece is unknown', bert, '\u{1f600}', '\u{1f600} > [UNK]'],
  [
    'a word too long to know is unknown at once',
    bert,
    'a'.repeat(101),
    `${'a'.repeat(101)} > [UNK]`,
  ],
  ['capitals and accents are gone before the first cut', bert, 'CAF\u00c9', 'cafe > cafe'],
  [
    'the pair that training merged first is merged first',
    transformer,
    'the',
    '\u0120|t|h|e > \u0120t|h|e > \u0120t|he > \u0120the',
  ],
  [
    'bytes that no merge knows stay',
    transformer,
    '\u{1f984}',
    '\u0120|\u00f0|\u0141|\u00a6|\u0126',
  ],
] as const)('%s', (_, { explain }, text, steps) => {
  expect(explain(text).detail.words.map(spell)).toEqual([steps]);
});

test('a merge tells its pair and its rank, and which part it made', () => {
  const [word] = explain('the');
  expect(word?.steps[0]).toMatchObject({ made: 0, merge: { pair: ['\u0120', 't'], rank: 0 } });
  function explain(text: string) {
    return transformer.explain(text).detail.words;
  }
});

test('the first of equal pairs is merged first', () => {
  const { detail } = transformer.explain('tatata');
  const made = detail.words[0]?.steps.map(({ made: at }) => at) ?? [];
  const equal = detail.words[0]?.steps.filter(
    ({ merge }, index, all) => index > 0 && merge?.rank === all[index - 1]?.merge?.rank,
  );
  expect(equal?.length).toBeGreaterThan(0);
  expect(made[0]).toBeLessThan(made[1] ?? 0);
});

test('only the words that are asked for are told', () => {
  const { detail } = bert.explain('the cat sat', [1]);
  expect(detail.words.map(({ word }) => word)).toEqual([1]);
  expect(bert.explain('the cat sat', []).detail).toMatchObject({ words: [], kind: 'word-piece' });
});

test('a word of a length without sense is not told step by step', () => {
  const text = 'x'.repeat(maxTracedWordLength + 1);
  expect(transformer.explain(text).detail.words).toEqual([]);
  expect(transformer.explain(text.slice(2)).detail.words).toHaveLength(1);
});

test.each([
  ['a continued piece has the bytes of its characters', bert, 'unbelievably', 1, 'bel'],
  ['an unknown word has the bytes of the text', bert, '\u{1f600}', 0, '\u{1f600}'],
  ['an added token has the bytes of the text', bert, '[MASK]', 0, '[MASK]'],
  ['a space before the text is in the bytes of its token', transformer, 'the', 0, ' the'],
] as const)('%s', (_, { explain, tokenizer }, text, place, bytes) => {
  const { tokens, detail } = explain(text);
  const own = detail.bytes.filter((_each, index) => tokens[index]?.isSpecial === false);
  expect(own[place]).toEqual([...utf8.encode(bytes)]);
  expect(tokenizer.kind).toBe(detail.kind);
});

describe.each([
  'test/fixtures/tiny-bert',
  'test/fixtures/tiny-gpt2',
  'test/fixtures/tiny-transformer',
  'models/bert',
  'models/transformer',
])('for any text, %s', folder => {
  const { explain } = open(folder);

  test('the steps of each word end in its tokens, and their bytes are those of the tokens', () => {
    let compared = 0;
    fc.assert(
      fc.property(anyText, text => {
        const { tokens, detail } = explain(text);
        for (const { word, start, steps } of detail.words) {
          const end = steps.at(-1)?.parts ?? start;
          const own = tokens.flatMap((token, index) =>
            token.word === word ? [{ text: token.text, bytes: detail.bytes[index] }] : [],
          );
          expect(end.map(part => part.text)).toEqual(own.map(token => token.text));
          if (own[0]?.text !== '[UNK]') {
            expect(end.map(part => part.bytes)).toEqual(own.map(token => token.bytes));
            compared++;
          }
        }
        const told = new Set(detail.words.map(({ word }) => word));
        const untold = tokens.filter(({ word, isSpecial }) => !isSpecial && !told.has(word));
        expect(untold.every(token => /^(\[\w+\]|<.+>)$/.test(token.text))).toBe(true);
      }),
      { numRuns: 500 },
    );
    expect(compared).toBeGreaterThan(0);
  });

  test('a step changes only the part that it made, and no byte is lost on the way', () => {
    fc.assert(
      fc.property(anyText, text => {
        for (const { start, steps } of explain(text).detail.words) {
          const bytes = start.flatMap(part => part.bytes);
          for (const { parts, made } of steps) {
            expect(parts.flatMap(part => part.bytes)).toEqual(bytes);
            expect(parts[made]).toBeDefined();
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
