import type { Spelling } from '../../src/common/protocol/engine/tokenize';
import { readBytes, spellParts, type BytePart } from '../../src/common/text/byteText';

export type Spellings = ReadonlyMap<number, Spelling>;

/** A token as it is drawn: its characters with nothing hidden, parts of characters as bytes. */
export interface SpelledToken {
  readonly parts: readonly BytePart[];
  /** The same as one text. */
  readonly label: string;
  /** It stands for no character: it ends a text, or begins one. */
  readonly isSpecial: boolean;
}

/** A token that was not asked for yet by its number. */
export function spelled(spellings: Spellings, id: number): SpelledToken {
  const spelling = spellings.get(id);
  if (!spelling) {
    return { parts: [{ kind: 'bytes', text: `#${id}` }], label: `#${id}`, isSpecial: false };
  }
  const { text, bytes, isSpecial } = spelling;
  const parts: readonly BytePart[] = isSpecial ? [{ kind: 'text', text }] : readBytes(bytes);
  return { parts, label: spellParts(parts), isSpecial };
}
