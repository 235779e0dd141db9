import { Tokenizer as Library } from '@huggingface/tokenizers';
import { LRUCache } from 'lru-cache';
import * as v from 'valibot';
import type { Token } from '../shared/engineApi';
import { EngineError } from '../shared/errors';
import { parseJson } from '../shared/manifest';
import { normalizeAligned } from './alignment';
import { cutIntoPieces, type WordPieceVocabulary } from './wordPiece';

/** Longest text that is tokenized, in UTF-16 units. */
export const maxTextLength = 100_000;

/** A token of one text, before it is put into a model's frame. */
export type TextToken = Omit<Token, 'segment' | 'isSpecial'>;

export interface EncodedText {
  readonly tokens: readonly TextToken[];
  readonly wordCount: number;
}

/** One place of a frame: a special token, or where the tokens of a text go. */
export type FramePart = { readonly segment: 0 | 1 } & (
  | { readonly special: { readonly id: number; readonly text: string } }
  | { readonly textIndex: 0 | 1 }
);

/** The kind of tokenizer.json that is understood: BERT's. Others need an alignment of their own. */
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
    vocab: v.record(v.string(), v.pipe(v.number(), v.integer(), v.minValue(0))),
  }),
  added_tokens: v.array(
    // Matched in the text as it stands. The library's other ways to match are not served.
    v.looseObject({
      content: v.pipe(v.string(), v.nonEmpty()),
      id: v.pipe(v.number(), v.integer(), v.minValue(0)),
      single_word: v.literal(false),
      lstrip: v.literal(false),
      rstrip: v.literal(false),
      normalized: v.literal(false),
    }),
  ),
});

/** Chinese characters outside the basic plane, which the library does not set apart as it does the others. */
const astralChinese =
  /^[\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B920}-\u{2CEAF}\u{2F800}-\u{2FA1F}]$/u;

/**
 * Turns text into tokens that know their place in it, in UTF-16 offsets.
 *
 * `@huggingface/tokenizers` knows no offsets. Its stages are run one by one here and aligned: characters through
 * the normalizer, words in the normalized text, pieces in the word.
 */
export class Tokenizer {
  readonly #stages: ReturnType<typeof stagesOf>;
  readonly #vocabulary: WordPieceVocabulary;
  readonly #unknown: string;
  /** Id of what stands for a word that cannot be made from the vocabulary. */
  readonly unknownId: number;
  readonly #frames: readonly [readonly FramePart[], readonly FramePart[]];
  readonly #addedTokens: RegExp | undefined;
  readonly #setsChineseApart: boolean;
  readonly #characters = new Map<string, string>();
  readonly #pieces = new LRUCache<string, readonly string[]>({ max: 20_000 });
  readonly #texts = new LRUCache<string, EncodedText>({
    maxSize: 4 * maxTextLength,
    sizeCalculation: (_, text) => text.length + 1,
  });

  /**
   * @param bytes of a tokenizer.json.
   * @throws EngineError `model-invalid`
   */
  constructor(bytes: ArrayBuffer) {
    const file = parseJson(bytes, 'tokenizer.json');
    if (!v.is(wordPieceFile, file)) {
      const [issue] = v.safeParse(wordPieceFile, file).issues ?? [];
      throw invalid(issue ? `${v.getDotPath(issue) ?? 'the top'}: ${issue.message}` : 'the top');
    }
    this.#stages = stagesOf(file);
    const { tokens_to_ids: ids, vocab } = this.#stages.model;
    this.#vocabulary = {
      ids,
      prefix: file.model.continuing_subword_prefix,
      maxWordLength: file.model.max_input_chars_per_word,
      maxPieceLength: vocab.reduce((longest, piece) => Math.max(longest, piece.length), 0),
    };
    this.#unknown = file.model.unk_token;
    this.#setsChineseApart = file.normalizer.handle_chinese_chars;
    const contents = file.added_tokens.map(token => token.content);
    // The longest first, where one begins with another.
    contents.sort((a, b) => b.length - a.length);
    this.#addedTokens =
      contents.length > 0
        ? new RegExp(contents.map(text => text.replace(/[^\w\s]/g, '\\$&')).join('|'), 'g')
        : undefined;
    this.unknownId = this.#idOf(this.#unknown);
    this.#frames = [this.#frameOf(1), this.#frameOf(2)];
  }

  /** Largest id, plus 1. */
  get vocabSize(): number {
    return this.#stages.model.vocab.length;
  }

  /**
   * The tokens of a text without special ones. Ranges rise monotonically, lie within the text and hold whole code
   * points; two tokens share a range only where one character became several (a Korean syllable, its letters).
   * Characters that the normalizer drops (controls, lone surrogates) and white space may be in no range.
   *
   * @throws EngineError `input-too-long` above `maxTextLength` units.
   */
  encode(text: string): EncodedText {
    if (text.length > maxTextLength) {
      throw new EngineError(
        'input-too-long',
        `The text has ${text.length} characters; at most ${maxTextLength} can be read. Select less.`,
      );
    }
    let encoded = this.#texts.get(text);
    if (!encoded) {
      encoded = this.#encode(text);
      this.#texts.set(text, encoded);
    }
    return encoded;
  }

  /** What stands around one text, or around two, in order. */
  frame(textCount: 1 | 2): readonly FramePart[] {
    return this.#frames[textCount === 1 ? 0 : 1];
  }

  #frameOf(textCount: 1 | 2): readonly FramePart[] {
    // The post-processor knows strings only: two that are no tokens mark the places of the texts.
    const [first, second] = ['\0first', '\0second'] as const;
    const { tokens, token_type_ids: types } = this.#stages.postProcessor.post_process(
      [first],
      textCount === 2 ? [second] : null,
    );
    if (!tokens.includes(first) || (textCount === 2 && !tokens.includes(second))) {
      throw invalid('post_processor: a text has no place in it');
    }
    return tokens.map((text, index) => {
      const segment = types?.[index] === 1 ? 1 : 0;
      return text === first || text === second
        ? { segment, textIndex: text === first ? 0 : 1 }
        : { segment, special: { id: this.#idOf(text), text } };
    });
  }

  #encode(text: string): EncodedText {
    const tokens: TextToken[] = [];
    let wordCount = 0;
    let from = 0;
    for (const match of this.#addedTokens ? text.matchAll(this.#addedTokens) : []) {
      wordCount = this.#encodeStretch(text.slice(from, match.index), from, wordCount, tokens);
      const [added] = match;
      from = match.index + added.length;
      tokens.push({
        id: this.#idOf(added),
        text: added,
        start: match.index,
        end: from,
        word: wordCount++,
      });
    }
    wordCount = this.#encodeStretch(text.slice(from), from, wordCount, tokens);
    return { tokens, wordCount };
  }

  /** Appends the tokens of a stretch without added tokens. @returns the number of words so far. */
  #encodeStretch(stretch: string, offset: number, firstWord: number, tokens: TextToken[]): number {
    const normalized = normalizeAligned(stretch, character => this.#normalize(character), offset);
    let word = firstWord;
    let cursor = 0;
    for (const wordText of this.#stages.preTokenizer.pre_tokenize(normalized.text)) {
      const wordStart = normalized.text.indexOf(wordText, cursor);
      cursor = wordStart + wordText.length;
      let from = wordStart;
      for (const piece of this.#piecesOf(wordText)) {
        const to =
          piece === this.#unknown ? cursor : from + this.#lengthOf(piece, from > wordStart);
        tokens.push({
          id: this.#idOf(piece),
          text: piece,
          start: normalized.starts[from] ?? 0,
          end: normalized.ends[to - 1] ?? 0,
          word,
        });
        from = to;
      }
      word++;
    }
    return word;
  }

  #normalize(character: string): string {
    let normalized = this.#characters.get(character);
    if (normalized === undefined) {
      normalized = this.#stages.normalizer.normalize(character);
      if (this.#setsChineseApart && astralChinese.test(character)) {
        normalized = ` ${normalized} `;
      }
      this.#characters.set(character, normalized);
    }
    return normalized;
  }

  #piecesOf(word: string): readonly string[] {
    let pieces = this.#pieces.get(word);
    if (!pieces) {
      pieces = cutIntoPieces(word, this.#vocabulary) ?? [this.#unknown];
      this.#pieces.set(word, pieces);
    }
    return pieces;
  }

  /** How many units of its word a piece stands for. */
  #lengthOf(piece: string, isContinued: boolean): number {
    return piece.length - (isContinued ? this.#vocabulary.prefix.length : 0);
  }

  #idOf(token: string): number {
    const id = this.#stages.library.token_to_id(token);
    if (id === undefined) {
      throw invalid(`model.vocab: "${token}" is not in it`);
    }
    return id;
  }
}

function stagesOf(file: object) {
  let library: Library;
  try {
    library = new Library(file, {});
  } catch (cause) {
    throw invalid(String(cause));
  }
  const { normalizer, pre_tokenizer: preTokenizer, model, post_processor: postProcessor } = library;
  if (!normalizer || !preTokenizer || !model || !postProcessor) {
    throw invalid('a stage is missing');
  }
  return { library, normalizer, preTokenizer, model, postProcessor };
}

const invalid = (what: string) =>
  new EngineError(
    'model-invalid',
    `The model's tokenizer.json is wrong at ${what}. Reinstall the extension or the model.`,
  );
