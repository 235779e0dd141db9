import type { RareWord } from '../../src/common/protocol/engine/analyze';
import { count } from './numbers';

const shown = 5;

/** "Hardly seen in training: blacksmith (2 sentences), ploughshare (never). …"; undefined where there is no such word. */
export function rareWordsInWords(
  text: string,
  rareWords: readonly RareWord[] = [],
): string | undefined {
  if (rareWords.length === 0) {
    return undefined;
  }
  const named = rareWords
    .slice(0, shown)
    .map(
      ({ start, end, sentences }) =>
        `${text.slice(start, end)} (${sentences === 0 ? 'never' : count(sentences, 'sentence')})`,
    );
  const rest = rareWords.length - named.length;
  const more = rest > 0 ? ` and ${count(rest, 'other')}` : '';
  return `Hardly seen in training: ${named.join(', ')}${more}. ${rareWords.length === 1 ? 'Its translation is a guess.' : 'Their translations are guesses.'}`;
}
