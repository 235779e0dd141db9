/** The tokenizer of a model folder. */
import { Tokenizer as Library } from '@huggingface/tokenizers';
import { LRUCache } from 'lru-cache';
import type { TokenizerFiles } from '../../common/protocol/engine/api';
import type { Spelling, TokenizerKind } from '../../common/protocol/engine/tokenize';
import type { Token } from '../../common/protocol/engine/types';
import { EngineError } from '../../common/errors';
import { parseModelJson } from '../../common/protocol/manifest';
import { bpeTrace, byteLevelEncoder, type PreTokenizer, preTokenizerOf } from './byteLevel';
import { specialTokenTemplate } from './modelInput';
import type {
  DecodedText,
  EncodedText,
  EncodeSection,
  PromptPart,
  TemplatePart,
  TextToken,
  Tokenizer,
  TraceWord,
} from './encoding';
import { invalidTokenizer, parseTokenizerFile } from './tokenizerFile';
import { vocabularyOf, wordPieceEncoder, wordPieceTrace } from './wordPiece';
import { bytesOfLetters, decodeBytes } from './bytesToUnicode';

const utf8 = new TextEncoder();

/** Longest text that is tokenized, in UTF-16 units. */
export const maxTextLength = 100_000;

/** The token for a word that BERT is to predict: the one special token that a user may type. */
const typedMask = '[MASK]';

/**
 * A tokenizer as its tokenizer.json describes it.
 *
 * `@huggingface/tokenizers` knows no offsets. Its stages are run one by one and aligned, for each kind of
 * tokenizer.json in a file of its own; this class has what they share.
 */
export class JsonTokenizer implements Tokenizer {
  readonly kind: TokenizerKind;
  readonly stepsOf: TraceWord;
  /** The bytes of an entry of the vocabulary. */
  readonly #bytesOf: (text: string) => readonly number[];
  readonly #library: Library;
  readonly #encodeSection: EncodeSection;
  /** Undefined unless the vocabulary is byte-level. */
  readonly #preTokenizer: PreTokenizer | undefined;
  readonly #templates: readonly [readonly TemplatePart[], readonly TemplatePart[]];
  readonly #addedTokens: RegExp | undefined;
  readonly #addedIds: ReadonlySet<number>;
  readonly #specialIds: ReadonlySet<number>;
  #byteEntries: readonly string[] | undefined;
  readonly #texts = new LRUCache<string, EncodedText>({
    maxSize: 4 * maxTextLength,
    sizeCalculation: (_, text) => text.length + 1,
  });
  readonly unknownId: number | undefined;
  readonly vocabSize: number;

  /**
   * @param bytes of a tokenizer.json.
   * @throws EngineError `model-invalid`
   */
  constructor(bytes: ArrayBuffer) {
    const { kind, file } = parseTokenizerFile(parseModelJson(bytes, 'tokenizer.json'));
    this.kind = kind;
    this.#library = openLibrary(file);
    this.vocabSize = this.#library.model?.vocab.length ?? 0;
    if (kind === 'byte-level') {
      this.#preTokenizer = preTokenizerOf(file);
      this.#encodeSection = byteLevelEncoder(file, this.#library);
      this.stepsOf = bpeTrace(file);
      this.#bytesOf = bytesOfLetters;
    } else {
      const { unk_token: unknown, continuing_subword_prefix: prefix } = file.model;
      this.#encodeSection = wordPieceEncoder(file, this.#library);
      this.stepsOf = wordPieceTrace(vocabularyOf(file, this.#library), unknown);
      this.#bytesOf = text => [
        ...utf8.encode(text.startsWith(prefix) ? text.slice(prefix.length) : text),
      ];
      this.unknownId = this.#idOf(unknown);
    }
    // A special token that is spelled in a text is text, or what a user types could end it or speak for another.
    const contents = file.added_tokens.flatMap(({ content, special }) =>
      !special || (kind === 'word-piece' && content === typedMask) ? [content] : [],
    );
    // The longest first, because one may begin with another.
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
    // GPT-2's post-processor concerns offsets alone.
    const postProcessor =
      file.post_processor?.type === 'TemplateProcessing' ? this.#library.post_processor : null;
    this.#templates = [
      specialTokenTemplate(postProcessor, 1, idOf),
      specialTokenTemplate(postProcessor, 2, idOf),
    ];
  }

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

  decode(ids: readonly number[]): DecodedText {
    const texts = ids.map(id => this.textOf(id));
    const isSpecial = ids.map(id => this.#specialIds.has(id));
    const spelled = decodeBytes(texts.map((text, index) => (isSpecial[index] ? '' : text)));
    const { words: cutWords, addsSpace } = this.#preTokenizer ?? {};
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

  textOf(id: number): string {
    return this.#library.id_to_token(id) ?? '';
  }

  byteEntries(): readonly string[] {
    this.#byteEntries ??= Array.from({ length: this.vocabSize }, (_, id) =>
      this.#specialIds.has(id) ? '' : this.textOf(id),
    );
    return this.#byteEntries;
  }

  readableTextOf(id: number): string {
    const text = this.textOf(id);
    return this.#preTokenizer && !this.#specialIds.has(id) ? decodeBytes([text]).text : text;
  }

  bytesOf(
    { id, text: entry, start, end }: Omit<TextToken, 'word'>,
    text: string,
  ): readonly number[] {
    return this.#addedIds.has(id) ? [...utf8.encode(text.slice(start, end))] : this.#bytesOf(entry);
  }

  spellingOf(id: number): Spelling {
    const entry = this.textOf(id);
    const isSpecial = this.#specialIds.has(id);
    const bytes = this.#addedIds.has(id) ? [...utf8.encode(entry)] : this.#bytesOf(entry);
    return { text: this.readableTextOf(id), bytes: isSpecial ? [] : bytes, isSpecial };
  }

  specialToken(id: number, offset: number): Token {
    const text = this.textOf(id);
    return { id, text, start: offset, end: offset, segment: 0, isSpecial: true, word: -1 };
  }

  template(textCount: 1 | 2): readonly TemplatePart[] {
    return this.#templates[textCount === 1 ? 0 : 1];
  }

  #encode(text: string): EncodedText {
    const tokens: TextToken[] = [];
    const words: (string | undefined)[] = [];
    let from = 0;
    const encodeUpTo = (to: number) => {
      const section = this.#encodeSection(text.slice(from, to), from);
      for (const { word, ...piece } of section.pieces) {
        tokens.push({ id: this.#idOf(piece.text), ...piece, word: words.length + word });
      }
      for (const word of section.words) {
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

/** Tokenizers by the checksums of their files: models share them, and a tokenizer is opened before the rest of its model. */
const opened = new Map<string, WeakRef<JsonTokenizer>>();

/**
 * Opens a model's tokenizer and checks it against the manifest.
 *
 * @param files verified already.
 * @throws EngineError `model-invalid`
 */
export function openTokenizer({ manifest, tokenizer: bytes }: TokenizerFiles): Tokenizer {
  const { sha256 } = manifest.files.tokenizer;
  const tokenizer = opened.get(sha256)?.deref() ?? new JsonTokenizer(bytes);
  opened.set(sha256, new WeakRef(tokenizer));
  if (tokenizer.vocabSize > manifest.vocabSize) {
    throw new EngineError(
      'model-invalid',
      `The manifest of ${manifest.id} promises ${manifest.vocabSize} tokens; its tokenizer has ${tokenizer.vocabSize}.`,
    );
  }
  return tokenizer;
}
