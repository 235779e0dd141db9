import * as fc from 'fast-check';
import { Tokenizer as Library } from '@huggingface/tokenizers';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nfcSegments } from '../../../../src/engine/tokenizer/alignment';
import { JsonTokenizer, maxTextLength } from '../../../../src/engine/tokenizer/tokenizer';
import { parseModelJson } from '../../../../src/common/protocol/manifest';
import { anyText } from '../anyText';
import { readBuffer, root } from '../modelFolder';

const path = (id: string) => join(root, 'test/fixtures', id, 'tokenizer.json');
/** As GPT-2 has it: no normalization, no space before the text. */
const plain = new JsonTokenizer(readBuffer(path('tiny-gpt2')));
/** As the translators have it: composed, with straight quotes and a space before the text. */
const spaced = new JsonTokenizer(readBuffer(path('tiny-transformer')));
/** As SmolLM2 has it: every digit apart, and some bytes in no entry. */
const digits = new JsonTokenizer(readBuffer(path('tiny-llama')));
const readJson = (id: string) =>
  parseModelJson(readBuffer(path(id)), 'tokenizer.json') as Record<string, unknown>;

/** Each token as `text@start-end`. */
const spell = (tokenizer: JsonTokenizer, text: string) =>
  tokenizer
    .encode(text)
    .tokens.map(token => `${token.text}@${token.start}-${token.end}`)
    .join(' ');

/** What Rust gives for most of these stands in the parity fixtures. Offsets are UTF-16 units. */
const cases: readonly (readonly [
  what: string,
  tokenizer: JsonTokenizer,
  text: string,
  tokens: string,
])[] = [
  ['a space goes with the word after it', plain, 'a b', 'a@0-1 \u0120b@1-3'],
  ['white space before a word leaves it its space', plain, 'a  b', 'a@0-1 \u0120@1-2 \u0120b@2-4'],
  [
    'bytes of a character share its range',
    plain,
    '\u{1f600}',
    '\u00f0@0-2 \u0141@0-2 \u013a@0-2 \u0122@0-2',
  ],
  [
    'what is no space for Unicode is a sign',
    plain,
    '\ufeffx',
    '\u00ef@0-1 \u00bb@0-1 \u00bf@0-1 x@1-2',
  ],
  ['the next line is white space', plain, 'a\u0085', 'a@0-1 \u00c2@1-2 \u0127@1-2'],
  ['a lone surrogate is U+FFFD', plain, '\ud800', '\u00ef@0-1 \u00bf@0-1 \u00bd@0-1'],
  ['nothing', plain, '', ''],
  ['a special token that is typed is text', plain, '<|e', '<@0-1 |@1-2 e@2-3'],
  ['digits that stand together are one word', plain, '12', '1@0-1 2@1-2'],
  ['a space stays behind before a digit', digits, 'a 1', 'a@0-1 \u0120@1-2 1@2-3'],
  [
    'a byte that is in no entry vanishes',
    digits,
    'a\u0004b\u{45678}c',
    'a@0-1 b@2-3 \u0127@3-5 \u013b@3-5 \u00b8@3-5 c@5-6',
  ],
  ['a text of such bytes is nothing', digits, '\u0004\u0013', ''],
  [
    'what begins a turn of a conversation is text where it is typed',
    digits,
    '<|im_start|>',
    '<@0-1 |@1-2 i@2-3 m@3-4 _@4-5 st@5-7 ar@7-9 t@9-10 |@10-11 >@11-12',
  ],
  ['the space before a text stands on its first character', spaced, 'W', '\u0120W@0-1'],
  ['a space that is there is not doubled', spaced, ' W', '\u0120W@0-2'],
  ['nothing has no space before it', spaced, '', ''],
  [
    'what ends a sentence is text where it is typed',
    spaced,
    'W</s>W',
    '\u0120W@0-1 <@1-2 /@2-3 s@3-4 >@4-5 W@5-6',
  ],
  ['a letter with its mark is one', spaced, 'We\u0301', '\u0120W@0-1 \u00c3@1-3 \u00a9@1-3'],
  ['a typographic apostrophe is straight', spaced, 'W\u2019', "\u0120W@0-1 '@1-2"],
];

test.each(cases)('%s', (_, tokenizer, text, tokens) => {
  expect(spell(tokenizer, text)).toBe(tokens);
});

/** Whether something of a text is in no entry: the library makes of it what it makes of `undefined`. */
const hasUnknownBytes = (tokenizer: JsonTokenizer, text: string) =>
  tokenizer === digits &&
  [...new TextEncoder().encode(text)].some(byte =>
    [4, 6, 0x13, 0x14, 0x16, 0x1d, 0xf1, 0xf2].includes(byte),
  );

describe.each([
  ['plain', plain, 'tiny-gpt2'],
  ['with a space before the text', spaced, 'tiny-transformer'],
  ['with digits apart', digits, 'tiny-llama'],
] as const)('for any text, %s,', (_, tokenizer, id) => {
  const library = new Library(readJson(id), {});
  const isKnownDivergence = (text: string) =>
    // The library knows JavaScript's white space, Rust Unicode's; it puts a space before nothing.
    /[\u0085\ufeff]|<\|?\/?\w*\|?>/.test(text) || text === '' || hasUnknownBytes(tokenizer, text);

  test('ids are those of the library', () => {
    fc.assert(
      fc.property(
        anyText.filter(text => !isKnownDivergence(text)),
        text => {
          const expected = library.encode(text, { add_special_tokens: false }).ids;
          expect(tokenizer.encode(text).tokens.map(token => token.id)).toEqual(expected);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('ranges rise, lie within the text, hold whole code points, and leave nothing out', () => {
    let withoutGaps = 0;
    fc.assert(
      fc.property(anyText, text => {
        const isCut = (edge: number) =>
          /[\ud800-\udbff]$/.test(text.slice(0, edge)) && /^[\udc00-\udfff]/.test(text.slice(edge));
        const hasGaps = hasUnknownBytes(tokenizer, text);
        let [start, end] = [0, 0];
        const wrong = tokenizer.encode(text).tokens.filter(token => {
          const follows = token.start <= end || hasGaps;
          const rises = token.start >= start && follows && token.end >= end;
          const isWhole = token.end > token.start && !isCut(token.start) && !isCut(token.end);
          [start, end] = [token.start, token.end];
          return !rises || !isWhole;
        });
        expect(wrong).toEqual([]);
        if (!hasGaps) {
          expect(end).toBe(text.length);
          withoutGaps++;
        }
      }),
      { numRuns: 500 },
    );
    expect(withoutGaps).toBeGreaterThan(0);
  });

  const graphemes = fc
    .string({ unit: 'grapheme' })
    .filter(text => !hasUnknownBytes(tokenizer, text));
  test('what was cut is read back, with the same places', () => {
    let compared = 0;
    fc.assert(
      fc.property(graphemes, text => {
        const { tokens } = tokenizer.encode(text);
        const decoded = tokenizer.decode(tokens.map(token => token.id));
        if (tokenizer !== spaced) {
          expect(decoded.text).toBe(text);
          const places = tokens.map(({ start, end, word }) => ({ start, end, word }));
          expect(decoded.tokens).toMatchObject(places);
          compared++;
        } else if (!/[\u2018\u2019\u201c\u201d]/.test(text) && !text.startsWith(' ')) {
          expect(decoded.text).toBe(text.normalize('NFC'));
          compared++;
        }
      }),
      { numRuns: 1000 },
    );
    expect(compared).toBeGreaterThan(0);
  });

  test('any ids spell a text whose places rise and fill it', () => {
    const ids = fc.array(fc.integer({ min: 0, max: tokenizer.vocabSize - 1 }), { maxLength: 30 });
    fc.assert(
      fc.property(ids, list => {
        const { text, tokens, settledLength } = tokenizer.decode(list);
        const bytesOnly = library.decode.bind(library);
        if (list.length > 0) {
          const expected = bytesOnly(list, {
            skip_special_tokens: true,
            clean_up_tokenization_spaces: false,
          });
          expect(text).toBe(tokenizer === spaced ? expected.replace(/^ /, '') : expected);
        }
        let end = 0;
        for (const token of tokens) {
          expect(token.start).toBeLessThanOrEqual(end);
          expect(token.end).toBeGreaterThanOrEqual(token.start);
          end = Math.max(end, token.end);
        }
        expect(end).toBe(text.length);
        expect(settledLength).toBeLessThanOrEqual(text.length);
        // What is settled stays, whatever comes.
        const more = tokenizer.decode([...list, ...list.slice(0, 3)]);
        expect(more.text.startsWith(text.slice(0, settledLength))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

test('words with digits apart are those of a text that was cut at its digits first', () => {
  const words = (text: string) => text.split(/(\p{N})/u).flatMap(part => spellWords(plain, part));
  fc.assert(
    fc.property(
      anyText.filter(text => !hasUnknownBytes(digits, text) && !text.includes('<|')),
      text => {
        expect(spellWords(digits, text)).toEqual(words(text));
      },
    ),
    { numRuns: 1000 },
  );
});

/** The words of a text. */
function spellWords(tokenizer: JsonTokenizer, text: string): readonly string[] {
  const { tokens, words } = tokenizer.encode(text);
  return words.map((_, word) => {
    const own = tokens.filter(token => token.word === word);
    return text.slice(own[0]?.start, own.at(-1)?.end);
  });
}

test('stretches of a text are composed one by one as the whole is, and are short', () => {
  fc.assert(
    fc.property(anyText, text => {
      const stretches = [...nfcSegments(text)];
      expect(stretches.join('')).toBe(text);
      expect(stretches.map(each => each.normalize('NFC')).join('')).toBe(text.normalize('NFC'));
    }),
    { numRuns: 1000 },
  );
  expect([...nfcSegments('ae\u0301x\u0302\u1112\u1161\u11ab\u0915\u094d')]).toEqual([
    ...['a', 'e\u0301', 'x', '\u0302', '\u1112\u1161\u11ab', '\u0915', '\u094d'],
  ]);
});

// What is quadratic in the length of a text would run into the time limit of a test.
test('the longest texts are cut, whatever they hold', () => {
  const texts = {
    'one word': 'x'.repeat(maxTextLength),
    'white space': ' '.repeat(maxTextLength),
    'marks on one letter': `a${'\u0301'.repeat(1000)}`.repeat(maxTextLength / 1001),
    'Korean letters': '\u1112\u1161\u11ab'.repeat(maxTextLength / 3),
    'added tokens': '</s>'.repeat(maxTextLength / 4),
  };
  for (const [name, text] of Object.entries(texts)) {
    expect(spaced.encode(text).tokens.length, name).toBeGreaterThan(0);
  }
});

describe('a tokenizer.json of bytes that', () => {
  const file = readJson('tiny-transformer');
  const model = file['model'] as Record<string, unknown>;
  const whole = Object.entries(model['vocab'] as Record<string, number>);
  const vocab = Object.fromEntries(whole.filter(([piece]) => piece !== '!'));
  const asBytes = (json: unknown) => new TextEncoder().encode(JSON.stringify(json)).buffer;

  const broken: readonly (readonly [string, object, RegExp])[] = [
    [
      'lacks a byte',
      { model: { ...model, vocab } },
      /model\.vocab: nothing in it stands for the byte 33/,
    ],
    [
      'cuts at other places first',
      {
        pre_tokenizer: {
          type: 'Sequence',
          pretokenizers: [
            { type: 'Split', pattern: { Regex: '\\s' }, behavior: 'Isolated', invert: false },
            { type: 'ByteLevel', add_prefix_space: false },
          ],
        },
      },
      /pre_tokenizer\.pretokenizers\.0\.pattern\.Regex/,
    ],
    ['cuts words otherwise', { pre_tokenizer: { type: 'Whitespace' } }, /wrong at pre_tokenizer/],
    ['composes otherwise', { normalizer: { type: 'NFKC' } }, /wrong at normalizer/],
    ['trims ranges', { post_processor: { type: 'ByteLevel', trim_offsets: true } }, /trim_offsets/],
    ['cuts at random', { model: { ...model, dropout: 0.1 } }, /model\.dropout/],
    ['has no merges', { model: { ...model, merges: undefined } }, /model\.merges/],
  ];

  test.each(broken)('%s is refused by name', (_name, changes, message) => {
    const bytes = asBytes({ ...file, ...changes });
    expect(() => new JsonTokenizer(bytes)).toThrow(message);
    expect(() => new JsonTokenizer(bytes)).toThrow(
      expect.objectContaining({ code: 'model-invalid' }),
    );
  });

  test('frames a text with special tokens has them in its frame', () => {
    const special = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
    const sequence = (id: string) => ({ Sequence: { id, type_id: 0 } });
    const framed = new JsonTokenizer(
      asBytes({
        ...file,
        post_processor: {
          type: 'TemplateProcessing',
          single: [sequence('A'), special('</s>')],
          pair: [sequence('A'), sequence('B'), special('</s>')],
          special_tokens: { '</s>': { id: '</s>', ids: [2], tokens: ['</s>'] } },
        },
      }),
    );
    expect(framed.template(1)).toEqual([
      { segment: 0, textIndex: 0 },
      { segment: 0, special: { id: 2, text: '</s>' } },
    ]);
    expect(spaced.template(1)).toEqual([{ segment: 0, textIndex: 0 }]);
    expect(spaced.template(2)).toEqual([
      { segment: 0, textIndex: 0 },
      { segment: 1, textIndex: 1 },
    ]);
  });
});

test('tokens are readable as they stand in a text', () => {
  const idOf = (text: string) => plain.encode(text).tokens[0]?.id ?? -1;
  expect(plain.readableTextOf(idOf(' b'))).toBe(' b');
  expect(plain.readableTextOf(idOf('\u20ac'))).toBe('\ufffd');
  expect(plain.readableTextOf(0)).toBe('<|endoftext|>');
  expect(plain.textOf(10_000)).toBe('');
});
