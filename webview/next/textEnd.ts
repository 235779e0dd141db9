/** Where a text ends as its tokenizer would not have cut it. */
import type { SpelledToken } from './tokenLabels';

/** Why the end of a text is a bad place to look at what follows, and what is a better one. */
export interface TextEnd {
  /** UTF-16 units at the end of the text, before which to look. */
  readonly held: number;
  readonly why: string;
  /** Of the button that looks there. */
  readonly action: string;
}

/** What a text ends in: letters and signs in them, with the one space that is a part of their token. */
const word = / ?[\p{L}\p{N}\p{M}_’']*[\p{L}\p{N}\p{M}_]$/u;

/** Scripts that are written without spaces: a letter goes on in every word. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]$/u;

/** Signs that are often one token with what comes after them: `://`, `("`, `</`. */
const opening = /[^\s:/=<({[\\"'`-]*[:/=<({[\\"'`-]+$/u;

/**
 * A tokenizer joins what stands at the end with what follows, and so a model has hardly ever seen a text cut there.
 *
 * @param endsInWord as the document tells, or as the model thinks.
 * @returns undefined where the end is as good as any other, or nothing would be left of the text.
 */
export function textEnd(text: string, endsInWord: boolean): TextEnd | undefined {
  const end = whiteSpaceEnd(text) ?? (endsInWord ? wordEnd(text) : undefined) ?? signEnd(text);
  return end && text.slice(0, -end.held).trim() !== '' ? end : undefined;
}

/** Of a run of white space the last character goes with the word that follows; one line end or tab alone is a token. */
function whiteSpaceEnd(text: string): TextEnd | undefined {
  const run = /\s+$/u.exec(text)?.[0].replaceAll('\r\n', '\n') ?? '';
  if (run === '' || run === '\n' || run === '\t') {
    return undefined;
  }
  const last = run.at(-1);
  // Spaces after a word say nothing; those that indent a line say how deep.
  const held = / +/u.exec(run)?.[0] === run ? run.length : 1;
  const what = last === '\n' ? 'line ends' : last === '\t' ? 'a tab' : 'a space';
  return {
    held: text.endsWith('\r\n') ? 2 : held,
    why: `The text ends in ${what}. Most words bring their own, so they are rare here.`,
    action: 'Look From Before It',
  };
}

function wordEnd(text: string): TextEnd | undefined {
  const part = word.exec(text)?.[0];
  return part === undefined
    ? undefined
    : {
        held: part.length,
        why: `The caret is inside a word: this is how “${part.trim()}” goes on.`,
        action: 'Look From Its Start',
      };
}

function signEnd(text: string): TextEnd | undefined {
  const found = opening.exec(text)?.[0];
  const sign = found?.replace(/^[^:/=<({[\\"'`-]+/u, '');
  return sign === undefined || sign === ''
    ? undefined
    : {
        held: sign.length,
        why: `The text ends in ${sign}, which is often one token with what follows.`,
        action: 'Look From Before It',
      };
}

/**
 * Whether a model thinks that a text ends inside a word: whether letters are most of what may follow letters.
 *
 * @param likeliest with probabilities.
 */
export function goesOnInWord(
  text: string,
  likeliest: readonly { readonly token: SpelledToken; readonly probability: number }[],
): boolean {
  if (!/\p{L}$/u.test(text) || unspaced.test(text)) {
    return false;
  }
  const letters = likeliest.filter(
    ({ token: { isSpecial, label, parts } }) =>
      !isSpecial && parts[0]?.kind === 'text' && /^\p{L}/u.test(label),
  );
  return letters.reduce((sum, { probability }) => sum + probability, 0) > 0.5;
}
