import type { Token } from '../../src/shared/engineApi';
import type { Subject, TextRange } from '../../src/shared/pageApi';
import { visibleText } from '../tokenText';

/** A row or a column of the shown matrix: a token, or a word of several. */
export interface Unit {
  /** As drawn: nothing hidden in it, not yet elided. */
  readonly label: string;
  /** The characters it stands for, as drawn; empty for a special token. */
  readonly characters: string;
  /** Indexes into the tokens of the analysis. */
  readonly tokens: readonly number[];
  readonly isSpecial: boolean;
  readonly isSeparator: boolean;
  /** Where it stands in its text; empty for a special token. */
  readonly range: TextRange;
}

const separators = new Set(['[SEP]', '</s>']);

/** Each token as a unit of its own, in the vocabulary's spelling. */
export function tokenUnits(tokens: readonly Token[], subject: Subject): Unit[] {
  return tokens.map((_, index) => unitOf(tokens, [index], subject));
}

/** Words as the pre-tokenizer cut them; special tokens stay units of their own. */
export function wordUnits(tokens: readonly Token[], subject: Subject): Unit[] {
  const groups: number[][] = [];
  tokens.forEach((token, index) => {
    const before = tokens[index - 1];
    const isSameWord =
      before && !token.isSpecial && before.word === token.word && before.segment === token.segment;
    if (isSameWord) {
      groups.at(-1)?.push(index);
    } else {
      groups.push([index]);
    }
  });
  return groups.map(group => unitOf(tokens, group, subject));
}

function unitOf(all: readonly Token[], group: readonly number[], subject: Subject): Unit {
  const tokens = group.flatMap(index => all[index] ?? []);
  const [first] = tokens;
  if (!first) {
    throw new RangeError('a unit has at least one token');
  }
  const range = {
    segment: first.segment,
    start: Math.min(...tokens.map(token => token.start)),
    end: Math.max(...tokens.map(token => token.end)),
  };
  const text = subject.segments[first.segment]?.text ?? '';
  const characters = first.isSpecial ? '' : visibleText(text.slice(range.start, range.end));
  // The model knows nothing of the characters behind [UNK]; the person does.
  const speaksForItself = tokens.length === 1 && first.text !== '[UNK]';
  return {
    label: first.isSpecial || speaksForItself ? visibleText(first.text) : characters,
    characters,
    tokens: group,
    isSpecial: first.isSpecial,
    isSeparator: first.isSpecial && separators.has(first.text),
    range,
  };
}

/** The unit that covers most of a stretch of text, or that the caret stands in or at the end of. */
export function unitAt(units: readonly Unit[], range: TextRange): number | undefined {
  let best: number | undefined;
  let most = 0;
  units.forEach((unit, index) => {
    if (unit.isSpecial || unit.range.segment !== range.segment) {
      return;
    }
    const shared = Math.min(unit.range.end, range.end) - Math.max(unit.range.start, range.start);
    // A caret is an empty range: it shares no character, yet stands on one.
    const covered = range.start === range.end && shared === 0 ? 0.5 : shared;
    if (covered > most || (covered === 0.5 && most === 0.5 && unit.range.start === range.start)) {
      most = covered;
      best = index;
    }
  });
  return best;
}
