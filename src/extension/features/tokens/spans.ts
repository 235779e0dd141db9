import type { Token } from '../../../common/protocol/engine/types';

/** UTF-16 units of a part; the engine takes no more than twice as much, and hears of a cancellation between two. */
const maxPartLength = 50_000;

export interface TextParts {
  readonly parts: readonly string[];
  /** Whether their tokens together are those of the whole text. */
  readonly isExact: boolean;
}

/**
 * A text in parts, each to be cut into tokens alone. A part begins with the single space before a word wherever there
 * is one: no tokenizer here has a token across that place. Where there is none, a text is parted between any two
 * characters, and may have a token more for it.
 *
 * @param longest of a part, in UTF-16 units.
 */
export function partsOf(text: string, longest = maxPartLength): TextParts {
  const parts: string[] = [];
  let isExact = true;
  let start = 0;
  while (text.length - start > longest) {
    const latest = start + longest;
    let end = latest;
    while (end > start && !isBeforeWord(text, end)) {
      end--;
    }
    if (end === start) {
      isExact = false;
      end = latest - (isLowSurrogate(text.charCodeAt(latest)) ? 1 : 0);
    }
    parts.push(text.slice(start, end));
    start = end;
  }
  return { parts: [...parts, text.slice(start)], isExact };
}

const isBeforeWord = (text: string, at: number) =>
  text[at] === ' ' && /^\S \S/u.test(text.slice(at - 1, at + 2));

const isLowSurrogate = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;

/** What is painted in one colour: a token, or a character that several tokens share. */
export interface TokenSpan {
  /** UTF-16 offsets into the text, the end exclusive. */
  readonly start: number;
  readonly end: number;
  /** Places of its tokens in the text's list; more than one where they share characters. */
  readonly tokens: readonly number[];
}

/**
 * Cuts a text as its tokens do. An editor can paint no part of a character: tokens that share one are one stretch.
 * Special tokens stand for no character and are left out.
 */
export function tokenSpans(tokens: readonly Token[]): TokenSpan[] {
  const stretches: { start: number; end: number; tokens: number[] }[] = [];
  for (const [index, { start, end, isSpecial }] of tokens.entries()) {
    const last = stretches.at(-1);
    if (isSpecial || start === end) {
      continue;
    }
    if (last && start < last.end) {
      last.end = Math.max(last.end, end);
      last.tokens.push(index);
    } else {
      stretches.push({ start, end, tokens: [index] });
    }
  }
  return stretches;
}
