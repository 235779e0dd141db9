/**
 * The letter that stands for each byte in a byte-level vocabulary: printable Latin-1 for itself, the other 68 bytes
 * for the letters from U+0100 on, in order. A space is so written as U+0120.
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
