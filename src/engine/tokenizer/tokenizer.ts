import { Tokenizer as Library } from '@huggingface/tokenizers';
import { LRUCache } from 'lru-cache';
import type { Spelling, TokenizerKind } from '../../common/protocol/engine/tokenize';
import type { Token } from '../../common/protocol/engine/types';
import { EngineError } from '../../common/errors';
import { parseJson } from '../../common/protocol/manifest';
import { bytesOfLetters } from './bytesToUnicode';
import { byteLevelSteps } from './bpeTrace';
import { byteLevelStretch } from './byteLevelEncoder';
import { spellBytes } from './byteLevelDecoder';
import { wordCutOf, type WordCut } from './byteLevelPreTokenizer';
import { frameOf, type FramePart } from './specialTokenTemplate';
import type { EncodeStretch } from './section';
import { invalidTokenizer, parseTokenizerFile } from './tokenizerFile';
import { vocabularyOf } from './wordPiece';
import { wordPieceSteps } from './wordPieceTrace';
import { wordPieceStretch } from './wordPieceEncoder';
import type { StepsOfWord } from './tokenizationTrace';

const utf8 = new TextEncoder();

/** Longest text that is tokenized, in UTF-16 units. */
export const maxTextLength = 100_000;

/** What stands for a word that BERT is to find: the one special token that a person may type. */
const typedMask = '[MASK]';

/** A piece of a prompt that a model's template has written: a special token, or text. */
export type PromptPart = { readonly special: string } | { readonly text: string };

/** A token of one text, before it is put into a model's frame. */
export type TextToken = Omit<Token, 'segment' | 'isSpecial'>;

export interface EncodedText {
  readonly tokens: readonly TextToken[];
  /** Each as the tokenizer's model was given it; undefined for an added token. */
  readonly words: readonly (string | undefined)[];
}

export interface DecodedText {
  readonly text: string;
  /** How much of `text` stays as it is, whatever tokens come after: the last character may lack bytes. */
  readonly settledLength: number;
  /** One for each id; a special token has an empty range. */
  readonly tokens: readonly Token[];
}

/**
 * Turns text into tokens that know their place in it, in UTF-16 offsets, and back.
 *
 * `@huggingface/tokenizers` knows no offsets. Its stages are run one by one and aligned, for each kind of
 * tokenizer.json in a file of its own; what they share is here.
 */
export class Tokenizer {
  readonly kind: TokenizerKind;
  /** How a word of `EncodedText.words` became its tokens. */
  readonly stepsOf: StepsOfWord;
  /** The bytes of an entry of the vocabulary. */
  readonly #bytesOf: (text: string) => readonly number[];
  readonly #library: Library;
  readonly #encodeStretch: EncodeStretch;
  /** Of a byte-level vocabulary. */
  readonly #wordCut: WordCut | undefined;
  readonly #frames: readonly [readonly FramePart[], readonly FramePart[]];
  readonly #addedTokens: RegExp | undefined;
  readonly #addedIds: ReadonlySet<number>;
  readonly #specialIds: ReadonlySet<number>;
  #byteEntries: readonly string[] | undefined;
  readonly #texts = new LRUCache<string, EncodedText>({
    maxSize: 4 * maxTextLength,
    sizeCalculation: (_, text) => text.length + 1,
  });
  /** Id of what stands for a word that cannot be made from the vocabulary; undefined where every word can. */
  readonly unknownId: number | undefined;
  /** Largest id, plus 1. */
  readonly vocabSize: number;

  /**
   * @param bytes of a tokenizer.json.
   * @throws EngineError `model-invalid`
   */
  constructor(bytes: ArrayBuffer) {
    const { kind, file } = parseTokenizerFile(parseJson(bytes, 'tokenizer.json'));
    this.kind = kind;
    this.#library = openLibrary(file);
    this.vocabSize = this.#library.model?.vocab.length ?? 0;
    if (kind === 'byte-level') {
      this.#wordCut = wordCutOf(file);
      this.#encodeStretch = byteLevelStretch(file, this.#library);
      this.stepsOf = byteLevelSteps(file);
      this.#bytesOf = bytesOfLetters;
    } else {
      const { unk_token: unknown, continuing_subword_prefix: prefix } = file.model;
      this.#encodeStretch = wordPieceStretch(file, this.#library);
      this.stepsOf = wordPieceSteps(vocabularyOf(file, this.#library), unknown);
      this.#bytesOf = text => [
        ...utf8.encode(text.startsWith(prefix) ? text.slice(prefix.length) : text),
      ];
      this.unknownId = this.#idOf(unknown);
    }
    // A special token that is spelled in a text is text, or what a person types could end it or speak for another.
    const contents = file.added_tokens.flatMap(({ content, special }) =>
      !special || (kind === 'word-piece' && content === typedMask) ? [content] : [],
    );
    // The longest first, where one begins with another.
    contents.sort((a, b) => b.length - a.length);
    this.#addedTokens =
      contents.length > 0
        ? new RegExp(contents.map(text => text.replace(/[^\w\s]/g, '\\$&')).join('|'), 'g')
        : undefined;
    this.#addedIds = new Set(file.added_tokens.map(({ id }) => id));
    this.#specialIds = new Set(
      file.added_tokens.flatMap(({ special, id }) => (special ? [id] : [])),
    );
    const idOf = (text: string) => this.#idOf(text);
    // GPT-2's post-processor is about offsets alone.
    const framer =
      file.post_processor?.type === 'TemplateProcessing' ? this.#library.post_processor : null;
    this.#frames = [frameOf(framer, 1, idOf), frameOf(framer, 2, idOf)];
  }

  /**
   * The tokens of a text, none of them special but BERT's mask, whatever is spelled in it. Ranges rise monotonically, lie within the text and hold whole code
   * points; two tokens share a range only where one character became several (a Korean syllable, its letters; the
   * bytes of a character). Characters that the normalizer drops (controls, lone surrogates) and white space may be
   * in no range of a WordPiece tokenizer.
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

  /**
   * The tokens of a prompt: of its special tokens their ids, of its texts those of `encode`. Places are those in the
   * parts' texts put together.
   *
   * @throws EngineError `input-too-long`, `model-invalid` for a special token that there is not.
   */
  encodePrompt(parts: readonly PromptPart[]): EncodedText & { readonly text: string } {
    let text = '';
    const tokens: TextToken[] = [];
    const words: (string | undefined)[] = [];
    for (const part of parts) {
      const at = text.length;
      if ('special' in part) {
        const end = at + part.special.length;
        const id = this.#idOf(part.special);
        tokens.push({ id, text: part.special, start: at, end, word: words.length });
        words.push(undefined);
        text += part.special;
      } else {
        const encoded = this.encode(part.text);
        for (const { start, end, word, ...token } of encoded.tokens) {
          const place = { start: at + start, end: at + end, word: words.length + word };
          tokens.push({ ...token, ...place });
        }
        for (const word of encoded.words) {
          words.push(word);
        }
        text += part.text;
      }
    }
    return { text, tokens, words };
  }

  /**
   * The text that ids of a byte-level vocabulary spell, without special tokens, and without the space that
   * `encode` puts before a text. Words are counted as `encode` cuts them.
   */
  decode(ids: readonly number[]): DecodedText {
    const texts = ids.map(id => this.textOf(id));
    const isSpecial = ids.map(id => this.#specialIds.has(id));
    const spelled = spellBytes(texts.map((text, index) => (isSpecial[index] ? '' : text)));
    const { words: cutWords, addsSpace } = this.#wordCut ?? {};
    const cut = addsSpace && spelled.text.startsWith(' ') ? 1 : 0;
    const words = Array.from(
      cutWords ? spelled.text.matchAll(cutWords) : [],
      ([word]) => word.length,
    );
    let word = 0;
    let wordEnd = words[0] ?? 0;
    const tokens = ids.map((id, index): Token => {
      const { start, end } = spelled.ranges[index] ?? { start: 0, end: 0 };
      while (start >= wordEnd && word < words.length - 1) {
        wordEnd += words[++word] ?? 0;
      }
      return {
        id,
        text: texts[index] ?? '',
        start: Math.max(0, start - cut),
        end: Math.max(0, end - cut),
        segment: 0,
        isSpecial: isSpecial[index] ?? false,
        word: isSpecial[index] ? -1 : word,
      };
    });
    return {
      text: spelled.text.slice(cut),
      settledLength: Math.max(0, spelled.settledLength - cut),
      tokens,
    };
  }

  /** How a token is spelled in the vocabulary; empty for an id that is not in it. */
  textOf(id: number): string {
    return this.#library.id_to_token(id) ?? '';
  }

  /**
   * Of a byte-level vocabulary each entry by its id, in letters for bytes; empty for a special token, and for an id
   * that is not in it.
   */
  byteEntries(): readonly string[] {
    this.#byteEntries ??= Array.from({ length: this.vocabSize }, (_, id) =>
      this.#specialIds.has(id) ? '' : this.textOf(id),
    );
    return this.#byteEntries;
  }

  /** How a token reads: ` cat` where the vocabulary has letters for bytes, U+FFFD for a part of a character. */
  readableTextOf(id: number): string {
    const text = this.textOf(id);
    return this.#wordCut && !this.#specialIds.has(id) ? spellBytes([text]).text : text;
  }

  /**
   * The UTF-8 bytes that a token stands for: of its entry in the vocabulary; of an added token and of an unknown word,
   * whose entries are names, the bytes of the text in their place; of a special token none.
   *
   * @param text that the token's range points into.
   */
  bytesOf(
    { id, text: entry, start, end }: Omit<TextToken, 'word'>,
    text: string,
  ): readonly number[] {
    return this.#addedIds.has(id) ? [...utf8.encode(text.slice(start, end))] : this.#bytesOf(entry);
  }

  /** What a token reads like and stands for, where there is no text; of an added token its entry is what it stands for. */
  spellingOf(id: number): Spelling {
    const entry = this.textOf(id);
    const isSpecial = this.#specialIds.has(id);
    const bytes = this.#addedIds.has(id) ? [...utf8.encode(entry)] : this.#bytesOf(entry);
    return { text: this.readableTextOf(id), bytes: isSpecial ? [] : bytes, isSpecial };
  }

  /** A special token as it stands in a sequence: at `offset`, with no width. */
  specialToken(id: number, offset: number): Token {
    const text = this.textOf(id);
    return { id, text, start: offset, end: offset, segment: 0, isSpecial: true, word: -1 };
  }

  /** What stands around one text, or around two, in order. */
  frame(textCount: 1 | 2): readonly FramePart[] {
    return this.#frames[textCount === 1 ? 0 : 1];
  }

  #encode(text: string): EncodedText {
    const tokens: TextToken[] = [];
    const words: (string | undefined)[] = [];
    let from = 0;
    const encodeUpTo = (to: number) => {
      const stretch = this.#encodeStretch(text.slice(from, to), from);
      for (const { word, ...piece } of stretch.pieces) {
        tokens.push({ id: this.#idOf(piece.text), ...piece, word: words.length + word });
      }
      for (const word of stretch.words) {
        words.push(word);
      }
    };
    for (const match of this.#addedTokens ? text.matchAll(this.#addedTokens) : []) {
      encodeUpTo(match.index);
      const [added] = match;
      const start = match.index;
      from = start + added.length;
      tokens.push({ id: this.#idOf(added), text: added, start, end: from, word: words.length });
      words.push(undefined);
    }
    encodeUpTo(text.length);
    return { tokens, words };
  }

  #idOf(token: string): number {
    const id = this.#library.token_to_id(token);
    if (id === undefined) {
      throw invalidTokenizer(`model.vocab: "${token}" is not in it`);
    }
    return id;
  }
}

function openLibrary(file: object): Library {
  try {
    return new Library(file, {});
  } catch (cause) {
    throw invalidTokenizer(String(cause));
  }
}
