/** The chosen heads, in data and in words, and what each mostly looks at. */
import type { HeadPosition } from '../../src/common/attention/attention';
import { averagedHeads, existingHeads, isSameChoice } from '../../src/common/attention/chosenHeads';
import type { Attention, Token } from '../../src/common/protocol/engine/types';
import { percent } from '../../src/common/text/percent';
import { thousands } from '../common/numbers';

/** The heads whose average is shown; none chosen means all of them. */
export type HeadChoice = readonly HeadPosition[];

export type Shape = Attention['shape'];

export const isSameHead = (a: HeadPosition, b: HeadPosition): boolean =>
  a.layer === b.layer && a.head === b.head;

/** A whole layer. */
export const headsOfLayer = (layer: number, [, heads]: Shape): HeadPosition[] =>
  Array.from({ length: heads }, (_, head) => ({ layer, head }));

/** The same head of every layer. */
export const headsOfColumn = (head: number, [layers]: Shape): HeadPosition[] =>
  Array.from({ length: layers }, (_, layer) => ({ layer, head }));

/** Whether a model has a head. */
export const isThere = ({ layer, head }: HeadPosition, shape: Shape): boolean =>
  layer < shape[0] && head < shape[1];

/** Whether the average of all heads is what a choice shows. */
export const isEvery = (choice: HeadChoice, shape: Shape): boolean =>
  shownHeads(choice, shape).length === shape[0] * shape[1];

/** The heads that are averaged: those chosen that the model has, else all. */
export const shownHeads = (choice: HeadChoice, shape: Shape): readonly HeadPosition[] =>
  averagedHeads(existingHeads(choice, shape) ?? [], shape);

/** What a click makes of a choice: exactly these heads, or no choice where they were chosen already. */
export function choose(
  choice: HeadChoice | undefined,
  heads: readonly HeadPosition[],
): HeadChoice | undefined {
  return choice && isSameChoice(choice, heads) ? undefined : heads;
}

/** What a shift-click makes of the shown heads: these as well, or without them where all were shown; none left is no choice. */
export function addOrRemove(
  shown: HeadChoice,
  heads: readonly HeadPosition[],
): HeadChoice | undefined {
  const isIn = (head: HeadPosition) => shown.some(other => isSameHead(other, head));
  const left = shown.filter(head => !heads.some(other => isSameHead(other, head)));
  return !heads.every(isIn)
    ? [...shown, ...heads.filter(head => !isIn(head))]
    : left.length > 0
      ? left
      : undefined;
}

/** "L2·H4"; counted from 1. */
export const headName = ({ layer, head }: HeadPosition): string => `L${layer + 1}·H${head + 1}`;

/**
 * The mean of some heads' matrices.
 *
 * @returns [Q, K], row-major; every row sums to 1. A view of the tensor for one head, not to be changed.
 */
export function averageHeads(
  { shape, weights }: Attention,
  heads: readonly HeadPosition[],
): Float32Array<ArrayBuffer> {
  const size = shape[2] * shape[3];
  const matrixOf = ({ layer, head }: HeadPosition) => {
    const start = (layer * shape[1] + head) * size;
    return weights.subarray(start, start + size);
  };
  const [only] = heads;
  if (only && heads.length === 1) {
    return matrixOf(only);
  }
  const mean = new Float32Array(size);
  for (const head of heads) {
    const matrix = matrixOf(head);
    for (let index = 0; index < size; index++) {
      mean[index]! += matrix[index]!;
    }
  }
  for (let index = 0; index < size; index++) {
    mean[index]! /= heads.length;
  }
  return mean;
}

/** "layer 5, head 3"; counted from 1, as the navigator counts. */
export function headsInWords(choice: HeadChoice, shape: Shape): string {
  const heads = shownHeads(choice, shape);
  const [first] = heads;
  const total = shape[0] * shape[1];
  if (!first || heads.length === total) {
    return total === 1 ? 'the only head' : `average of all ${thousands(total)} heads`;
  }
  if (heads.length === 1) {
    return `layer ${first.layer + 1}, head ${first.head + 1}`;
  }
  if (isSameChoice(heads, headsOfLayer(first.layer, shape))) {
    return `layer ${first.layer + 1}, average of its ${shape[1]} heads`;
  }
  if (isSameChoice(heads, headsOfColumn(first.head, shape))) {
    return `head ${first.head + 1}, average of all ${shape[0]} layers`;
  }
  const named = heads.slice(0, 4).map(headName);
  const more = heads.length > named.length ? ' …' : '';
  return `average of ${heads.length} heads: ${named.join(', ')}${more}`;
}

/** Where a head looks, by position or by kind of token. */
type Pattern = 'previous' | 'next' | 'same' | 'separator' | 'start' | 'first' | 'broad' | 'mixed';

export interface HeadSummary {
  /** `mixed` where no single pattern holds half of the weight. */
  readonly pattern: Pattern;
  /** For `broad`, over what share of the tokens that it can see an even spread would be as wide; else the share of the weight that the largest pattern holds. 0 to 1. */
  readonly share: number;
  /** The largest pattern that is no more than a part; the same as `pattern` unless that is `mixed`. */
  readonly largest: Pattern;
  /** How many tokens each can see; undefined where some see more than others. */
  readonly tokens?: number | undefined;
}

/** From here on a head is said to do mostly this. */
const most = 0.5;
/** As wide as an even spread over this share of the tokens that can be seen. */
const broad = 0.4;

/**
 * What a head, or an average of heads, does mostly on this text.
 *
 * Shares are means over the queries that stand for characters: each token's own, not the text's, so a long
 * text counts no more than a short one. The patterns are those of Clark et al., "What Does BERT Look At?",
 * 2019, arXiv:1906.04341, sections 3.1 to 3.3, and the sink of Xiao et al., arXiv:2309.17453, section 3.1. The first
 * token of a model that only looks back does not count: it has nothing else to look at.
 *
 * @param weights [S, S], row-major; rows sum to 1. Neither merged nor hidden.
 */
export function summarize(
  weights: Float32Array,
  tokens: readonly Token[],
  kind: Attention['kind'],
): HeadSummary {
  const size = tokens.length;
  const looksBack = kind === 'decoder';
  const shares = { previous: 0, next: 0, same: 0, separator: 0, start: 0, first: 0 };
  let width = 0;
  let rows = 0;
  const placesOf = new Map<number, number[]>();
  tokens.forEach(({ id }, index) => placesOf.set(id, [...(placesOf.get(id) ?? []), index]));
  const separators = tokens.flatMap((token, index) =>
    token.isSpecial && index > 0 ? [index] : [],
  );

  tokens.forEach((token, query) => {
    if (token.isSpecial || (looksBack && query === 0)) {
      return;
    }
    const row = weights.subarray(query * size, (query + 1) * size);
    const sum = (keys: readonly number[]) =>
      keys.reduce((total, key) => total + (row[key] ?? 0), 0);
    shares.previous += tokens[query - 1]?.isSpecial === false ? (row[query - 1] ?? 0) : 0;
    shares.next += tokens[query + 1]?.isSpecial === false ? (row[query + 1] ?? 0) : 0;
    shares.same += sum(placesOf.get(token.id) ?? []);
    shares.separator += sum(separators);
    shares.start += tokens[0]?.isSpecial ? (row[0] ?? 0) : 0;
    shares.first += looksBack && !tokens[0]?.isSpecial ? (row[0] ?? 0) : 0;
    let squares = 0;
    for (let key = 0; key < size; key++) {
      squares += row[key]! * row[key]!;
    }
    // The number of tokens of an even spread with the same sum of squares: 1 for one token, S for all alike.
    width += squares > 0 ? 1 / squares / (looksBack ? query + 1 : size) : 0;
    rows++;
  });

  let largest: Exclude<Pattern, 'broad' | 'mixed'> = 'previous';
  for (const pattern of ['next', 'same', 'separator', 'start', 'first'] as const) {
    largest = shares[pattern] > shares[largest] ? pattern : largest;
  }
  const share = rows > 0 ? shares[largest] / rows : 0;
  const spread = rows > 0 ? width / rows : 0;
  if (share >= most) {
    return { pattern: largest, share, largest };
  }
  return spread >= broad
    ? { pattern: 'broad', share: spread, largest: 'broad', tokens: looksBack ? undefined : size }
    : { pattern: 'mixed', share, largest };
}

const names: Readonly<Record<Pattern, string>> = {
  previous: 'the previous token',
  next: 'the next token',
  same: 'the same token',
  separator: 'the separator',
  start: 'the start token',
  first: 'the first token',
  broad: 'all tokens alike',
  mixed: 'several things',
};

const why: Readonly<Record<Pattern, string>> = {
  previous: 'Weight on the token just before, as a mean over all tokens of the text.',
  next: 'Weight on the token just after, as a mean over all tokens of the text.',
  same: 'Weight on the token itself and on its repetitions.',
  separator:
    'Weight on [SEP]. Heads that find nothing to look for on a token look there; it changes little.',
  start: 'Weight on [CLS], which stands for no word.',
  first:
    'Weight on the first token, whatever it is. Heads that find nothing to look for look there (Xiao et al. 2023, section 3.1).',
  broad:
    'The mean over all tokens of how many of those that they can see an even spread as wide as theirs would cover.',
  mixed: 'No single pattern holds half of the weight.',
};

/** "Mostly the previous token (71 % of the weight)." */
export function inWords({ pattern, share, largest, tokens }: HeadSummary): string {
  if (pattern === 'broad') {
    return tokens === undefined
      ? `Spreads widely: over about ${Math.round(10 * share)} of each 10 tokens that may be looked at.`
      : `Spreads widely: over about ${Math.round(share * tokens)} of the ${thousands(tokens)} tokens.`;
  }
  return pattern === 'mixed'
    ? `No single pattern; most goes to ${names[largest]} (${percent(share)}).`
    : `Mostly ${names[pattern]} (${percent(share)} of the weight).`;
}

/** "previous token 71 %": for a table or a label. */
export function inBrief({ pattern, share, largest, tokens = 10 }: HeadSummary): string {
  return pattern === 'broad'
    ? `broad, about ${Math.round(share * tokens)} of ${thousands(tokens)}`
    : `${names[largest].replace('the ', '')} ${percent(share)}`;
}

/** One line that explains the pattern, for a hover. */
export const explanation = ({ pattern }: HeadSummary): string => why[pattern];
