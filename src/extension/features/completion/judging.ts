import { totalOf, unmatchedIn } from './balance';
import {
  sensibleEnd,
  wholeCharacters,
  wholeEnds,
  wholeThought,
  withinBlock,
  type Finish,
} from './ending';
import { fit, type Fitted } from './fitting';
import { indentUnitOf, reindented } from './indentation';
import { likelyPart, scoreOf, type WrittenToken } from './likelihood';
import type { NothingWhy } from './outcome';
import { restOfLine, startOfLine, type Place } from './cursorContext';
import {
  isLoop,
  repeatsNeighbour,
  withoutFollowing,
  withoutPhraseTwice,
  withoutRest,
  withoutUnitTwice,
} from './repetition';
import type { Shape } from './multiline';

/** What a model has written at a place, up to a sensible end. */
export interface Writing {
  /** From the caret on, with line ends as `\n`, indented as its document; empty where nothing sensible was written. */
  readonly text: string;
  /** The same as the model indented it. */
  readonly raw: string;
  /** How its end came about. */
  readonly finish: Finish;
  readonly shape: Shape;
  /** The mean log-probability of its tokens, in nats: the length-normalised score that offers are ranked by. */
  readonly score: number;
  /** Why there is nothing. */
  readonly why?: NothingWhy | undefined;
}

/** A text that is worth showing. */
export interface Offer {
  /** What is put in at the caret; never empty. */
  readonly text: string;
  /** How much behind the caret it takes the place of, in UTF-16 units. */
  readonly swallowed: number;
  /** As of its writing. */
  readonly score: number;
}

export type Judgement = { readonly offer: Offer } | { readonly why: NothingWhy };

/** What a model has written as it came, up to where it sensibly ends. */
export function writingOf(
  written: string,
  finish: Finish,
  shape: Shape,
  place: Place,
  tokens: readonly WrittenToken[],
): Writing {
  const text = wholeCharacters(written);
  // Text after what is no character is left out, so what there is was cut.
  const isCut = text.length < written.replaceAll('\r\n', '\n').length;
  const whole = wholeThought(text, shape, place);
  const ended = whole ?? sensibleEnd(text, isCut ? 'length' : finish, shape, place);
  const within = place.isProse ? ended : isLoop(ended) ? '' : withinLines(ended, place);
  const once = place.isProse
    ? withoutPhraseTwice(within, place.before)
    : withoutUnitTwice(within, startOfLine(place.before));
  const sensible = once.length < within.length ? sensibleEnd(once, 'length', shape, place) : once;
  const likely = likelyPart(sensible.trimEnd(), tokens, place);
  const kept = likely ?? '';
  const why = likely === undefined ? 'unlikely' : whyNone(ended, kept);
  return {
    text: why ? '' : reindented(kept, place.indentUnit ?? indentUnitOf(place.before)),
    raw: why ? '' : kept,
    finish: whole !== undefined || kept === text.trimEnd() ? finish : 'length',
    shape,
    score: scoreOf(tokens, kept.length),
    why,
  };
}

/** Why nothing is left of what a model wrote; undefined where something is. */
const whyNone = (ended: string, kept: string): NothingWhy | undefined =>
  kept.trim() !== '' ? undefined : ended.trim() === '' ? 'nothing-written' : 'repeats';

/** Of a writing what is worth showing at a place, as far as it is not there yet; or why nothing is. */
export function judge(writing: Writing, place: Place): Judgement {
  if (writing.why) {
    return { why: writing.why };
  }
  const fresh = withoutRest(withoutFollowing(writing.text, place.after), place.after);
  if (fresh.trim() === '') {
    return { why: 'repeats' };
  }
  const fitted = withoutLastComma(
    fit(fresh, place, place.isProse ? [] : wholeEnds(fresh, place)),
    place,
  );
  if (!fitted || (/^[\s\p{P}]*$/u.test(fitted.text) && !isUsefulEnd(fitted.text, place))) {
    return { why: 'unbalanced' };
  }
  // Of a line that had to be cut, the smaller part is another thought: `(x, i` of `(x, i) => {`.
  if (2 * fitted.text.length < (fresh.split('\n')[0] ?? '').length) {
    return { why: 'unbalanced' };
  }
  const rest = restOfLine(place.after);
  if (fitted.swallowed > 0 && fitted.text === rest.slice(0, fitted.swallowed)) {
    return { why: 'nothing-written' }; // It is all there already.
  }
  if (repeatsNeighbour(fitted.text, place, rest.slice(fitted.swallowed))) {
    return { why: 'repeats' };
  }
  return { offer: { ...fitted, score: writing.score } };
}

/** JSON has no comma before a bracket that closes. */
function withoutLastComma(fitted: Fitted | undefined, place: Place): Fitted | undefined {
  const isLast =
    /^jsonc?$/u.test(place.languageId ?? '') &&
    /^\s*[}\]]/u.test(place.after.slice(fitted?.swallowed ?? 0));
  return fitted && isLast ? { ...fitted, text: fitted.text.replace(/,$/u, '') } : fitted;
}

/** Code up to the end of the block that it stands in. */
const withinLines = (text: string, place: Place): string =>
  text.includes('\n') ? withinBlock(text, place.before) : text;

/** Whether brackets and signs alone are of use: they close or end what stands open before the caret. */
function isUsefulEnd(text: string, place: Place): boolean {
  const open = totalOf(unmatchedIn(place.before, place));
  return totalOf(unmatchedIn(place.before + text, place)) < open || /[;:,.]$/u.test(text);
}
