/** What of a text that a model wrote is shown: without what is there already, without repetition, as it fits. */

import { totalOf, unmatchedIn, fit, type Fit } from './balance';
import {
  sensibleEnd,
  wholeCharacters,
  wholeEnds,
  wholeThought,
  withinBlock,
  type Finish,
  type CompletionKind,
} from './endings';
import {
  indentationOf,
  indentUnitOf,
  restOfLine,
  startOfLine,
  type CursorContext,
} from './cursorContext';
import { likelyPart, scoreOf, type ScoredToken } from './likelihood';
import type { NoOfferReason } from './outcome';

/** What a model has written at a place, up to a sensible end. */
export interface CachedCompletion {
  /** From the caret on, with line ends as `\n`, indented as its document; empty where nothing sensible was written. */
  readonly text: string;
  /** The same as the model indented it. */
  readonly raw: string;
  /** How its end came about. */
  readonly finish: Finish;
  readonly kind: CompletionKind;
  /** The mean log-probability of its tokens, in nats: the length-normalised score that offers are ranked by. */
  readonly score: number;
  /** Why there is nothing. */
  readonly why?: NoOfferReason | undefined;
}

/** A text that is worth showing. */
export interface Offer {
  /** What is put in at the caret; never empty. */
  readonly text: string;
  /** How much behind the caret it takes the place of, in UTF-16 units. */
  readonly replacedLength: number;
  /** As of its writing. */
  readonly score: number;
}

export type Judgement = { readonly offer: Offer } | { readonly why: NoOfferReason };

/** What a model has written as it came, up to where it sensibly ends. */
export function postprocess(
  written: string,
  finish: Finish,
  kind: CompletionKind,
  context: CursorContext,
  tokens: readonly ScoredToken[],
): CachedCompletion {
  const text = wholeCharacters(written);
  // Text after what is no character is left out, so what there is was cut.
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
  const why = likely === undefined ? 'unlikely' : whyNone(ended, kept);
  return {
    text: why ? '' : reindented(kept, context.indentUnit ?? indentUnitOf(context.before)),
    raw: why ? '' : kept,
    finish: whole !== undefined || kept === text.trimEnd() ? finish : 'length',
    kind,
    score: scoreOf(tokens, kept.length),
    why,
  };
}

/** Why nothing is left of what a model wrote; undefined where something is. */
const whyNone = (ended: string, kept: string): NoOfferReason | undefined =>
  kept.trim() !== '' ? undefined : ended.trim() === '' ? 'nothing-written' : 'repeats';

/** Of a writing what is worth showing at a place, as far as it is not there yet; or why nothing is. */
export function judge(completion: CachedCompletion, context: CursorContext): Judgement {
  if (completion.why) {
    return { why: completion.why };
  }
  const fresh = withoutRest(withoutFollowing(completion.text, context.after), context.after);
  if (fresh.trim() === '') {
    return { why: 'repeats' };
  }
  const fitted = withoutLastComma(
    fit(fresh, context, context.isProse ? [] : wholeEnds(fresh, context)),
    context,
  );
  if (!fitted || (/^[\s\p{P}]*$/u.test(fitted.text) && !isUsefulEnd(fitted.text, context))) {
    return { why: 'unbalanced' };
  }
  // Of a line that had to be cut, the smaller part is another thought: `(x, i` of `(x, i) => {`.
  if (2 * fitted.text.length < (fresh.split('\n')[0] ?? '').length) {
    return { why: 'unbalanced' };
  }
  const rest = restOfLine(context.after);
  if (fitted.replacedLength > 0 && fitted.text === rest.slice(0, fitted.replacedLength)) {
    return { why: 'nothing-written' }; // It is all there already.
  }
  if (repeatsNeighbour(fitted.text, context, rest.slice(fitted.replacedLength))) {
    return { why: 'repeats' };
  }
  return { offer: { ...fitted, score: completion.score } };
}

/** JSON has no comma before a bracket that closes. */
function withoutLastComma(fitted: Fit | undefined, context: CursorContext): Fit | undefined {
  const isLast =
    /^jsonc?$/u.test(context.languageId ?? '') &&
    /^\s*[}\]]/u.test(context.after.slice(fitted?.replacedLength ?? 0));
  return fitted && isLast ? { ...fitted, text: fitted.text.replace(/,$/u, '') } : fitted;
}

/** Code up to the end of the block that it stands in. */
const withinLines = (text: string, context: CursorContext): string =>
  text.includes('\n') ? withinBlock(text, context.before) : text;

/** Whether brackets and signs alone are of use: they close or end what stands open before the caret. */
function isUsefulEnd(text: string, context: CursorContext): boolean {
  const open = totalOf(unmatchedIn(context.before, context));
  return totalOf(unmatchedIn(context.before + text, context)) < open || /[;:,.]$/u.test(text);
}

/** Shorter lines are alike by chance: brackets, `end`, `else`. In UTF-16 units. */
const minLineLength = 4;
/** So many lines above and below the caret are its neighbourhood. */
const neighbourLines = 8;
/** Lines that have so much in common say the same (Dice's coefficient of their trigrams); chosen on the bench. */
const maxSimilarity = 0.85;
/** Of a shorter line, one that is changed on purpose (`x = 1`, `y = 1`) has nearly all in common with its neighbour. */
const minSimilarLength = 16;
/** So many words in a row that were said already are a repetition. */
const phraseLength = 3;

/**
 * A text without the lines that follow in the document already, from the first of these on. How it meets the rest of
 * its line, and a bracket that follows, is told by `fit`.
 */
export function withoutFollowing(text: string, after: string): string {
  const following = after
    .slice(restOfLine(after).length)
    .split('\n')
    .map(line => line.trim());
  const isFollowing = (line: string) => {
    const told = line.trim();
    return told.length >= minLineLength && following.includes(told);
  };
  const lines = text.split('\n');
  const end = lines.findIndex((line, index) => index > 0 && isFollowing(line));
  return (end < 0 ? lines : lines.slice(0, end)).join('\n').trimEnd();
}

/** A text without an end with which the rest of the line begins: the longest such end of words. */
export function withoutRest(text: string, after: string): string {
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
 * Whether the line that a text makes says again what a line around it says: the same, or nearly.
 *
 * @param rest of the line, behind the text.
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
      (Math.min(one.length, line.length) >= minSimilarLength &&
        similarity(one, line) >= maxSimilarity),
  );
}

/** Dice's coefficient of the trigrams of two texts: 1 for the same, 0 where none is shared. */
export function similarity(a: string, b: string): number {
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

/** Prose up to where it begins to say the same three words again that it, or the text before it, has said. */
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

/** A text whose lines after the first are indented as the document is, by its own unit. */
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

/** Whether a text says the same words three times in a row; zeros in a table are no words. */
export const isLoop = (text: string): boolean =>
  Array.from(`${text} `.matchAll(/(\S.{1,60}?)\1\1/gsu)).some(([, unit = '']) =>
    /\p{L}{2}/u.test(unit),
  );

/**
 * A line of code up to where it says again what it, or the line before the caret, has just said: words and signs
 * alike, one directly after the other.
 *
 * @param start of the line, before the caret.
 */
export function withoutUnitTwice(text: string, start: string): string {
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
