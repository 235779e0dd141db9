import type { Suggestion } from '../../src/extension/features/completion/suggester';
import type { WrittenPosition } from './completionPositions';

/** What became of one place. */
export interface Outcome {
  readonly isOffered: boolean;
  /** The first line of the offer is the rest of the line, to the letter. */
  readonly isExact: boolean;
  /** Keys that taking the offer saves, where all that it says in its first line is what was written: its length less one. */
  readonly saved: number;
  /** Letters of the rest of the line. */
  readonly letters: number;
  /** Taking the offer leaves the line, and the text around it, with more unmatched brackets, quotes or tags than before. */
  readonly isUnbalanced: boolean;
  readonly score: number | undefined;
}

export function judgePosition(
  { before, after, truth, language }: WrittenPosition,
  [offer]: readonly Pick<Suggestion, 'text' | 'replacedLength' | 'score'>[],
): Outcome {
  const none = { isOffered: false, isExact: false, saved: 0, letters: truth.length };
  if (!offer) {
    return { ...none, isUnbalanced: false, score: undefined };
  }
  const [first = ''] = offer.text.split('\n');
  const isWhole = first === truth;
  const isPrefix =
    truth.startsWith(first) && /^(?:$|[^\p{L}\p{N}_])/u.test(truth.slice(first.length));
  return {
    isOffered: true,
    // What an editor has put behind the caret need not be offered.
    isExact:
      isWhole ||
      (isPrefix &&
        /^[)\]}"'`;,:]*$/u.test(truth.slice(first.length)) &&
        after.startsWith(truth.slice(first.length)) &&
        truth !== ''),
    saved: isPrefix ? Math.max(0, first.length - 1) : 0,
    letters: truth.length,
    isUnbalanced: isLessBalanced(
      before,
      after,
      offer,
      language === 'prose' || language === 'markdown',
    ),
    score: offer.score,
  };
}

/** Counted in the plainest way, apart from the rules of completion. */
function isLessBalanced(
  before: string,
  after: string,
  { text, replacedLength }: { readonly text: string; readonly replacedLength: number },
  isProse: boolean,
): boolean {
  const lineBefore = before.slice(before.lastIndexOf('\n') + 1);
  const [restBefore = ''] = after.split('\n');
  const bare = lineBefore + restBefore;
  const taken = lineBefore + text + restBefore.slice(replacedLength);
  const measures = isProse ? [unmatched] : [unmatched, oddQuotes];
  const wholeBare = before + after;
  const wholeTaken = before + text + after.slice(replacedLength);
  return measures.some(
    measure => measure(taken) > measure(bare) && measure(wholeTaken) >= measure(wholeBare),
  );
}

function unmatched(text: string): number {
  const open: string[] = [];
  let strays = 0;
  for (const character of text) {
    const index = ')]}'.indexOf(character);
    if ('([{'.includes(character)) {
      open.push(character);
    } else if (index >= 0) {
      if (open.at(-1) === '([{'[index]) {
        open.pop();
      } else {
        strays++;
      }
    }
  }
  return open.length + strays;
}

const oddQuotes = (text: string): number =>
  text.split('\n').reduce((sum, line) => {
    const plain = line.replaceAll(/\\./gu, '');
    return sum + ['"', '`'].filter(quote => (plain.split(quote).length - 1) % 2 === 1).length;
  }, 0);
