/** How well each head agrees with a dependency tree: whether words look at their heads, and heads at their dependents. */
import type { Dependency } from '../protocol/engine/analyze';
import type { Attention, Token } from '../protocol/engine/types';
import { pronouns } from '../text/functionWords';
import { allHeads, type HeadPosition } from './attention';
import { type Word, wordAttention, groupByWord } from './wordAttention';

/** Whether a dependent looks at its head, or a head at its dependent. */
type Direction = 'to-head' | 'to-dependent';

/** For every head, [L, H] each. */
interface HeadShares {
  /** The share of arcs whose one end gives the largest of its weights on other words to the other end. */
  readonly largest: Float64Array;
  /** The mean weight that it gives there, largest or not. */
  readonly weight: Float64Array;
}

/** The agreement of every head with one relation on one text. */
export interface RelationAgreement {
  /** A relation of the parser's, or {@link antecedent}. */
  readonly relation: string;
  /** Number of arcs of this relation in the text; at least 1. */
  readonly count: number;
  /** Whether dependents look at their heads. */
  readonly toHead: HeadShares;
  /** Whether heads look at their dependents. Absent from {@link antecedent}. */
  readonly toDependent?: HeadShares | undefined;
  /** The distance in words, dependent to head, that most of these arcs have. */
  readonly offset: number;
  /** The share of arcs that have it: as many a head would find that always looks so far, and knows no syntax. */
  readonly offsetShare: number;
}

/**
 * The relation of a pronoun to what it may stand for, which no dependency tree has: a personal, possessive, reflexive or
 * relative pronoun agrees where its largest weight goes to a noun phrase before it, by the parser a subject, object,
 * oblique or nominal modifier. Which of several is meant, nobody here knows.
 */
export const antecedent = 'antecedent';

/** Relations of words that name what a pronoun may stand for, without their subtypes. */
const nominal = new Set(['nsubj', 'obj', 'iobj', 'obl', 'nmod']);

/** A word that should look at one of some others. */
interface Expectation {
  readonly from: number;
  readonly to: readonly number[];
}

/**
 * Agreement of every head with every relation of a text, by falling number of arcs.
 *
 * For each word the other word counts that gets the largest weight, the first of several; special tokens count as none,
 * as in Clark et al., arXiv:1906.04341, section 4.2.
 *
 * @param attention of the text to itself, [L, H, S, S].
 * @param dependencies of the same text; roots have no arc.
 */
export function headAgreement(
  attention: Attention,
  tokens: readonly Token[],
  dependencies: readonly Dependency[],
): readonly RelationAgreement[] {
  const words = groupByWord(tokens);
  const places = new Map(words.map(({ word }, index) => [word, index]));
  const arcs = dependencies.flatMap(({ word, head, relation }) => {
    const [dependent, headPlace] = [places.get(word), places.get(head)];
    return dependent === undefined || headPlace === undefined
      ? []
      : [{ dependent, head: headPlace, relation }];
  });
  const relations = new Set(arcs.map(({ relation }) => relation));
  const mentions = pronounMentions(words, tokens, dependencies);
  const heads = allHeads(attention.shape).map(head => {
    const weights = wordAttention(attention, head, words);
    return { weights, looksAt: largestOthers(weights, words.length) };
  });
  const shares = (expected: readonly Expectation[]): HeadShares => ({
    largest: Float64Array.from(
      heads,
      ({ looksAt }) =>
        expected.filter(({ from, to }) => to.includes(looksAt[from] ?? -1)).length /
        expected.length,
    ),
    weight: Float64Array.from(heads, ({ weights }) => {
      const weightOf = ({ from, to }: Expectation) =>
        Math.max(...to.map(place => weights[from * words.length + place] ?? 0));
      return expected.reduce((sum, one) => sum + weightOf(one), 0) / expected.length;
    }),
  });
  const agreements = Array.from(relations, (relation): RelationAgreement => {
    const those = arcs.filter(arc => arc.relation === relation);
    return {
      relation,
      count: those.length,
      toHead: shares(those.map(({ dependent, head }) => ({ from: dependent, to: [head] }))),
      toDependent: shares(those.map(({ dependent, head }) => ({ from: head, to: [dependent] }))),
      ...commonOffset(those.map(({ dependent, head }) => [head - dependent])),
    };
  });
  if (mentions.length > 0) {
    agreements.push({
      relation: antecedent,
      count: mentions.length,
      toHead: shares(mentions),
      ...commonOffset(mentions.map(({ from, to }) => to.map(place => place - from))),
    });
  }
  return agreements.toSorted((a, b) => b.count - a.count || (a.relation < b.relation ? -1 : 1));
}

/** A head and how well it agrees. */
export interface RankedHead extends HeadPosition {
  /** The share of arcs, 0 to 1. */
  readonly share: number;
  /** The mean weight, 0 to 1. */
  readonly weight: number;
  readonly direction: Direction;
}

/** The heads that agree most with a relation in either direction, best first; of equal shares the larger weight. */
export function bestHeads(
  { toHead, toDependent }: RelationAgreement,
  shape: Attention['shape'],
  count: number,
): RankedHead[] {
  return allHeads(shape)
    .map(({ layer, head }, index): RankedHead => {
      const of = (direction: Direction, shares: HeadShares | undefined): RankedHead => {
        const [share = 0, weight = 0] = [shares?.largest[index], shares?.weight[index]];
        return { layer, head, share, weight, direction };
      };
      const [up, down] = [of('to-head', toHead), of('to-dependent', toDependent)];
      return byAgreement(up, down) <= 0 ? up : down;
    })
    .toSorted(byAgreement)
    .slice(0, count)
    .filter(({ share }) => share > 0);
}

const byAgreement = (a: RankedHead, b: RankedHead) => b.share - a.share || b.weight - a.weight;

/**
 * For each word the other word that gets most of its weight, the first of several; -1 where there is none.
 *
 * @param weights [W, W], from then to.
 */
function largestOthers(weights: Float64Array, words: number): readonly number[] {
  return Array.from({ length: words }, (_, from) => {
    let best = -1;
    for (let to = 0; to < words; to++) {
      const weight = weights[from * words + to] ?? 0;
      if (to !== from && (best < 0 || weight > (weights[from * words + best] ?? 0))) {
        best = to;
      }
    }
    return best;
  });
}

/** Pronouns that have a noun phrase before them. */
function pronounMentions(
  words: readonly Word[],
  tokens: readonly Token[],
  dependencies: readonly Dependency[],
): readonly Expectation[] {
  const relationOf = new Map(dependencies.map(({ word, relation }) => [word, relation]));
  const isPronoun = words.map(({ tokens: indices }) => {
    const [index, ...more] = indices;
    const text = index !== undefined && more.length === 0 ? tokens[index]?.text : undefined;
    return text !== undefined && pronouns.has(text.toLowerCase());
  });
  const names = words.map(
    ({ word }, place) =>
      !isPronoun[place] && nominal.has((relationOf.get(word) ?? '').split(':')[0] ?? ''),
  );
  return words.flatMap((_, from) => {
    const to = names.flatMap((is, place) => (is && place < from ? [place] : []));
    return isPronoun[from] && to.length > 0 ? [{ from, to }] : [];
  });
}

/** The distance that most arcs have, the nearest of several; an arc may have any of some distances. */
function commonOffset(arcs: readonly (readonly number[])[]): {
  readonly offset: number;
  readonly offsetShare: number;
} {
  const counts = new Map<number, number>();
  for (const offset of arcs.flat()) {
    counts.set(offset, (counts.get(offset) ?? 0) + 1);
  }
  const [[offset, count] = [0, 0]] = [...counts].toSorted(
    ([a, m], [b, n]) => n - m || Math.abs(a) - Math.abs(b) || a - b,
  );
  return { offset, offsetShare: count / arcs.length };
}
