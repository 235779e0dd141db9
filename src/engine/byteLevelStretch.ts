import type { Tokenizer as Library } from '@huggingface/tokenizers';
import { normalizeAligned } from './alignment';
import { letterOfByte } from './byteAlphabet';
import { composedStretches } from './composed';
import type { EncodeStretch, Piece } from './stretch';
import { invalidTokenizer, type ByteLevelFile } from './tokenizerFile';

/**
 * GPT-2's words: a contraction, letters, digits or signs, each with the space before it; or white space. Together
 * they are the text. White space is Unicode's, as in the Rust library; JavaScript's `\s` differs in two characters.
 *
 * @see Radford et al., Language Models are Unsupervised Multitask Learners, 2019, its published encoder
 */
export const byteLevelWords =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

const utf8 = new TextEncoder();

/**
 * GPT-2's way to cut text: into words, each into its UTF-8 bytes, these put together by byte-pair encoding.
 *
 * A piece that has some bytes of a character stands on the whole of it, so two pieces may share a character. A space
 * put before the text stands on the text's first character. Both as in the Rust library, whose offsets after
 * composition (NFC) hold the first character alone, though: ours hold all that it was composed of.
 *
 * @throws EngineError `model-invalid` when the library lacks its model, or the vocabulary a byte.
 */
export function byteLevelStretch(file: ByteLevelFile, library: Library): EncodeStretch {
  const { normalizer, model } = library;
  const missing = letterOfByte.findIndex(letter => !Object.hasOwn(file.model.vocab, letter));
  if (!model || missing >= 0) {
    throw invalidTokenizer(`model.vocab: nothing in it stands for the byte ${missing}`);
  }

  return (stretch, offset) => {
    if (stretch === '') {
      return { pieces: [], words: [] };
    }
    const characters = normalizer ? composedStretches(stretch) : stretch;
    const normalized = normalizeAligned(
      characters,
      character => normalizer?.normalize(character) ?? character,
      offset,
    );
    const hasPrefix = file.pre_tokenizer.add_prefix_space && !normalized.text.startsWith(' ');
    const text = hasPrefix ? ` ${normalized.text}` : normalized.text;
    const unitOf = (position: number) => Math.max(0, position - Number(hasPrefix));
    const pieces: Piece[] = [];
    const words: string[] = [];
    for (const { 0: wordText, index } of text.matchAll(byteLevelWords)) {
      const units = unitsOfBytes(wordText);
      let from = 0;
      const letters = lettersOf(wordText);
      for (const piece of model.encode([letters])) {
        const to = from + piece.length;
        pieces.push({
          text: piece,
          start: normalized.starts[unitOf(index + (units[from] ?? 0))] ?? 0,
          end: normalized.ends[unitOf(index + (units[to - 1] ?? 0))] ?? 0,
          word: words.length,
        });
        from = to;
      }
      words.push(letters);
    }
    return { pieces, words };
  };
}

const lettersOf = (word: string) =>
  Array.from(utf8.encode(word), byte => letterOfByte[byte]).join('');

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
