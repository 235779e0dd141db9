import type { Tokenizer as Library } from '@huggingface/tokenizers';
import { normalizeAligned } from './alignment';
import { letterOfByte } from './bytesToUnicode';
import { wordCutOf } from './byteLevelPreTokenizer';
import { composedStretches } from './nfcSegments';
import type { EncodeStretch, Piece } from './section';
import { invalidTokenizer, type ByteLevelFile } from './tokenizerFile';

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
export function byteLevelStretch(file: ByteLevelFile, library: Library): EncodeStretch {
  const { normalizer, model } = library;
  const { words, addsSpace } = wordCutOf(file);
  const composes = file.normalizer !== null && file.normalizer.type !== 'Lowercase';
  const isKnown = (byte: number) => Object.hasOwn(file.model.vocab, letterOfByte[byte] ?? '');
  const missing = letterOfByte.findIndex((_, byte) => isOfText(byte) && !isKnown(byte));
  if (!model || missing >= 0) {
    throw invalidTokenizer(`model.vocab: nothing in it stands for the byte ${missing}`);
  }

  return (stretch, offset) => {
    if (stretch === '') {
      return { pieces: [], words: [] };
    }
    const characters = composes ? composedStretches(stretch) : stretch;
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

/** Whether a byte is of printable ASCII, or of a character of the planes that have any but rare ones. */
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
