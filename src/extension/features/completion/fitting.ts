import { isNoWorse, openQuote, stringsIn, totalOf, unmatchedIn, type Quoting } from './balance';
import { restOfLine, startOfLine, type Place } from './cursorContext';

/** A text that fits into its line. */
export interface Fitted {
  readonly text: string;
  /** How much of what follows the caret it takes the place of, in UTF-16 units: what was there already is not said twice. */
  readonly swallowed: number;
}

/** So much of what is around the caret is looked at for what it leaves open, in UTF-16 units. */
const reach = 4000;

/** What of the rest of a line an offered text may take the place of. */
const swallowable = /^(?:[\s)\]}>"'`;,:.!?]|=>|<\/[\w:.-]*)*\{?/u;

/**
 * A text as it can stand at a place without leaving the line, or the text around it, less balanced than before.
 *
 * What the editor or the person has put behind the caret already, a closing bracket, quote or tag, is taken the
 * place of where the text has it too; else the text ends where it would close what was open before it. Of several
 * ways the one is chosen that keeps most of the text.
 *
 * @param ends where the text may be cut, in UTF-16 units; its own end is always tried first.
 * @returns undefined where no part of the text fits.
 */
export function fit(text: string, place: Place, ends: readonly number[] = []): Fitted | undefined {
  const rest = restOfLine(place.after);
  const most = swallowable.exec(rest)?.[0].length ?? 0;
  const outer = outerClosers(text, place);
  const bare = measureOf(place, '', 0);
  for (const end of [...new Set([text.length, ...outer, ...ends])].sort((a, b) => b - a)) {
    const shown = text.slice(0, end).trimEnd();
    if (shown.trim() === '') {
      continue;
    }
    let best: (Fitted & { readonly cost: number }) | undefined;
    for (let swallowed = 0; swallowed <= most; swallowed++) {
      const taken = rest.slice(0, swallowed);
      if (/\s$/u.test(taken) || !mayTakeThePlaceOf(shown, taken)) {
        continue;
      }
      const fitted = measureOf(place, shown, swallowed);
      if (isFit(fitted, bare)) {
        const cost = totalOf(fitted.line);
        if (!best || cost <= best.cost) {
          best = { text: shown, swallowed, cost };
        }
      }
    }
    if (best && isSoundString(best.text, place)) {
      return { text: best.text, swallowed: best.swallowed };
    }
  }
  return undefined;
}

/** What is unmatched in the line of the caret, and in all that is looked at, with a text put in. */
function measureOf(place: Place, text: string, swallowed: number) {
  const { before, after } = place;
  const start = startOfLine(before).slice(-reach);
  const rest = restOfLine(after).slice(0, reach);
  const whole = before.slice(-reach) + text + after.slice(swallowed, reach);
  return {
    line: unmatchedIn(start + text + rest.slice(swallowed), place),
    around: unmatchedIn(whole, place),
  };
}

type Measure = ReturnType<typeof measureOf>;

/** A line may be left with a bracket that closes one further up, as far as all around it is better matched by that. */
const isFit = (fitted: Measure, bare: Measure): boolean =>
  isNoWorse(fitted.around, bare.around) &&
  (isNoWorse(fitted.line, bare.line) || totalOf(fitted.around) < totalOf(bare.around));

/**
 * Whether what follows the caret is in a text too, in this order, so that VS Code can show the text around it. What
 * only parts or ends (`,` `;` `{`) must be what the text ends with: in the middle of it, it is another one.
 */
function mayTakeThePlaceOf(text: string, rest: string): boolean {
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

/** Where a text closes what was open before it: brackets of the line, and the string that the caret stands in. */
export function outerClosers(text: string, place: Quoting & Pick<Place, 'before'>): number[] {
  const quote = openQuote(startOfLine(place.before), place);
  const strings = stringsIn(text, place, quote);
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

/** No string ends directly before a letter or another string; in JSON only before what may follow a value. */
function isSoundString(text: string, place: Place): boolean {
  const line = startOfLine(place.before);
  const quote = openQuote(line, place);
  const strings = stringsIn(text, place, quote);
  const isJson = place.languageId === 'json' || place.languageId === 'jsonc';
  return strings.every(({ end, isClosed, quote: own }) => {
    const next = text.slice(end);
    return (
      !isClosed ||
      own.length > 1 ||
      place.isProse ||
      (isJson ? /^\s*(?:$|[,}\]:])/u.test(next) : !/^[\p{L}\p{N}_"]/u.test(next))
    );
  });
}
