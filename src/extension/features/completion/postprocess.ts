/** Post-processing: cuts the text of a model to a sensible end, and judges what of it is worth showing at a caret. */
import { fit, type Fit, totalOf, unmatchedIn } from './balance';
import {
  type CompletionKind,
  type Finish,
  likelyPart,
  type ScoredToken,
  scoreOf,
  sensibleEnd,
  wholeCharacters,
  wholeEnds,
  wholeThought,
  withinBlock,
} from './endings';
import {
  type CursorContext,
  indentationOf,
  indentUnitOf,
  type NoOfferReason,
  restOfLine,
  startOfLine,
} from './cursorContext';
import type { CachedCompletion } from './completionCache';

/** A text that is worth showing; never empty. */
export interface Offer extends Fit {
  /** The score of its completion. */
  readonly score: number;
}

export type Judgement = { readonly offer: Offer } | { readonly reason: NoOfferReason };

/** Cuts a text as the model wrote it to a sensible end: without repetition, and without what is improbable. */
export function postprocess(
  written: string,
  finish: Finish,
  kind: CompletionKind,
  context: CursorContext,
  tokens: readonly ScoredToken[],
): CachedCompletion {
  const text = wholeCharacters(written);
  // Text after an invalid character is left out: then the rest was cut.
  const isCut = text.length < written.replaceAll('\r\n', '\n').length;
  const whole = wholeThought(text, kind, context);
  const ended = whole ?? sensibleEnd(text, isCut ? 'length' : finish, kind, context);
  const within = context.isProse ? ended : isLoop(ended) ? '' : withinLines(ended, context);
  const once = context.isProse
    ? withoutPhraseTwice(within, context.before)
    : withoutUnitTwice(within, startOfLine(context.before));
  const sensible = once.length < within.length ? sensibleEnd(once, 'length', kind, context) : once;
  const likely = likelyPart(sensible.trimEnd(), tokens, context);
  const kept = likely ?? '';
  const reason = likely === undefined ? 'unlikely' : noTextReason(ended, kept);
  return {
    text: reason ? '' : reindented(kept, context.indentUnit ?? indentUnitOf(context.before)),
    raw: reason ? '' : kept,
    finish: whole !== undefined || kept === text.trimEnd() ? finish : 'length',
    kind,
    score: scoreOf(tokens, kept.length),
    reason,
  };
}

/** Why no text is left of what a model wrote; undefined if some is. */
const noTextReason = (ended: string, kept: string): NoOfferReason | undefined =>
  kept.trim() !== '' ? undefined : ended.trim() === '' ? 'nothing-written' : 'repeats';

/** The part of a completion that is worth showing and not there yet, or the reason why there is none. */
export function judge(completion: CachedCompletion, context: CursorContext): Judgement {
  if (completion.reason) {
    return { reason: completion.reason };
  }
  const fresh = withoutRest(withoutFollowing(completion.text, context.after), context.after);
  if (fresh.trim() === '') {
    return { reason: 'repeats' };
  }
  const fitted = withoutLastComma(
    fit(fresh, context, context.isProse ? [] : wholeEnds(fresh, context)),
    context,
  );
  if (!fitted || (/^[\s\p{P}]*$/u.test(fitted.text) && !isUsefulEnd(fitted.text, context))) {
    return { reason: 'unbalanced' };
  }
  // The smaller part of a line that had to be cut is another thought: `(x, i` of `(x, i) => {`.
  if (2 * fitted.text.length < (fresh.split('\n')[0] ?? '').length) {
    return { reason: 'unbalanced' };
  }
  const rest = restOfLine(context.after);
  if (fitted.replacedLength > 0 && fitted.text === rest.slice(0, fitted.replacedLength)) {
    return { reason: 'nothing-written' }; // It is all there already.
  }
  if (repeatsNeighbour(fitted.text, context, rest.slice(fitted.replacedLength))) {
    return { reason: 'repeats' };
  }
  return { offer: { ...fitted, score: completion.score } };
}

/** JSON allows no comma before a closing bracket. */
function withoutLastComma(fitted: Fit | undefined, context: CursorContext): Fit | undefined {
  const isLast =
    /^jsonc?$/u.test(context.languageId ?? '') &&
    /^\s*[}\]]/u.test(context.after.slice(fitted?.replacedLength ?? 0));
  return fitted && isLast ? { ...fitted, text: fitted.text.replace(/,$/u, '') } : fitted;
}

/** Code up to the end of its block. */
const withinLines = (text: string, context: CursorContext): string =>
  text.includes('\n') ? withinBlock(text, context.before) : text;

/** Whether brackets and signs alone are useful: they close or end what is open before the caret. */
function isUsefulEnd(text: string, context: CursorContext): boolean {
  const open = totalOf(unmatchedIn(context.before, context));
  return totalOf(unmatchedIn(context.before + text, context)) < open || /[;:,.]$/u.test(text);
}

/** Shorter lines are alike by chance (brackets, `end`, `else`), in UTF-16 units. */
const minLineLength = 4;
/** Number of lines above and below the caret that are its neighbourhood. */
const neighbourLines = 8;
/** Lines as similar as this say the same (Dice's coefficient of their trigrams); the value was chosen on the bench. */
const minSimilarity = 0.85;
/** Shorter lines must be equal: those that differ on purpose (`x = 1`, `y = 1`) are similar. In UTF-16 units. */
const minComparedLength = 16;
/** Number of words in a row that make a repetition. */
const phraseLength = 3;

/**
 * A text without the lines that follow in the document already, from the first of these on. `fit` decides how it meets
 * the rest of its line, and a bracket that follows.
 */
export function withoutFollowing(text: string, after: string): string {
  const following = after
    .slice(restOfLine(after).length)
    .split('\n')
    .map(line => line.trim());
  const isFollowing = (line: string) => {
    const content = line.trim();
    return content.length >= minLineLength && following.includes(content);
  };
  const lines = text.split('\n');
  const end = lines.findIndex((line, index) => index > 0 && isFollowing(line));
  return (end < 0 ? lines : lines.slice(0, end)).join('\n').trimEnd();
}

/** A text without the end that the rest of the line begins with; the longest such end that has a letter or digit. */
function withoutRest(text: string, after: string): string {
  const rest = restOfLine(after).trimEnd();
  for (let length = Math.min(text.length, rest.length); length > 0; length--) {
    const end = text.slice(-length);
    if (/[\p{L}\p{N}]/u.test(end) && rest.startsWith(end)) {
      return text.slice(0, -length);
    }
  }
  return text;
}

/**
 * Whether the line that a text completes repeats a line around it, exactly or nearly.
 *
 * @param rest the rest of the line, after the text.
 */
export function repeatsNeighbour(
  text: string,
  { before, after }: CursorContext,
  rest: string,
): boolean {
  const start = startOfLine(before);
  const [first = '', ...others] = text.split('\n');
  const line = (start + first + (others.length === 0 ? rest : '')).trim();
  if (line.length < minLineLength || first.trim().length < minLineLength) {
    return false;
  }
  const above = before
    .slice(0, before.length - start.length)
    .split('\n')
    .slice(-neighbourLines);
  const below = after.slice(restOfLine(after).length).split('\n').slice(0, neighbourLines);
  const neighbours = [...above, ...below].map(one => one.trim()).filter(one => one !== '');
  return neighbours.some(
    one =>
      one === line ||
      (Math.min(one.length, line.length) >= minComparedLength &&
        similarity(one, line) >= minSimilarity),
  );
}

/** Dice's coefficient of the trigrams of two texts: 1 if they are the same, 0 if none is shared. */
function similarity(a: string, b: string): number {
  const [first, second] = [trigrams(a), trigrams(b)];
  let shared = 0;
  for (const [gram, count] of first) {
    shared += Math.min(count, second.get(gram) ?? 0);
  }
  const total = [...first.values(), ...second.values()].reduce((sum, count) => sum + count, 0);
  return total === 0 ? 0 : (2 * shared) / total;
}

function trigrams(text: string): Map<string, number> {
  const grams = new Map<string, number>();
  for (let index = 0; index + 3 <= text.length; index++) {
    const gram = text.slice(index, index + 3);
    grams.set(gram, (grams.get(gram) ?? 0) + 1);
  }
  return grams;
}

/** Prose up to the point at which three words in a row repeat, from itself or from the text before it. */
export function withoutPhraseTwice(text: string, before: string): string {
  const said = new Set<string>();
  const wordsBefore = before.slice(-400).match(/[\p{L}\p{N}'’]+/gu) ?? [];
  const words = [...text.matchAll(/[\p{L}\p{N}'’]+/gu)];
  const all = [...wordsBefore, ...words.map(([word]) => word)].map(word => word.toLowerCase());
  for (let end = phraseLength; end <= all.length; end++) {
    const phrase = all.slice(end - phraseLength, end).join(' ');
    const first = words[end - phraseLength - wordsBefore.length];
    if (said.has(phrase) && first && end - phraseLength >= wordsBefore.length) {
      return text.slice(0, first.index).trimEnd();
    }
    said.add(phrase);
  }
  return text;
}

/** A text whose lines after the first are indented by the unit of the document. */
export function reindented(text: string, unit: string): string {
  const [first = '', ...others] = text.split('\n');
  const steps = others.map(line => indentationOf(line)).filter(indent => /^ +$/u.test(indent));
  const step = Math.min(...steps.map(indent => indent.length), 8);
  const lines = others.map(line => {
    const indent = indentationOf(line);
    const rest = line.slice(indent.length);
    if (unit === '\t' && indent.includes(' ')) {
      const tabs = indent.replace(/ /gu, '').length;
      return '\t'.repeat(tabs + Math.round((indent.length - tabs) / Math.max(step, 1))) + rest;
    }
    return unit === '\t' ? line : indent.replaceAll('\t', unit) + rest;
  });
  return [first, ...lines].join('\n');
}

/** Whether a text repeats the same words three times in a row; zeros in a table are no words. */
export const isLoop = (text: string): boolean =>
  Array.from(`${text} `.matchAll(/(\S.{1,60}?)\1\1/gsu)).some(([, unit = '']) =>
    /\p{L}{2}/u.test(unit),
  );

/**
 * A line of code up to the point at which it directly repeats a unit of words and signs.
 *
 * @param start the start of the line, before the caret.
 */
function withoutUnitTwice(text: string, start: string): string {
  const [line = ''] = text.split('\n');
  const whole = start + line;
  for (const { 1: unit = '', index } of whole.matchAll(/(?=(\S.{10,60}?)\1)/gu)) {
    const again = index + unit.length - start.length;
    if (again > 0 && (unit.match(/\p{L}{3}/gu)?.length ?? 0) >= 2) {
      return text.slice(0, again);
    }
  }
  return text;
}
