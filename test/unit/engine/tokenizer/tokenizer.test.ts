import { Tokenizer as Library } from '@huggingface/tokenizers';
import * as fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { maxTextLength, JsonTokenizer } from '../../../../src/engine/tokenizer/tokenizer';
import { EngineError } from '../../../../src/common/errors';
import { parseModelJson } from '../../../../src/common/protocol/manifest';
import { anyText } from '../anyText';
import { readBuffer, root } from '../modelFolder';

const path = join(root, 'models/bert/tokenizer.json');
const tokenizer = new JsonTokenizer(readBuffer(path));
// Of our own model; the library checks it.
const file = parseModelJson(readBuffer(path), 'tokenizer.json') as Record<string, unknown>;
const library = new Library(file, {});

/** Each token as `text@start-end`. */
const spell = (text: string) =>
  tokenizer
    .encode(text)
    .tokens.map(token => `${token.text}@${token.start}-${token.end}`)
    .join(' ');

/** Offsets are UTF-16 units. What Rust gives for these stands in the parity fixtures of the model. */
const cases: readonly (readonly [what: string, text: string, tokens: string])[] = [
  ['words and a full stop', 'The cat sat.', 'the@0-3 cat@4-7 sat@8-11 .@11-12'],
  ['a word in pieces', 'unbelievably', 'un@0-2 ##bel@2-5 ##ie@5-7 ##va@7-9 ##bly@9-12'],
  ['an accent in its letter', 'caf\u00e9 x', 'cafe@0-4 x@5-6'],
  ['an accent as a mark of its own', 'cafe\u0301 x', 'cafe@0-5 x@6-7'],
  ['marks at the end of a piece', 're\u0301sume\u0301s', 'resume@0-8 ##s@8-9'],
  ['two marks on a letter', 'word\u0301\u0302ing', 'word@0-6 ##ing@6-9'],
  ['a mark without a letter', '\u0301abc \u0301', 'abc@1-4'],
  ['a variation selector', 'good\ufe0f.', 'good@0-5 .@5-6'],
  ['a soft hyphen', 'a\u00adb', 'ab@0-3'],
  ['Chinese', '\u4e2d\u6587', '\u4e2d@0-1 \u6587@1-2'],
  ['Chinese beyond the basic plane', '\u{20000}\u{20001}a', '[UNK]@0-2 [UNK]@2-4 a@4-5'],
  ['Korean, several letters from one syllable', '\ud55c', '\u1112@0-1 ##\u1161@0-1 ##\u11ab@0-1'],
  ['a family of emoji', 'a \u{1F468}\u200d\u{1F469}\u200d\u{1F467} b', 'a@0-1 [UNK]@2-10 b@11-12'],
  ['line ends of Windows', 'a\r\nb', 'a@0-1 b@3-4'],
  ['a tab, a no-break space, a line separator', 'a\tb\u00a0c\u2028d', 'a@0-1 b@2-3 c@4-5 d@6-7'],
  ['a null byte', 'a\0b', 'ab@0-3'],
  ['a lone surrogate, as U+FFFD', 'a\ud800b c\ufffdd', 'ab@0-3 cd@4-7'],
  ['surrogates the wrong way round', 'x\udc00\ud800 y', 'x@0-1 y@4-5'],
  ['a mask', 'the [MASK] sat', 'the@0-3 [MASK]@4-10 sat@11-14'],
  ['a mask inside a word', 'x[MASK]y', 'x@0-1 [MASK]@1-7 y@7-8'],
  ['a mask in small letters', '[mask]', '[@0-1 mask@1-5 ]@5-6'],
  ['a final sigma', '\u03a3\u03a3', '\u03c3@0-1 ##\u03c3@1-2'],
  ['a dotted capital I', '\u0130stanbul', 'istanbul@0-8'],
  ['a ligature', 'x\ufb01', 'x@0-1 ##\ufb01@1-2'],
  ['Arabic, right to left', '\u0645\u0631\u062d', '\u0645@0-1 ##\u0631@1-2 ##\u062d@2-3'],
  ['a typographic apostrophe', 'don\u2019t', 'don@0-3 \u2019@3-4 t@4-5'],
  ['a word too long to know', `${'a'.repeat(101)} b`, '[UNK]@0-101 b@102-103'],
  [
    'words that JavaScript knows',
    'prototype __proto__',
    'prototype@0-9 _@10-11 _@11-12 proto@12-17 _@17-18 _@18-19',
  ],
  ['nothing', '', ''],
  ['white space', ' \t\r\n\u3000', ''],
];

test.each(cases)('%s', (_, text, tokens) => {
  expect(spell(text)).toBe(tokens);
});

test('words are counted as the pre-tokenizer cuts them', () => {
  const words = tokenizer.encode("Don't [MASK] unbelievably").tokens.map(token => token.word);
  expect(words).toEqual([0, 1, 2, 3, 4, 4, 4, 4, 4]);
});

test('a text that is too long is refused with its length', () => {
  expect(() => tokenizer.encode('a'.repeat(maxTextLength + 1))).toThrow(
    expect.objectContaining({ code: 'input-too-long' }),
  );
  expect(tokenizer.encode('a '.repeat(maxTextLength / 2)).tokens).toHaveLength(maxTextLength / 2);
});

// What is quadratic in the length of a text would run into the time limit of a test.
test('the longest texts are cut, whatever they hold', () => {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  const texts = {
    'words of random letters': Array.from({ length: maxTextLength }, (_, i) =>
      i % 100 === 99 ? ' ' : (letters[(i * 7919 + (i >> 3)) % 26] ?? ''),
    ).join(''),
    'all Korean syllables': Array.from({ length: maxTextLength }, (_, i) =>
      i % 10 === 9 ? ' ' : String.fromCharCode(0xac00 + ((i * 31) % 11_172)),
    ).join(''),
    'one word': 'x'.repeat(maxTextLength),
    'marks on one letter': `a${'\u0301'.repeat(maxTextLength - 1)}`,
    masks: '[MASK]'.repeat(maxTextLength / 6),
  };
  for (const [name, text] of Object.entries(texts)) {
    expect(tokenizer.encode(text).tokens.length, name).toBeGreaterThan(0);
  }
});

test('a text that is asked again is not cut again', () => {
  const text = 'the cat '.repeat(1000);
  expect(tokenizer.encode(text)).toBe(tokenizer.encode(text));
});

const runs = { numRuns: 1000 };

describe('for any text,', () => {
  test('ranges rise, lie within the text and are not empty', () => {
    fc.assert(
      fc.property(anyText, text => {
        let [start, end] = [0, 0];
        for (const token of tokenizer.encode(text).tokens) {
          expect(token.start).toBeGreaterThanOrEqual(start);
          expect(token.end).toBeGreaterThanOrEqual(end);
          expect(token.end).toBeGreaterThan(token.start);
          [start, end] = [token.start, token.end];
        }
        expect(end).toBeLessThanOrEqual(text.length);
      }),
      runs,
    );
  });

  test('two ranges overlap only where one character became several', () => {
    let overlaps = 0;
    fc.assert(
      fc.property(anyText, text => {
        const { tokens } = tokenizer.encode(text);
        for (const [index, token] of tokens.entries()) {
          const next = tokens[index + 1];
          if (next && next.start < token.end) {
            const shared = text.slice(next.start, token.end);
            const withoutMarks = [...shared.replace(/[\p{M}\p{Cf}]/gu, '')];
            // A mark that stands alone may become several too.
            expect([[...shared].length, withoutMarks.length]).toContain(1);
            overlaps++;
          }
        }
      }),
      // Rare among texts at random.
      { ...runs, examples: [['about ½'], ['\u09cb']] },
    );
    expect(overlaps).toBeGreaterThan(0);
  });

  test('no range cuts a surrogate pair, or a letter from its marks', () => {
    fc.assert(
      fc.property(anyText, text => {
        for (const { start, end } of tokenizer.encode(text).tokens) {
          for (const edge of [start, end]) {
            expect(
              /[\ud800-\udbff]$/.test(text.slice(0, edge)) &&
                /^[\udc00-\udfff]/.test(text.slice(edge)),
            ).toBe(false);
          }
          // A mark that the normalizer keeps has a token of its own; these are dropped. An added token is
          // no letter: it is found in the text as it is spelled.
          const follows = /^\[[A-Z]{3,}\]$/.test(text.slice(start, end)) ? '' : text.slice(end);
          expect(follows).not.toMatch(/^[\u0300-\u036f\ufe00-\ufe0f\u200d]/);
        }
      }),
      runs,
    );
  });

  test('every character that is kept is in a range', () => {
    fc.assert(
      fc.property(anyText, text => {
        const covered = new Set<number>();
        for (const { start, end } of tokenizer.encode(text).tokens) {
          for (let unit = start; unit < end; unit++) {
            covered.add(unit);
          }
        }
        let at = 0;
        for (const character of text) {
          const isKept = (library.normalizer?.normalize(character) ?? '').trim() !== '';
          expect(!isKept || covered.has(at), `${character} at ${at} of ${text}`).toBe(true);
          at += character.length;
        }
      }),
      runs,
    );
  });

  test('words are whole: they rise by one, and pieces of a word touch', () => {
    fc.assert(
      fc.property(anyText, text => {
        const { tokens, words } = tokenizer.encode(text);
        let word = -1;
        for (const token of tokens) {
          expect([word, word + 1]).toContain(token.word);
          expect(token.text.startsWith('##')).toBe(token.word === word);
          word = token.word;
        }
        expect(words).toHaveLength(word + 1);
      }),
      runs,
    );
  });

  test('ids are those of the library, where the library does what Rust does', () => {
    fc.assert(
      fc.property(
        // It looks at whole words for a final sigma, does not see Chinese beyond the basic plane, and takes the
        // spelling of a special token for the token.
        anyText.filter(text => !/[\u03a3\u{20000}-\u{2fa1f}]|\[SEP\]/u.test(text)),
        text => {
          const expected = library.encode(text, { add_special_tokens: false }).ids;
          expect(tokenizer.encode(text).tokens.map(({ id }) => id)).toEqual(expected);
        },
      ),
      runs,
    );
  });

  test('a token says the same about its own range', () => {
    let compared = 0;
    fc.assert(
      fc.property(anyText, text => {
        for (const { text: piece, start, end, id } of tokenizer.encode(text).tokens) {
          const alone = tokenizer.encode(text.slice(start, end)).tokens;
          if (alone.length === 1 && !piece.startsWith('##')) {
            expect(alone[0]?.id).toBe(id);
            compared++;
          }
        }
      }),
      runs,
    );
    expect(compared).toBeGreaterThan(0);
  });
});

describe('a tokenizer.json that', () => {
  const { model, ...rest } = file;
  const asBytes = (json: unknown) => new TextEncoder().encode(JSON.stringify(json)).buffer;
  const small = {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: { '[UNK]': 0, '[CLS]': 1, '[SEP]': 2 },
  };

  const broken: readonly (readonly [string, ArrayBuffer, RegExp])[] = [
    ['is empty', new ArrayBuffer(0), /tokenizer\.json is damaged/],
    ['is binary', Uint8Array.of(0x4d, 0x5a, 0x90, 0x00).buffer, /tokenizer\.json is damaged/],
    ['is null', asBytes(null), /tokenizer\.json is wrong/],
    ['has no model', asBytes(rest), /wrong at model/],
    [
      'is of another kind',
      asBytes({ ...rest, model: { ...small, type: 'Unigram' } }),
      /wrong at model\.type/,
    ],
    [
      'says it is byte-level and is not',
      asBytes({ ...rest, model: { ...small, type: 'BPE' } }),
      /wrong at normalizer\.type/,
    ],
    [
      'has ids that are words',
      asBytes({ ...rest, model: { ...small, vocab: { '[UNK]': 'no' } } }),
      /wrong at model\.vocab/,
    ],
    [
      'does not know its unknown token',
      asBytes({ ...rest, model: { ...small, unk_token: '[?]' } }),
      /"\[\?\]" is not in it/,
    ],
    [
      'has another normalizer',
      asBytes({ ...rest, model, normalizer: { type: 'NFC' } }),
      /wrong at normalizer/,
    ],
    [
      'has added tokens that eat white space',
      asBytes({
        ...rest,
        model: small,
        added_tokens: [
          {
            id: 3,
            content: '[X]',
            lstrip: true,
            rstrip: false,
            single_word: false,
            normalized: false,
          },
        ],
      }),
      /wrong at added_tokens/,
    ],
    [
      'has no place for the text',
      asBytes({
        ...rest,
        model: small,
        post_processor: { type: 'TemplateProcessing', single: [], pair: [] },
      }),
      /wrong at post_processor/,
    ],
  ];

  test.each(broken)('%s is refused by name', (_, bytes, message) => {
    expect(() => new JsonTokenizer(bytes)).toThrow(message);
    expect(() => new JsonTokenizer(bytes)).toThrow(
      expect.objectContaining({ code: 'model-invalid' }),
    );
  });

  test('holds anything at all is taken or refused', () => {
    const part = fc.constantFrom(
      'model',
      'normalizer',
      'pre_tokenizer',
      'post_processor',
      'decoder',
      'added_tokens',
    );
    fc.assert(
      fc.property(part, fc.jsonValue(), (name, value) => {
        try {
          new JsonTokenizer(asBytes({ ...rest, model: small, [name]: value }));
        } catch (error) {
          expect(EngineError.is(error, 'model-invalid'), String(error)).toBe(true);
        }
      }),
    );
  });
});
