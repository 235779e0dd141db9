/** How much is written at a caret, and where a text sensibly ends. */

import type { Generation } from '../../../common/protocol/engine/generate';
import { openBrackets, openQuote, stringsIn, type Quoting } from './balance';
import { indentationOf, restOfLine, startOfLine, type CursorContext } from './cursorContext';

/** How a text came to its end; `cancelled` where its writing was given up in the middle. */
export type Finish = Generation['finish'] | 'cancelled';

/** Scripts that put no space between words: where one is cut cannot be seen. */
const unspaced = String.raw`\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}`;
/** The last word of a text, as far as it is written. */
const lastWord = new RegExp(
  String.raw`(?<=[^\p{L}\p{N}_]|[${unspaced}])(?:(?![${unspaced}])[\p{L}\p{N}_'’-])*$`,
  'u',
);
/** Ends a sentence, with what closes it. */
const sentenceEnd = /[.!?…。！？]["'”’)\]]*(?=\s|$)/u;
/** Ends a part of a sentence that can stand alone. */
const clauseEnd = /[,;:—–](?=\s)/gu;
/** Words that lead on: a text that ends in one of them says nothing yet. English; other languages lose nothing by it. */
const leadingOn = new Set(
  (
    'a an the this these those my your his her its our their some any no every each ' +
    'of to in on at by for from with without into onto over under about between through during before after as like than then ' +
    'and or but nor so yet because although though while when where which who whose whom that if whether ' +
    'is are was were be been being am has have had having do does did will would can could shall should may might must ' +
    "i'm he's she's it's i he she we they you not very too more most quite rather also just only even"
  ).split(' '),
);

/** Up to a character that is not whole, or that nobody types. */
export const wholeCharacters = (text: string): string =>
  /^(?:(?![\uFFFD\0-\x08\x0B-\x1F\x7F])\P{Cs})*/u.exec(text.replaceAll('\r\n', '\n'))?.[0] ?? '';

/**
 * What has been written so far, where it is a whole thought and nothing more need be written; else undefined.
 *
 * Of code that is its line, or where that opens a bracket all lines up to the one that closes it; of a block all
 * lines that belong to it.
 */
export function wholeThought(
  text: string,
  kind: CompletionKind,
  context: CursorContext,
): string | undefined {
  if (context.isProse) {
    // A full stop may belong to a number or an abbreviation: what comes after it tells.
    const end = /[.!?…]["'”’)]*(?=\s+[\p{Lu}\p{N}"“‘(])/u.exec(text);
    const sentence = text.slice(0, (end?.index ?? 0) + (end?.[0].length ?? 0));
    return sentence.trim().split(/\s+/u).length >= 3 ? sentence : undefined;
  }
  if (kind === 'block') {
    const block = withinBlock(text, context.before);
    return block.length < text.trimEnd().length ? block : undefined;
  }
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) {
    const line = text.slice(0, end);
    if (line.trim() !== '' && stillOpen(line, context).length === 0) {
      return line;
    }
  }
  return undefined;
}

/** Brackets that a text opens and leaves open, but for the one that the rest of the line has in its place. */
function stillOpen(text: string, context: CursorContext): readonly string[] {
  const rest = restOfLine(context.after).trimEnd();
  const open = opensIn(text, context);
  return open.length > 0 && rest.endsWith(open.at(-1) ?? '') ? open.slice(0, -1) : open;
}

/** Brackets that a text opens and leaves open. */
const opensIn = (text: string, context: CursorContext) => {
  const quote = openQuote(startOfLine(context.before), context);
  return openBrackets(quote + text, context);
};

/**
 * A text up to where it sensibly ends: a thought, and never within an open bracket or a string.
 *
 * Where the writing was cut short it goes back to the last whole word, of a block to its last whole line; of prose
 * to the last whole sentence, else to the last part of one. What only leads on ("of the") is left out.
 */
export function sensibleEnd(
  text: string,
  finish: Finish,
  kind: CompletionKind,
  context: CursorContext,
): string {
  const isCut = finish === 'length' || finish === 'cancelled' || finish === 'loop';
  if (context.isProse) {
    return sentenceOf(text, isCut);
  }
  const lines = text.split('\n');
  const whole = isCut && lines.length > 1 ? lines.slice(0, -1).join('\n') : text;
  const words = isCut && lines.length === 1 ? whole.replace(lastWord, '') : whole;
  return (isCut && kind === 'line' ? withoutDangling(words) : words).trimEnd();
}

/** Of prose: up to the end of its first sentence; of one that is cut, as much as can stand alone. */
function sentenceOf(text: string, isCut: boolean): string {
  const [line = ''] = text.split('\n');
  const isCutHere = isCut && !text.includes('\n');
  for (const { 0: mark, index } of line.matchAll(new RegExp(sentenceEnd, 'gu'))) {
    const sentence = line.slice(0, index + mark.length);
    const follows = line.slice(sentence.length).trim();
    // "No. 4", "e.g. this" and "1. " are no ends.
    const isEnd = follows === '' ? !isCutHere || mark !== '.' : /^[\p{Lu}"“‘(]/u.test(follows);
    if (
      isEnd &&
      !/(?:^|[\s(])(?:\p{L}|\p{N}+|[Mm]rs?|[Dd]r|[Nn]o|[Ss]t|vs|e\.g|i\.e|etc)\.$/u.test(sentence)
    ) {
      return sentence;
    }
  }
  if (!isCutHere) {
    return withoutLeadingOn(line.trimEnd());
  }
  const words = line.replace(lastWord, '').trimEnd();
  const clauses = clauseEnds(words).map(end => words.slice(0, end));
  const clause = clauses.findLast(one => 2 * one.length >= words.length);
  return clause ?? withoutLeadingOn(words);
}

/** Without words at its end that lead on to what was not written. */
function withoutLeadingOn(text: string): string {
  let kept = text;
  for (;;) {
    const last = /(?:^|\s)([\p{L}'’]+),?$/u.exec(kept)?.[1];
    if (last === undefined || !leadingOn.has(last.toLowerCase().replaceAll('’', "'"))) {
      return kept.replace(/[,;:]$/u, '');
    }
    kept = kept.slice(0, kept.lastIndexOf(last)).trimEnd();
  }
}

/** The places in a line of prose at which it may be cut: where a part of a sentence ends that can stand alone. */
export const clauseEnds = (line: string): number[] =>
  Array.from(line.matchAll(clauseEnd), ({ index }) => index);

/** Code without what waits for more at its end: an operator, a comma, a word like `in`. */
export const withoutDangling = (text: string): string =>
  text
    .trimEnd()
    .replace(
      /(?:\s*(?:[-+*/%=&|^<>!?,.:~@$\\]+|\b(?:in|is|of|and|or|not|if|else|as|new|return|await)))+$/u,
      '',
    );

/** The places in a text at which it may be cut, so that nothing of its own stands open: the ends of what is whole. */
export function wholeEnds(
  text: string,
  context: Quoting & Pick<CursorContext, 'before'>,
): number[] {
  const quote = openQuote(startOfLine(context.before), context);
  const strings = stringsIn(text, context, quote);
  const ends: number[] = [];
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index]!;
    const isInString = strings.some(({ start, end }) => index >= start && index < end - 1);
    if (isInString) {
      continue;
    }
    depth += '([{'.includes(character) ? 1 : ')]}'.includes(character) ? -1 : 0;
    const next = text[index + 1] ?? '\n';
    const isEnd =
      /[\p{L}\p{N}_)\]}"'`;]/u.test(character) &&
      /[\s,;)\]}]/u.test(next) &&
      !/^\s*(?:[=([{.+\-*/%&|<>?:^]|(?:and|or|in|is|if|of|as)\b)/u.test(text.slice(index + 1));
    if (depth === 0 && isEnd) {
      ends.push(index + 1);
    }
  }
  return ends;
}

/** A block up to where it ends: a line that stands further left than where it began is part of what comes after it. */
export function withinBlock(text: string, before: string): string {
  const line = startOfLine(before);
  const isOpener = line.trim() !== '';
  const base = indentationOf(line).length;
  const [first, ...others] = text.split('\n');
  const end = others.findIndex(other => {
    const depth = indentationOf(other).length;
    return other.trim() !== '' && (isOpener ? depth <= base : depth < base);
  });
  if (end < 0) {
    return text;
  }
  // A bracket that closes the block belongs to it.
  const closes = /^\s*[)\]}]+[;,]?\s*$/u.test(others[end] ?? '');
  return [first, ...others.slice(0, end + (closes ? 1 : 0))].join('\n').trimEnd();
}

/** How much is written: up to the end of the line, or a block of lines. */
export type CompletionKind = 'line' | 'block';

/** After these a block is expected: `if x:`, `function f() {`, `x => (`. */
const opensBlock = (line: string): boolean =>
  /(?:[:{([]|=>|\b(?:then|do|else|begin))\s*$/u.test(line);

/** A block where one has just been opened in code and nothing of it stands there yet; else one line. */
export function completionKind({ before, after, isProse }: CursorContext): CompletionKind {
  if (isProse || restOfLine(after).trim() !== '') {
    return 'line';
  }
  const line = startOfLine(before);
  if (line.trim() !== '') {
    return /[:{]\s*$/u.test(line) ? 'block' : 'line';
  }
  const above = before.slice(0, before.length - line.length).trimEnd();
  return opensBlock(startOfLine(above)) ? 'block' : 'line';
}

/**
 * What ends the writing whatever was written: of prose a new line, of code an empty one. Of code a line may open a
 * bracket that further lines close; `wholeThought` ends it.
 */
export const stopSequences = ({ isProse }: CursorContext): readonly string[] =>
  isProse ? ['\n'] : ['\n\n', '\n\r\n'];
