/** What of a text a translator can only guess at, in words. */
import type { Analysis, DomainShift, RareWord } from '../../src/common/protocol/engine/analyze';
import { sentenceSpans } from '../../src/common/text/sentences';
import { count, thousands } from './numbers';

/** UTF-16 units of a quotation. */
const maxQuotation = 60;

/** In the place of a translation in which nothing is written. */
export const nothingWritten = 'The model wrote nothing.';

/**
 * What of a text a translator can only guess at, to stand beside its translation: how the text is unlike all that it
 * learned from, and its rare words; undefined where there is nothing to say.
 */
export function cautionOf(
  text: string,
  { domainShifts: unlike = [], rareWords }: Pick<Analysis, 'domainShifts' | 'rareWords'>,
): string | undefined {
  const first = unlike.filter(
    ({ kind }, index) => unlike.findIndex(one => one.kind === kind) === index,
  );
  const sentences = [
    ...first.map(one => inWords(one, text, unlike)),
    // A script that it never saw has no word that it saw.
    ...(first.some(({ kind }) => kind === 'script') ? [] : [rareWordsInWords(text, rareWords)]),
  ].filter(sentence => sentence !== undefined);
  return sentences.length > 0 ? sentences.join(' ') : undefined;
}

function inWords(one: DomainShift, text: string, all: readonly DomainShift[]): string {
  switch (one.kind) {
    case 'capitals': {
      const others = all.filter(({ kind }) => kind === one.kind).length - 1;
      const more = others > 0 ? `, and ${count(others, 'other')} likewise` : '';
      return `“${short(text.slice(one.start, one.end))}” was read as “${short(one.readAs)}”${more}: no sentence that it learned from is in capitals.`;
    }
    case 'no-words':
      return 'It learned from sentences alone: what it makes of a text without a word is a guess.';
    case 'markup':
      return `It never saw markup or code, like “${short(text.slice(one.start, one.end))}”: what it makes of that is a guess.`;
    case 'script':
      return `It learned from English alone, and cannot read “${short(text.slice(one.start, one.end))}”.`;
    case 'length':
      return `${isSentence(text) ? 'This sentence' : 'The text'} is longer than all that it learned from (${thousands(one.words)} words, where the longest had ${thousands(one.maxWords)}): it guesses more and more.${isSentence(text) ? '' : ' Translate one sentence at a time.'}`;
  }
}

const isSentence = (text: string) => sentenceSpans(text).length <= 1;

const short = (text: string) =>
  text.length > maxQuotation ? `${text.slice(0, maxQuotation).trimEnd()}…` : text;

/** Rare words that are named; of more the number is said. */
const maxNamed = 5;

/** "Hardly seen in training: blacksmith (2 sentences), ploughshare (never). …"; undefined where there is no such word. */
export function rareWordsInWords(
  text: string,
  rareWords: readonly RareWord[] = [],
): string | undefined {
  if (rareWords.length === 0) {
    return undefined;
  }
  const named = rareWords
    .slice(0, maxNamed)
    .map(
      ({ start, end, sentences }) =>
        `${text.slice(start, end)} (${sentences === 0 ? 'never' : count(sentences, 'sentence')})`,
    );
  const rest = rareWords.length - named.length;
  const more = rest > 0 ? ` and ${count(rest, 'other')}` : '';
  return `Hardly seen in training: ${named.join(', ')}${more}. ${rareWords.length === 1 ? 'Its translation is a guess.' : 'Their translations are guesses.'}`;
}
