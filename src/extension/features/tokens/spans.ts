/** Splits texts for tokenizers, and finds the spans of tokens. */
import type { Token } from '../../../common/protocol/engine/types';

/** The longest part, in UTF-16 units. The engine accepts twice as much at most, and can be cancelled between two parts. */
const maxPartLength = 50_000;

/** A text in parts. */
export interface TextParts {
  readonly parts: readonly string[];
  /** Whether the tokens of all parts together are those of the whole text. */
  readonly isExact: boolean;
}

/**
 * Splits a text into parts that are tokenized one by one. A part begins with the single space before a word if there is
 * one: no tokenizer here has a token across that place. Otherwise the text is split between any two characters, and may
 * have one token more.
 *
 * @param maxLength of a part, in UTF-16 units.
 */
export function splitText(text: string, maxLength = maxPartLength): TextParts {
  const parts: string[] = [];
  let isExact = true;
  let start = 0;
  while (text.length - start > maxLength) {
    const latest = start + maxLength;
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

/** A span that is painted in one colour: a token, or a character that several tokens share. */
export interface TokenSpan {
  /** UTF-16 offsets into the text, the end exclusive. */
  readonly start: number;
  readonly end: number;
  /** The indexes of its tokens in the text's list; more than one if they share characters. */
  readonly tokens: readonly number[];
}

/**
 * Finds the spans of tokens. An editor cannot paint a part of a character, so tokens that share one are one span.
 * Special tokens stand for no character and are left out.
 */
export function tokenSpans(tokens: readonly Token[]): TokenSpan[] {
  const spans: { start: number; end: number; tokens: number[] }[] = [];
  for (const [index, { start, end, isSpecial }] of tokens.entries()) {
    const last = spans.at(-1);
    if (isSpecial || start === end) {
      continue;
    }
    if (last && start < last.end) {
      last.end = Math.max(last.end, end);
      last.tokens.push(index);
    } else {
      spans.push({ start, end, tokens: [index] });
    }
  }
  return spans;
}
