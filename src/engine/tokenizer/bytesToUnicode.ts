/** The letters that stand for bytes in a byte-level vocabulary, and the text that they spell. */

/**
 * The letter that stands for each byte in a byte-level vocabulary: printable Latin-1 stands for itself, the letters from
 * U+0100 on for the other 68 bytes, in order. So a space is written as U+0120.
 *
 * @see Radford et al., Language Models are Unsupervised Multitask Learners, 2019, section 2.2
 */
export const letterOfByte: readonly string[] = letters();

export const byteOfLetter: ReadonlyMap<string, number> = new Map(
  letterOfByte.map((letter, byte) => [letter, byte]),
);

/** The bytes that an entry of a byte-level vocabulary stands for. */
export const bytesOfLetters = (text: string): number[] =>
  Array.from(text, letter => byteOfLetter.get(letter) ?? []).flat();

function letters(): readonly string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const isPrintable =
      (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte < 0x100 && byte !== 0xad);
    return String.fromCharCode(isPrintable ? byte : next++);
  });
}

/** The text that pieces of a byte-level vocabulary spell, and where each of them stands in it, in UTF-16 units. */
export interface DecodedBytes {
  readonly text: string;
  readonly ranges: readonly { readonly start: number; readonly end: number }[];
  /** Length of the text that stays as it is, whatever follows: the last character may lack bytes. */
  readonly settledLength: number;
}

/**
 * Decodes pieces to text. Bytes that are no UTF-8 become U+FFFD, as the standard says.
 *
 * A piece that has some bytes of a character stands on the whole of it. A piece without bytes (a special token) has
 * an empty range.
 *
 * @param pieces as the vocabulary spells them.
 */
export function decodeBytes(pieces: readonly string[]): DecodedBytes {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  // For each byte the length of the text before its character, and with it.
  const starts: number[] = [];
  const ends: number[] = [];
  let text = '';
  const take = (decoded: string) => {
    text += decoded;
    while (decoded !== '' && ends.length < starts.length) {
      ends.push(text.length);
    }
  };
  const byteCounts = pieces.map(piece => {
    for (const letter of piece) {
      const byte = byteOfLetter.get(letter) ?? 0;
      const isPending = ends.length < starts.length;
      const decoded =
        byte < 0x80 && !isPending
          ? String.fromCharCode(byte) // Much quicker.
          : decoder.decode(Uint8Array.of(byte), { stream: true });
      // A byte that begins a character ends one that was left without its last bytes.
      const own = byte < 0x80 ? 1 : byte < 0xc2 || byte > 0xf4 ? decoded.length : 0;
      take(decoded.slice(0, decoded.length - own));
      starts.push(text.length);
      if (own > 0) {
        take(decoded.slice(-own));
      }
    }
    return piece.length;
  });
  const settledLength = text.length;
  take(decoder.decode());
  let from = 0;
  const ranges = byteCounts.map(byteCount => {
    const to = from + byteCount;
    const start = starts[from] ?? text.length;
    const range = { start, end: byteCount > 0 ? (ends[to - 1] ?? start) : start };
    from = to;
    return range;
  });
  return { text, ranges, settledLength };
}
