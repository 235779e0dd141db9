/** The part of a document that is read for a selection. */
import type { TextSource } from '../../subject/textSpan';
import type { TextSpan } from '../../../common/text/sentences';

/** The part of a text that is shown, with what must be read around it for its tokens to be those of the whole text. */
export interface Scope extends TextSpan {
  /** The UTF-16 units at its start that are read but not shown. */
  readonly lead: number;
  /** The UTF-16 units at its end that are read but not shown. */
  readonly trail: number;
}

/** How far the ends of a word are searched, in UTF-16 units. */
const reach = 600;

/** The scope of a span that is shown as it is read. */
export const wholeScope = ({ start, end }: TextSpan): Scope => ({ start, end, lead: 0, trail: 0 });

/**
 * Makes the scope of the words that a selection touches. The text is read from the white space before them to the white
 * space behind, where none of our tokenizers joins characters: a word that is cut, or has lost the space before it, has
 * other tokens, and is more surprising.
 */
export function scopeOf(source: TextSource, selected: TextSpan): Scope {
  const { start, end } = withoutWhiteSpace(source, selected);
  const from = Math.max(0, start - reach);
  const head = source.read(from, Math.min(source.length, start + reach));
  const tailFrom = Math.max(0, end - reach);
  const to = Math.min(source.length, end + reach);
  const tail = source.read(tailFrom, to);
  const first = from + wordAt(head, start - from).start;
  const last = tailFrom + wordAt(tail, end - 1 - tailFrom).end;
  const space = head.slice(0, first - from).search(/\s+\S*$/u);
  const readFrom = space >= 0 ? from + space : from === 0 ? 0 : first;
  const behind = tail.slice(last - tailFrom).search(/\s/u);
  const readTo = behind >= 0 ? last + behind : to === source.length ? to : last;
  return { start: readFrom, end: readTo, lead: first - readFrom, trail: readTo - last };
}

/** Removes white space from the ends of a span, up to {@link reach}; a blank span stays as it is. */
function withoutWhiteSpace(source: TextSource, { start, end }: TextSpan): TextSpan {
  const head = source.read(start, Math.min(end, start + reach));
  const tail = source.read(Math.max(start, end - reach), end);
  const isBlank = head.trim() === '' || tail.trim() === '';
  return isBlank
    ? { start, end }
    : {
        start: start + head.length - head.trimStart().length,
        end: end - tail.length + tail.trimEnd().length,
      };
}

/** Makes the scopes of selections, in order; scopes that overlap become one. */
export function scopesOf(source: TextSource, selected: readonly TextSpan[]): readonly Scope[] {
  const scopes: Scope[] = [];
  for (const scope of selected.map(span => scopeOf(source, span))) {
    const before = scopes.at(-1);
    if (before && scope.start < before.end) {
      const isInside = scope.end - scope.trail < before.end - before.trail;
      scopes[scopes.length - 1] = {
        ...before,
        end: Math.max(before.end, scope.end),
        trail: isInside ? before.trail : scope.trail,
      };
    } else {
      scopes.push(scope);
    }
  }
  return scopes;
}

const words = new Intl.Segmenter(undefined, { granularity: 'word' });

/** Finds the word that a character belongs to; the character itself if it is in none. */
export function wordAt(text: string, offset: number): TextSpan {
  const found = words.segment(text).containing(offset);
  if (found?.isWordLike) {
    return { start: found.index, end: found.index + found.segment.length };
  }
  const isSecondHalf = /^[\uD800-\uDBFF][\uDC00-\uDFFF]/.test(text.slice(offset - 1, offset + 1));
  const start = offset - (isSecondHalf ? 1 : 0);
  return { start, end: start + ((text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1) };
}
