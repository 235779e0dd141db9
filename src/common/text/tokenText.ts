/** Tokens and texts in visible form. */

import type { Token } from '../protocol/engine/types';

/**
 * Whether a word is one that WordPiece cannot spell: the model reads `[UNK]` in its place, and nothing of its characters.
 */
export const isUnknown = ({ text, isSpecial }: Pick<Token, 'text' | 'isSpecial'>): boolean =>
  !isSpecial && text === '[UNK]';

/**
 * Whether a token is nothing but the space that a byte-level tokenizer puts before a text. Its offsets are those of the
 * first character, as in the Rust library; it stands for none.
 *
 * @param text that the offsets point into.
 */
export const isPrefixSpace = ({ text: entry, start, end }: Token, text: string): boolean =>
  entry === '\u0120' && start < end && !/^\s/u.test(text.slice(start, end));

/** The characters that have no look and change how their neighbours are drawn: direction marks, spaces without width, the byte-order mark. */
const invisible = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/** Joiners, choices of a glyph and tags with no character before them to belong to: a tokenizer may cut an emoji there. */
const unattached = /^\p{Default_Ignorable_Code_Point}+/u;

/**
 * A text with nothing hidden in it: control characters as their pictures, spaces as a dot, line ends as an arrow,
 * direction marks and what is attached to nothing by their number, halves of a surrogate pair as a replacement character.
 *
 * It can be drawn beside other text without changing it.
 */
export function visibleText(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(/\r\n|\n|\r/g, '↵')
    .replace(/\t/g, '⇥')
    .replace(/[\u0000-\u001f]/g, character => String.fromCharCode(0x2400 + character.charCodeAt(0)))
    .replace(/\u007f/g, '␡')
    .replace(/[\u0080-\u009f]/g, codePoint)
    .replace(unattached, characters => Array.from(characters, codePoint).join(''))
    .replace(invisible, codePoint)
    .replace(/\s/g, '·');
}

const codePoint = (character: string) =>
  `⟨${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;

/**
 * Counts names that are the same but for capitals and the space before a word, so that "the" and "the" can be told apart.
 *
 * @returns for each name its place among those like it, from 1; undefined for a name that is alone.
 */
export function placesAmongSame(names: readonly string[]): (number | undefined)[] {
  const keys = names.map(name => withoutSpace(name).toLowerCase());
  const counts = new Map<string, number>();
  const places = keys.map(key => {
    const place = (counts.get(key) ?? 0) + 1;
    counts.set(key, place);
    return place;
  });
  return places.map((place, index) => (counts.get(keys[index] ?? '') === 1 ? undefined : place));
}

/** "the₂": a name and its place among names like it. */
export const withPlace = (name: string, place: number | undefined): string =>
  name + Array.from(String(place ?? ''), digit => '₀₁₂₃₄₅₆₇₈₉'[Number(digit)] ?? '').join('');

/** A visible text without the dot of the space before its first character. */
export const withoutSpace = (visible: string): string => visible.replace(/^·(?=.)/u, '');

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** At most `maxLength` user-visible characters, the last one an ellipsis if something was left out. */
export function elide(text: string, maxLength: number): string {
  if (text.length <= maxLength) {
    return text;
  }
  const characters = Array.from(graphemes.segment(text), part => part.segment);
  return characters.length <= maxLength ? text : `${characters.slice(0, maxLength - 1).join('')}…`;
}
