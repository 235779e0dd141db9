/** Brackets, quotes and tags: how many a text leaves unmatched, and how much of it fits at a caret. */
import { restOfLine, startOfLine, type CursorContext } from './cursorContext';

/** How much a text leaves open, or closes without having opened it. */
export interface Unmatched {
  /** Brackets, in strings or not. */
  readonly brackets: number;
  /** Brackets outside of strings. */
  readonly bracketsInCode: number;
  /** Lines with an odd number of one kind of quotes. */
  readonly quotes: number;
  /** Tags of HTML and XML. */
  readonly tags: number;
  /** The difference between opening and closing angle brackets of types: `Map<string>`. */
  readonly angles: number;
}

/** How a language writes strings. */
export interface Quoting {
  /** Sentences rather than code: `'` is an apostrophe. */
  readonly isProse: boolean;
  readonly languageId?: string | undefined;
}

const closerOf: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const isCloser = (character: string): boolean => /^[)\]}]$/u.test(character);

/** Languages in which `'` is more than a quote: lifetimes, primes, quoted symbols, transposes. */
const apostropheLanguages = new Set([
  ...['rust', 'haskell', 'ocaml', 'fsharp', 'clojure', 'lisp', 'scheme', 'racket', 'matlab'],
  ...['latex', 'tex', 'bibtex', 'vb', 'html', 'xml', 'vue', 'svelte'],
]);
const markupLanguages = new Set([
  ...['html', 'xml', 'xsl', 'svg', 'vue', 'svelte', 'handlebars', 'php', 'markdown'],
  ...['javascriptreact', 'typescriptreact'],
]);
/** HTML's elements without an end tag. */
const voidElements = new Set(
  'area base br col embed hr img input link meta source track wbr'.split(' '),
);

/** Counts what is unmatched in a text. Strings end with their line, except those in three quotes or backticks. */
export function unmatchedIn(text: string, quoting: Quoting): Unmatched {
  const isMarkup = quoting.languageId !== undefined && markupLanguages.has(quoting.languageId);
  const code = withoutStrings(text, quoting);
  return {
    brackets: unmatchedBrackets(text),
    bracketsInCode: unmatchedBrackets(code),
    quotes: unmatchedQuotes(text, quoting),
    tags: isMarkup ? unmatchedTags(text) : 0,
    angles: quoting.isProse || isMarkup ? 0 : unmatchedAngles(code),
  };
}

/** Whether one text leaves no more unmatched than another. */
export const isNoWorse = (after: Unmatched, before: Unmatched): boolean =>
  (Object.keys(after) as (keyof Unmatched)[]).every(key => after[key] <= before[key]);

export const totalOf = ({ brackets, bracketsInCode, quotes, tags, angles }: Unmatched): number =>
  brackets + bracketsInCode + quotes + tags + angles;

/** The brackets that are open at the end of a text, outside of strings; the innermost is last. */
export function openBrackets(text: string, quoting: Quoting): string[] {
  return bracketStack(withoutStrings(text, quoting)).open;
}

/** The quote of the string that is open at the end of a line; empty if none is. */
export function openQuote(line: string, quoting: Quoting): string {
  const last = stringsIn(line, quoting).at(-1);
  return last && !last.isClosed ? last.quote : '';
}

interface QuotedString {
  readonly quote: string;
  readonly start: number;
  readonly end: number;
  readonly isClosed: boolean;
}

/**
 * The strings of a text, each up to its closing quote or the end of its line.
 *
 * @param open the quote of a string that is open before the text.
 */
export function stringsIn(text: string, quoting: Quoting, open = ''): QuotedString[] {
  const hasApostrophes = writesApostrophes(quoting);
  const strings: QuotedString[] = [];
  let quote = open;
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index]!;
    if (quote !== '') {
      if (character === '\\' && quote.length === 1) {
        index++;
      } else if (text.startsWith(quote, index)) {
        index += quote.length - 1;
        strings.push({ quote, start, end: index + 1, isClosed: true });
        quote = '';
      } else if (character === '\n' && quote.length === 1 && quote !== '`') {
        strings.push({ quote, start, end: index, isClosed: false });
        quote = '';
      }
    } else if (isQuote(text, index, hasApostrophes)) {
      start = index;
      const isTriple = text.startsWith(character.repeat(3), index);
      quote = isTriple ? character.repeat(3) : character;
      index += quote.length - 1;
    }
  }
  if (quote !== '') {
    strings.push({ quote, start, end: text.length, isClosed: false });
  }
  return strings;
}

/** The strings of a text after the caret, where a string may be open. */
export const stringsAfter = (text: string, context: CursorContext): QuotedString[] =>
  stringsIn(text, context, openQuote(startOfLine(context.before), context));

/** Whether `'` alone does not begin a string. */
const writesApostrophes = ({ isProse, languageId }: Quoting): boolean =>
  isProse || (languageId !== undefined && apostropheLanguages.has(languageId));

/** Whether a string begins at an index; a quote between two letters is an apostrophe. */
function isQuote(text: string, index: number, hasApostrophes: boolean): boolean {
  const character = text[index]!;
  if (character === '"' || character === '`') {
    return true;
  }
  const isBetween =
    /[\p{L}\p{N}]/u.test(text[index - 1] ?? '') && /\p{L}/u.test(text[index + 1] ?? '');
  return character === "'" && !hasApostrophes && !isBetween;
}

/** A text with blanks in place of its strings, so that only code is left. */
function withoutStrings(text: string, quoting: Quoting): string {
  let code = '';
  let from = 0;
  for (const { start, end } of stringsIn(text, quoting)) {
    code += text.slice(from, start) + ' '.repeat(end - start);
    from = end;
  }
  return code + text.slice(from);
}

function bracketStack(text: string): { readonly open: string[]; readonly strays: number } {
  const open: string[] = [];
  let strays = 0;
  for (const character of text) {
    if (closerOf[character] !== undefined) {
      open.push(character);
    } else if (isCloser(character)) {
      if (closerOf[open.at(-1) ?? ''] === character) {
        open.pop();
      } else {
        strays++;
      }
    }
  }
  return { open, strays };
}

function unmatchedBrackets(text: string): number {
  const { open, strays } = bracketStack(text);
  return open.length + strays;
}

function unmatchedQuotes(text: string, quoting: Quoting): number {
  const hasApostrophes = writesApostrophes(quoting);
  const triples = ['"""', "'''", '```'].filter(
    triple => (text.split(triple).length - 1) % 2 === 1,
  ).length;
  const plain = text.replaceAll(/"""|'''|```/gu, '').replaceAll(/\\./gu, '');
  const odd = plain.split('\n').flatMap(line => {
    const marks = [...line.matchAll(/["'`]/gu)]
      .filter(({ index }) => isQuote(line, index, hasApostrophes))
      .map(([mark]) => mark);
    return ['"', '`', "'"].filter(quote => marks.filter(mark => mark === quote).length % 2 === 1);
  });
  return triples + odd.length;
}

function unmatchedTags(text: string): number {
  const open: string[] = [];
  let strays = 0;
  const tag = /<(\/?)([A-Za-z][\w:.-]*)((?:"[^"]*"|'[^']*'|[^<>"'])*)(>?)/gu;
  for (const [, slash, name = '', rest = '', end] of text.matchAll(tag)) {
    if (end === '') {
      strays++; // The tag itself is not closed.
    } else if (slash === '/') {
      if (open.at(-1) === name) {
        open.pop();
      } else {
        strays++;
      }
    } else if (!rest.endsWith('/') && !voidElements.has(name.toLowerCase())) {
      open.push(name);
    }
  }
  return open.length + strays;
}

/** The difference between opening and closing angle brackets of types; comparisons and arrows do not count. */
function unmatchedAngles(code: string): number {
  const opens = code.match(/(?<=[\p{L}\p{N}_])<(?=[\p{L}_({['"]|$)/gmu)?.length ?? 0;
  const closes =
    code.match(/(?<=[\p{L}\p{N}_)\]}>?'" ])>(?![=>]|\s*[\p{L}\p{N}_"'])/gmu)?.length ?? 0;
  return Math.abs(opens - closes);
}

/** A text that fits at a caret. */
export interface Fit {
  readonly text: string;
  /** The length of the text after the caret that it replaces, in UTF-16 units, so that nothing is there twice. */
  readonly replacedLength: number;
}

/** How far around the caret unmatched brackets are counted, in UTF-16 units. */
const reach = 4000;

/** The part of the rest of a line that a text may replace. */
const replaceable = /^(?:[\s)\]}>"'`;,:.!?]|=>|<\/[\w:.-]*)*\{?/u;

/**
 * The part of a text that can be inserted without leaving the line, or the text around it, less balanced than before.
 *
 * A closing bracket, quote or tag that the editor or the user has put after the caret is replaced if the text has it
 * too; otherwise the text ends where it would close what was open before it. Among several ways, the one that keeps
 * most of the text is chosen.
 *
 * @param ends the offsets at which the text may be cut, in UTF-16 units; its own end is always tried first.
 * @returns undefined if no part of the text fits.
 */
export function fit(
  text: string,
  context: CursorContext,
  ends: readonly number[] = [],
): Fit | undefined {
  const rest = restOfLine(context.after);
  const maxReplaced = replaceable.exec(rest)?.[0].length ?? 0;
  const outer = outerClosers(text, context);
  const bare = measureOf(context, '', 0);
  for (const end of [...new Set([text.length, ...outer, ...ends])].sort((a, b) => b - a)) {
    const shown = text.slice(0, end).trimEnd();
    if (shown.trim() === '') {
      continue;
    }
    let best: (Fit & { readonly cost: number }) | undefined;
    for (let replacedLength = 0; replacedLength <= maxReplaced; replacedLength++) {
      const taken = rest.slice(0, replacedLength);
      if (/\s$/u.test(taken) || !mayReplace(shown, taken)) {
        continue;
      }
      const fitted = measureOf(context, shown, replacedLength);
      if (isFit(fitted, bare)) {
        const cost = totalOf(fitted.line);
        if (!best || cost <= best.cost) {
          best = { text: shown, replacedLength, cost };
        }
      }
    }
    if (best && isSoundString(best.text, context)) {
      return { text: best.text, replacedLength: best.replacedLength };
    }
  }
  return undefined;
}

/** What is unmatched in the line of the caret, and in the text around it, after a text was inserted. */
function measureOf(context: CursorContext, text: string, replacedLength: number) {
  const { before, after } = context;
  const start = startOfLine(before).slice(-reach);
  const rest = restOfLine(after).slice(0, reach);
  const whole = before.slice(-reach) + text + after.slice(replacedLength, reach);
  return {
    line: unmatchedIn(start + text + rest.slice(replacedLength), context),
    around: unmatchedIn(whole, context),
  };
}

type Measure = ReturnType<typeof measureOf>;

/** A line may get a bracket that closes one further up, as long as the text around it becomes better matched. */
const isFit = (fitted: Measure, bare: Measure): boolean =>
  isNoWorse(fitted.around, bare.around) &&
  (isNoWorse(fitted.line, bare.line) || totalOf(fitted.around) < totalOf(bare.around));

/**
 * Whether a text contains the characters after the caret in their order, so that VS Code can show it around them. A
 * character that only separates or ends (`,` `;` `{`) must end the text: in the middle of it, it is another one.
 */
function mayReplace(text: string, rest: string): boolean {
  let from = 0;
  for (const character of rest) {
    const found = text.indexOf(character, from);
    if (found < 0) {
      return false;
    }
    from = found + 1;
  }
  return (
    rest === '' || /[)\]}>"'`]$/u.test(rest) || text.trimEnd().endsWith(rest.trimEnd().slice(-1))
  );
}

/** The offsets at which a text closes what was open before it: brackets of the line, a tag, or the caret's string. */
function outerClosers(text: string, context: CursorContext): number[] {
  const quote = openQuote(startOfLine(context.before), context);
  const strings = stringsIn(text, context, quote);
  const isQuoted = (index: number) =>
    strings.some(({ start, end }) => index >= start && index < end);
  const found: number[] = [];
  const [first] = strings;
  if (quote !== '' && first?.isClosed) {
    found.push(first.end - quote.length);
  }
  const open: string[] = [];
  for (let index = 0; index < text.length; index++) {
    const character = text[index]!;
    if (isQuoted(index)) {
      continue;
    }
    if ('([{'.includes(character)) {
      open.push(character);
    } else if (')]}'.includes(character)) {
      if (open.length === 0) {
        found.push(index);
      }
      open.pop();
    } else if (text.startsWith('</', index) && !text.slice(0, index).includes('<')) {
      found.push(index);
    }
  }
  return found;
}

/** Whether no string ends directly before a letter or another string; in JSON, only before what may follow a value. */
function isSoundString(text: string, context: CursorContext): boolean {
  const isJson = context.languageId === 'json' || context.languageId === 'jsonc';
  return stringsAfter(text, context).every(({ end, isClosed, quote: own }) => {
    const next = text.slice(end);
    return (
      !isClosed ||
      own.length > 1 ||
      context.isProse ||
      (isJson ? /^\s*(?:$|[,}\]:])/u.test(next) : !/^[\p{L}\p{N}_"]/u.test(next))
    );
  });
}
