/** GPT-2's way to cut text into tokens, byte-level byte-pair encoding, and how it comes to them step by step. */
import type { Tokenizer as Library } from '@huggingface/tokenizers';
import type { WordPart, WordStep } from '../../common/protocol/engine/tokenize';
import { nfcSegments, normalizeAligned } from './alignment';
import { bytesOfLetters, letterOfByte } from './bytesToUnicode';
import type { EncodeSection, Piece, TraceWord } from './encoding';
import { type ByteLevelFile, invalidTokenizer } from './tokenizerFile';

/** How a byte-level tokenizer cuts a text into words, which together are the text. */
export interface PreTokenizer {
  readonly words: RegExp;
  /** Whether the first word gets a space before it. */
  readonly addsSpace: boolean;
}

/**
 * GPT-2's words: a contraction, letters, digits or signs, each with the space before it; or white space. White space
 * is Unicode's, as in the Rust library; JavaScript's `\s` differs in two characters.
 *
 * @see Radford et al., Language Models are Unsupervised Multitask Learners, 2019, its published encoder
 */
const gpt2Words =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/** GPT-2's words with every digit apart: the space before a digit is a word of its own, and white space ends there. */
const wordsWithDigitsApart =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+|\p{N}| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?![^\p{White_Space}\p{N}])|\p{White_Space}+/gu;

export function preTokenizerOf({ pre_tokenizer: preTokenizer }: ByteLevelFile): PreTokenizer {
  return preTokenizer.type === 'Sequence'
    ? { words: wordsWithDigitsApart, addsSpace: false }
    : { words: gpt2Words, addsSpace: preTokenizer.add_prefix_space };
}

const utf8 = new TextEncoder();

/**
 * GPT-2's way to cut text: into words, each into its UTF-8 bytes, these put together by byte-pair encoding.
 *
 * A piece that has some bytes of a character stands on the whole of it, so two pieces may share a character. A space
 * put before the text stands on the text's first character. Both as in the Rust library, whose offsets after
 * composition (NFC) hold the first character alone, though: ours hold all that it was composed of. A byte that is in
 * no entry vanishes, and its neighbours meet.
 *
 * @throws EngineError `model-invalid` when the library lacks its model, or the vocabulary a byte.
 */
export function byteLevelEncoder(file: ByteLevelFile, library: Library): EncodeSection {
  const { normalizer, model } = library;
  const { words, addsSpace } = preTokenizerOf(file);
  const composes = file.normalizer !== null && file.normalizer.type !== 'Lowercase';
  const isKnown = (byte: number) => Object.hasOwn(file.model.vocab, letterOfByte[byte] ?? '');
  const missing = letterOfByte.findIndex((_, byte) => isOfText(byte) && !isKnown(byte));
  if (!model || missing >= 0) {
    throw invalidTokenizer(`model.vocab: nothing in it stands for the byte ${missing}`);
  }

  return (section, offset) => {
    if (section === '') {
      return { pieces: [], words: [] };
    }
    const characters = composes ? nfcSegments(section) : section;
    const normalized = normalizeAligned(
      characters,
      character => normalizer?.normalize(character) ?? character,
      offset,
    );
    const hasPrefix = addsSpace && !normalized.text.startsWith(' ');
    const text = hasPrefix ? ` ${normalized.text}` : normalized.text;
    const unitOf = (position: number) => Math.max(0, position - Number(hasPrefix));
    const pieces: Piece[] = [];
    const wordLetters: string[] = [];
    for (const { 0: wordText, index } of text.matchAll(words)) {
      const bytes = utf8.encode(wordText);
      const units = unitsOfBytes(wordText).filter((_, index) => isKnown(bytes[index] ?? 0));
      const letters = Array.from(bytes.filter(isKnown), byte => letterOfByte[byte]).join('');
      let from = 0;
      for (const piece of letters === '' ? [] : model.encode([letters])) {
        const to = from + piece.length;
        pieces.push({
          text: piece,
          start: normalized.starts[unitOf(index + (units[from] ?? 0))] ?? 0,
          end: normalized.ends[unitOf(index + (units[to - 1] ?? 0))] ?? 0,
          word: wordLetters.length,
        });
        from = to;
      }
      wordLetters.push(letters);
    }
    return { pieces, words: wordLetters };
  };
}

/** Whether a byte belongs to printable ASCII, or to a character of a plane with other than rare ones. */
const isOfText = (byte: number) =>
  (byte >= 0x20 && byte < 0x7f) || (byte >= 0x80 && byte < 0xc0) || (byte >= 0xc2 && byte <= 0xf0);

/** For each byte of a word's UTF-8, the unit at which its character begins. A lone surrogate is U+FFFD, three bytes too. */
function unitsOfBytes(word: string): readonly number[] {
  const units: number[] = [];
  let unit = 0;
  for (const character of word) {
    const code = character.codePointAt(0) ?? 0;
    const byteCount = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    units.push(...Array<number>(byteCount).fill(unit));
    unit += character.length;
  }
  return units;
}

/**
 * The merges of byte-pair encoding, one a step: each merges the pair of neighbours that training merged first, and the
 * leftmost of equal pairs, until no two neighbours are a pair.
 *
 * @see Sennrich et al., Neural Machine Translation of Rare Words with Subword Units, arXiv:1508.07909, section 3.2
 */
export function bpeTrace({ model }: ByteLevelFile): TraceWord {
  let ranks: ReadonlyMap<string, number> | undefined;

  return word => {
    ranks ??= new Map(model.merges.map((pair, rank) => [keyOf(pair), rank]));
    let parts: readonly string[] = Array.from(word);
    const start = parts.map(partOf);
    const steps: WordStep[] = [];
    for (;;) {
      const best = firstPair(parts, ranks);
      if (!best) {
        return { start, steps };
      }
      const { at, rank } = best;
      const [left = '', right = ''] = parts.slice(at, at + 2);
      parts = parts.toSpliced(at, 2, left + right);
      steps.push({ parts: parts.map(partOf), made: at, merge: { pair: [left, right], rank } });
    }
  };
}

/** Neither side of a pair holds a space: a byte-level vocabulary has a letter for it. */
const keyOf = (pair: string | readonly [string, string]): string =>
  typeof pair === 'string' ? pair : pair.join(' ');

const partOf = (text: string): WordPart => ({ text, bytes: bytesOfLetters(text) });

/** The first place of the pair of the lowest rank; undefined if no two neighbours are a pair. */
function firstPair(parts: readonly string[], ranks: ReadonlyMap<string, number>) {
  let best: { readonly at: number; readonly rank: number } | undefined;
  for (let at = 0; at + 1 < parts.length; at++) {
    const rank = ranks.get(`${parts[at]!} ${parts[at + 1]!}`);
    if (rank !== undefined && (!best || rank < best.rank)) {
      best = { at, rank };
    }
  }
  return best;
}
