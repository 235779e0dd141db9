/** Tokens as chips, with ids, places and bytes. */
import type { Tokenization, TokenizationDetail } from '../../src/common/protocol/engine/tokenize';
import type { Token } from '../../src/common/protocol/engine/types';
import type { Unit } from '../matrix/units';
import { elide, isPrefixSpace, isUnknown, visibleText } from '../../src/common/text/tokenText';
import { readBytes, spellParts, type BytePart } from '../../src/common/text/byteText';

/** The text in UTF-16 units that is not too much for a button. */
const maxPartLength = 24;

/** A token as it is drawn. */
export interface Chip extends Unit {
  readonly token: Token;
  readonly bytes: readonly number[];
  readonly parts: readonly BytePart[];
}

/** The tokens of a text as chips. */
export function chipsOf(
  { tokens }: Tokenization,
  { kind, bytes }: TokenizationDetail,
  text: string,
): readonly Chip[] {
  return tokens.map((token, index): Chip => {
    const own = bytes[index] ?? [];
    const isNone = token.isSpecial || isPrefixSpace(token, text);
    // WordPiece has no part of a character, and its spelling tells how a piece joins.
    const isSpelled = kind === 'word-piece' || token.isSpecial;
    const parts: readonly BytePart[] = isSpelled
      ? [{ kind: 'text', text: visibleText(token.text) }]
      : readBytes(own);
    return {
      id: index,
      side: 'source',
      label: spellParts(parts),
      characters: isNone ? '' : visibleText(text.slice(token.start, token.end)),
      tokens: [index],
      isSpecial: token.isSpecial,
      isUnknown: isUnknown(token),
      isSink: false,
      range: { segment: token.segment, start: token.start, end: isNone ? token.start : token.end },
      token,
      bytes: own,
      parts,
    };
  });
}

/** Elements for the parts of a chip; by textContent, so that nothing is ever read as HTML. */
export const drawParts = (parts: readonly BytePart[]): HTMLElement[] =>
  parts.map(({ kind, text }) => {
    const element = document.createElement('span');
    element.className = kind;
    element.textContent = elide(text, maxPartLength);
    return element;
  });

/** Unicode code points of a text for each token that stands for some of it; undefined where none does. */
export function charactersPerToken(text: string, tokens: readonly Token[]): number | undefined {
  const count = tokens.filter(({ isSpecial }) => !isSpecial).length;
  return count === 0 ? undefined : [...text].length / count;
}

/** The tokens that stand on some of a stretch of text; of an empty stretch those at its place. */
export function chipsAt(
  chips: readonly Chip[],
  { start, end }: { readonly start: number; readonly end: number },
): readonly number[] {
  const isEmpty = start === end;
  return chips.flatMap(({ range, isSpecial }, index) => {
    const isOn = isEmpty
      ? range.start <= start && start < range.end
      : range.start < end && range.end > start;
    return isOn && !isSpecial ? [index] : [];
  });
}
