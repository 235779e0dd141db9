/** How much is generated at a caret, where a text sensibly ends, and how much of it is probable enough to be shown. */
import type { Generation } from '../../../common/protocol/engine/generate';
import { openBrackets, openQuote, stringsAfter } from './balance';
import { type CursorContext, indentationOf, restOfLine, startOfLine } from './cursorContext';

/** How a text came to its end; `cancelled` if its generation was given up in the middle. */
export type Finish = Generation['finish'] | 'cancelled';

/** How much is generated: up to the end of the line, or a block of lines. */
export type CompletionKind = 'line' | 'block';

/** Whether a block is expected after a line: `if x:`, `function f() {`, `x => (`. */
const opensBlock = (line: string): boolean =>
  /(?:[:{([]|=>|\b(?:then|do|else|begin))\s*$/u.test(line);

/** A block if one was just opened in code and is still empty; otherwise one line. */
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
 * The texts that always end a generation: a new line in prose, an empty line in code. A line of code may open a bracket
 * that further lines close; `wholeThought` ends it.
 */
export const stopSequences = ({ isProse }: CursorContext): readonly string[] =>
  isProse ? ['\n'] : ['\n\n', '\n\r\n'];

/** Scripts without spaces between words, so that a cut word cannot be recognised. */
const unspaced = String.raw`\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}`;
/** The last word of a text, which may be cut. */
const lastWord = new RegExp(
  String.raw`(?<=[^\p{L}\p{N}_]|[${unspaced}])(?:(?![${unspaced}])[\p{L}\p{N}_'’-])*$`,
  'u',
);
/** The end of a sentence, with the quotes and brackets that close it. */
const sentenceEnd = /[.!?…。！？]["'”’)\]]*(?=\s|$)/u;
/** The end of a part of a sentence that can stand alone. */
const clauseEnd = /[,;:—–](?=\s)/gu;
/** Words that need a continuation, so that no text should end in one. They are English; other languages lose nothing. */
const danglingWords = new Set(
  (
    'a an the this these those my your his her its our their some any no every each ' +
    'of to in on at by for from with without into onto over under about between through during before after as like than then ' +
    'and or but nor so yet because although though while when where which who whose whom that if whether ' +
    'is are was were be been being am has have had having do does did will would can could shall should may might must ' +
    "i'm he's she's it's i he she we they you not very too more most quite rather also just only even"
  ).split(' '),
);

/** A text up to the first character that is not whole, or that nobody types. */
export const wholeCharacters = (text: string): string =>
  /^(?:(?![\uFFFD\0-\x08\x0B-\x1F\x7F])\P{Cs})*/u.exec(text.replaceAll('\r\n', '\n'))?.[0] ?? '';

/**
 * The first thought of a text if it is whole, so that nothing more need be generated; otherwise undefined.
 *
 * A thought is a sentence of prose, a line of code with the further lines up to the one that closes its last bracket,
 * or all lines of a block.
 */
export function wholeThought(
  text: string,
  kind: CompletionKind,
  context: CursorContext,
): string | undefined {
  if (context.isProse) {
    // A full stop may belong to a number or an abbreviation: the text after it decides.
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

/** The brackets that a text leaves open, except the one that the rest of the line ends with. */
function stillOpen(text: string, context: CursorContext): readonly string[] {
  const rest = restOfLine(context.after).trimEnd();
  const open = opensIn(text, context);
  return open.length > 0 && rest.endsWith(open.at(-1) ?? '') ? open.slice(0, -1) : open;
}

/** The brackets that a text leaves open. */
const opensIn = (text: string, context: CursorContext) => {
  const quote = openQuote(startOfLine(context.before), context);
  return openBrackets(quote + text, context);
};

/**
 * A text up to its sensible end: a thought, and never within an open bracket or a string.
 *
 * A text that was cut short goes back to its last whole word, a block to its last whole line, and prose to its last
 * whole sentence or part of a sentence. Words that need a continuation ("of the") are left out.
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
  return (isCut && kind === 'line' ? withoutDanglingCode(words) : words).trimEnd();
}

/** The first sentence of a text; if it was cut, as much of it as can stand alone. */
function sentenceOf(text: string, isCut: boolean): string {
  const [line = ''] = text.split('\n');
  const isCutHere = isCut && !text.includes('\n');
  for (const { 0: mark, index } of line.matchAll(new RegExp(sentenceEnd, 'gu'))) {
    const sentence = line.slice(0, index + mark.length);
    const follows = line.slice(sentence.length).trim();
    // "No. 4", "e.g. this" and "1. " do not end a sentence.
    const isEnd = follows === '' ? !isCutHere || mark !== '.' : /^[\p{Lu}"“‘(]/u.test(follows);
    if (
      isEnd &&
      !/(?:^|[\s(])(?:\p{L}|\p{N}+|[Mm]rs?|[Dd]r|[Nn]o|[Ss]t|vs|e\.g|i\.e|etc)\.$/u.test(sentence)
    ) {
      return sentence;
    }
  }
  if (!isCutHere) {
    return withoutDanglingWords(line.trimEnd());
  }
  const words = line.replace(lastWord, '').trimEnd();
  const clauses = clauseEnds(words).map(end => words.slice(0, end));
  const clause = clauses.findLast(one => 2 * one.length >= words.length);
  return clause ?? withoutDanglingWords(words);
}

/** A text without words at its end that need a continuation. */
function withoutDanglingWords(text: string): string {
  let kept = text;
  for (;;) {
    const last = /(?:^|\s)([\p{L}'’]+),?$/u.exec(kept)?.[1];
    if (last === undefined || !danglingWords.has(last.toLowerCase().replaceAll('’', "'"))) {
      return kept.replace(/[,;:]$/u, '');
    }
    kept = kept.slice(0, kept.lastIndexOf(last)).trimEnd();
  }
}

/** The offsets at which a line of prose may be cut: the ends of parts that can stand alone. */
const clauseEnds = (line: string): number[] =>
  Array.from(line.matchAll(clauseEnd), ({ index }) => index);

/** Code without an end that needs a continuation: an operator, a comma, a word like `in`. */
const withoutDanglingCode = (text: string): string =>
  text
    .trimEnd()
    .replace(
      /(?:\s*(?:[-+*/%=&|^<>!?,.:~@$\\]+|\b(?:in|is|of|and|or|not|if|else|as|new|return|await)))+$/u,
      '',
    );

/** The offsets at which code may be cut: the ends of whole expressions, with no bracket or string of its own open. */
export function wholeEnds(text: string, context: CursorContext): number[] {
  const strings = stringsAfter(text, context);
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

/** A block up to its end: a line that is indented less than its beginning belongs to the code after it. */
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
  // The bracket that closes the block belongs to it.
  const closes = /^\s*[)\]}]+[;,]?\s*$/u.test(others[end] ?? '');
  return [first, ...others.slice(0, end + (closes ? 1 : 0))].join('\n').trimEnd();
}

/**
 * A generated token: where it ends in the text, in UTF-16 units, and its log-probability, in nats. For a token of a
 * word that was half typed, that is its probability among the tokens that agree with what was typed.
 */
export interface ScoredToken {
  readonly end: number;
  readonly logProbability: number;
}

/**
 * The smallest log-probabilities that are shown, in nats per token: of the mean of the tokens, and of each token alone.
 * Prose may be less probable than code, because many words can follow there. The values were chosen on the deciding
 * half of the positions of `completion-quality`, and its results are reported on the other half.
 */
const minScores = {
  code: { mean: -0.45, token: -1.4 },
  prose: { mean: -0.9, token: -1.8 },
};

/**
 * The mean log-probability of the tokens of a text, in nats: its length-normalised score.
 *
 * @param length of the text, in UTF-16 units.
 */
export function scoreOf(tokens: readonly ScoredToken[], length: number): number {
  const own = within(tokens, length);
  const sum = own.reduce((total, { logProbability }) => total + logProbability, 0);
  return own.length > 0 ? sum / own.length : 0;
}

/** Whether the first `length` units of a text are probable enough to be shown. */
function isLikely(
  tokens: readonly ScoredToken[],
  length: number,
  { isProse }: Pick<CursorContext, 'isProse'>,
): boolean {
  const min = isProse ? minScores.prose : minScores.code;
  return (
    scoreOf(tokens, length) >= min.mean &&
    within(tokens, length).every(({ logProbability }) => logProbability >= min.token)
  );
}

/**
 * The part of a text that the model is sure of: the longest beginning that is probable enough to be shown, at least
 * the end of the word before the caret. A part of code ends in the first line, a part of prose in its sentence.
 *
 * @returns the whole text if all of it is probable enough, and undefined if no part of it is.
 */
export function likelyPart(
  text: string,
  tokens: readonly ScoredToken[],
  context: CursorContext,
): string | undefined {
  if (isLikely(tokens, text.length, context)) {
    return text;
  }
  const [line = ''] = text.split('\n');
  const ends = context.isProse
    ? clauseEnds(line)
    : wholeEnds(line, context).filter(end => {
        const part = line.slice(0, end);
        return withoutDanglingCode(part) === part;
      });
  const parts = [restOfWord(line, context), ...ends]
    .map(end => line.slice(0, end))
    .filter(part => /[\p{L}\p{N}]/u.test(part));
  return parts.findLast(part => isLikely(tokens, part.length, context));
}

/** The length of the end of the word before the caret, in UTF-16 units. */
const restOfWord = (line: string, { before }: CursorContext): number =>
  /[\p{L}\p{N}_]$/u.test(before) ? (/^[\p{L}\p{N}_]*/u.exec(line)?.[0].length ?? 0) : 0;

/** The tokens that begin in the first `length` units of a text. */
const within = (tokens: readonly ScoredToken[], length: number): readonly ScoredToken[] =>
  tokens.filter((_, index) => (tokens[index - 1]?.end ?? 0) < length);
