/** The schema of a tokenizer.json. */

import * as v from 'valibot';
import type { EngineError } from '../../common/errors';
import { invalid } from '../../common/json';
import { fileOfModel } from '../../common/protocol/manifest';
import { validate } from '../../common/validate';

const file = fileOfModel('tokenizer.json');

const id = v.pipe(v.number(), v.integer(), v.minValue(0));
const vocabulary = v.record(v.string(), id);

/** Added tokens match the text as it is. The library's other ways to match are not supported. */
const addedTokens = v.array(
  v.looseObject({
    content: v.pipe(v.string(), v.nonEmpty()),
    id,
    single_word: v.literal(false),
    lstrip: v.literal(false),
    rstrip: v.literal(false),
    normalized: v.literal(false),
    special: v.optional(v.boolean()),
  }),
);

/** The file of BERT's kind. */
const wordPieceFile = v.looseObject({
  normalizer: v.looseObject({
    type: v.literal('BertNormalizer'),
    handle_chinese_chars: v.boolean(),
  }),
  pre_tokenizer: v.looseObject({ type: v.literal('BertPreTokenizer') }),
  post_processor: v.looseObject({ type: v.literal('TemplateProcessing') }),
  model: v.looseObject({
    type: v.literal('WordPiece'),
    unk_token: v.string(),
    continuing_subword_prefix: v.string(),
    max_input_chars_per_word: v.pipe(v.number(), v.integer(), v.minValue(1)),
    vocab: vocabulary,
  }),
  added_tokens: addedTokens,
});

const composition = v.looseObject({ type: v.literal('NFC') });
/** Lowers each character alone, whatever word it ends. */
const lowerCase = v.looseObject({ type: v.literal('Lowercase') });
/** Replaces one character, so that it works character by character. */
const replacement = v.looseObject({
  type: v.literal('Replace'),
  pattern: v.strictObject({ String: v.pipe(v.string(), v.regex(/^[^]$/u)) }),
  content: v.string(),
});
const none = v.nullish(v.literal(''));

const byteLevel = v.looseObject({
  type: v.literal('ByteLevel'),
  add_prefix_space: v.boolean(),
  use_regex: v.optional(v.literal(true)),
});
/** Makes every digit a word. */
const digitSplit = v.looseObject({
  type: v.literal('Split'),
  pattern: v.strictObject({ Regex: v.literal('\\p{N}') }),
  behavior: v.literal('Isolated'),
  invert: v.literal(false),
});

/** The file of GPT-2's kind, with as much normalization as the translators and ULMFiT have. */
const byteLevelFile = v.looseObject({
  normalizer: v.nullable(
    v.variant('type', [
      composition,
      lowerCase,
      v.looseObject({
        type: v.literal('Sequence'),
        normalizers: v.array(v.variant('type', [composition, replacement])),
      }),
    ]),
  ),
  pre_tokenizer: v.variant('type', [
    byteLevel,
    v.looseObject({
      type: v.literal('Sequence'),
      pretokenizers: v.strictTuple([
        digitSplit,
        v.looseObject({ ...byteLevel.entries, add_prefix_space: v.literal(false) }),
      ]),
    }),
  ]),
  post_processor: v.nullable(
    v.variant('type', [
      v.looseObject({ type: v.literal('ByteLevel'), trim_offsets: v.literal(false) }),
      v.looseObject({ type: v.literal('TemplateProcessing') }),
    ]),
  ),
  decoder: v.looseObject({ type: v.literal('ByteLevel') }),
  model: v.looseObject({
    type: v.literal('BPE'),
    dropout: v.nullish(v.never()),
    unk_token: v.nullish(v.never()),
    continuing_subword_prefix: none,
    end_of_word_suffix: none,
    byte_fallback: v.optional(v.literal(false)),
    ignore_merges: v.optional(v.literal(false)),
    vocab: vocabulary,
    merges: v.array(v.union([v.string(), v.tuple([v.string(), v.string()])])),
  }),
  added_tokens: addedTokens,
});

export type WordPieceFile = v.InferInput<typeof wordPieceFile>;
export type ByteLevelFile = v.InferInput<typeof byteLevelFile>;

/** A tokenizer.json of one of the two supported kinds; others need an alignment of their own. */
export type TokenizerFile =
  | { readonly kind: 'word-piece'; readonly file: WordPieceFile }
  | { readonly kind: 'byte-level'; readonly file: ByteLevelFile };

/** @throws EngineError `model-invalid`, which names the field. */
export function parseTokenizerFile(json: unknown): TokenizerFile {
  const isByteLevel = v.is(v.object({ model: v.object({ type: v.literal('BPE') }) }), json);
  return isByteLevel
    ? { kind: 'byte-level', file: parsed(byteLevelFile, json) }
    : { kind: 'word-piece', file: parsed(wordPieceFile, json) };
}

function parsed<S extends v.GenericSchema>(schema: S, json: unknown): v.InferInput<S> {
  validate(schema, json, file);
  // As it was read: valibot's copy of a vocabulary lacks the words "prototype" and "constructor".
  return json;
}

export const invalidTokenizer = (what: string): EngineError => invalid(file, `is wrong at ${what}`);
