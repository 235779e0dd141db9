import type { WordPart, WordStep } from '../../common/protocol/engine/tokenize';
import { bytesOfLetters } from './bytesToUnicode';
import type { ByteLevelFile } from './tokenizerFile';
import type { StepsOfWord } from './tokenizationTrace';

/**
 * The merges of byte-pair encoding, one a step: of all neighbours the pair that training merged first, and of equal
 * pairs the leftmost, until no two neighbours are a pair.
 *
 * @see Sennrich et al., Neural Machine Translation of Rare Words with Subword Units, arXiv:1508.07909, section 3.2
 */
export function byteLevelSteps({ model }: ByteLevelFile): StepsOfWord {
  let ranks: ReadonlyMap<string, number> | undefined;

  return word => {
    ranks ??= new Map(model.merges.map((pair, rank) => [keyOf(pair), rank]));
    let parts: readonly string[] = Array.from(word);
    const start = parts.map(partOf);
    const steps: WordStep[] = [];
    for (;;) {
      const best = firstPair(parts, ranks);
      if (!best) {
        return { start, steps };
      }
      const { at, rank } = best;
      const [left = '', right = ''] = parts.slice(at, at + 2);
      parts = parts.toSpliced(at, 2, left + right);
      steps.push({ parts: parts.map(partOf), made: at, merge: { pair: [left, right], rank } });
    }
  };
}

/** Neither side of a pair holds a space: a byte-level vocabulary has a letter for it. */
const keyOf = (pair: string | readonly [string, string]): string =>
  typeof pair === 'string' ? pair : pair.join(' ');

const partOf = (text: string): WordPart => ({ text, bytes: bytesOfLetters(text) });

/** Where the pair of the lowest rank stands first; undefined where no two neighbours are a pair. */
function firstPair(parts: readonly string[], ranks: ReadonlyMap<string, number>) {
  let best: { readonly at: number; readonly rank: number } | undefined;
  for (let at = 0; at + 1 < parts.length; at++) {
    const rank = ranks.get(`${parts[at]!} ${parts[at + 1]!}`);
    if (rank !== undefined && (!best || rank < best.rank)) {
      best = { at, rank };
    }
  }
  return best;
}
