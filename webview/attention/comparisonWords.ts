/** The words of a comparison. */
import { html, nothing, type TemplateResult } from 'lit';
import { percent } from '../../src/common/text/percent';
import { thousands } from '../common/numbers';
import { headsInWords } from '../matrix/heads';
import { linkAt, type Pointing } from '../matrix/link';
import { maskedInA, maskedInB } from '../matrix/difference';
import { type MatrixView, rowOf } from '../matrix/matrixView';
import { nameOf, type Unit } from '../matrix/units';
import type { ViewModel } from './viewModel';
import type { Comparison } from './comparison';

/** One cell that both readings have. */
interface ComparedLink {
  readonly query: string;
  readonly key: string;
  readonly a: number;
  readonly b: number;
  /** Whether it is spoken of because no other differs more between two words. */
  readonly isLargest: boolean;
  /** Who may not look there, so that there is no weight to compare. */
  readonly masked: readonly ('A' | 'B')[];
}

/** "62.8 points more", of a share less another. */
function pointsWords(difference: number): string {
  const points = (Math.abs(difference) * 100).toFixed(1);
  return points === '0.0'
    ? 'no difference'
    : `${points} ${points === '1.0' ? 'point' : 'points'} ${difference > 0 ? 'more' : 'less'}`;
}

/** "+62.8", for a column of numbers. */
export const signedPoints = (difference: number): string =>
  `${difference < 0 ? '−' : '+'}${(Math.abs(difference) * 100).toFixed(1)}`;

/**
 * The link that is spoken of: the one pointed at; of a token alone the one where both differ most; with nothing pointed
 * at, the largest difference between two words. Undefined where what is pointed at has no partner.
 */
function comparedLink({ difference, lit }: Comparison): ComparedLink | undefined {
  const { view, a, b, columns } = difference;
  const pointed = lit.difference;
  const isAlone = (pointing: Pointing) =>
    (pointing.queries.length > 0 && pointed.queries.length === 0) ||
    (pointing.key !== undefined && pointed.key === undefined);
  if (isAlone(lit.a) || isAlone(lit.b)) {
    return undefined;
  }
  const isLargest = pointed.queries.length === 0 && pointed.key === undefined;
  const sizes = { ...view, weights: view.weights.map(Math.abs) };
  const link = linkAt(sizes, pointed);
  if (!link) {
    return undefined;
  }
  const mean = (weights: Float32Array<ArrayBuffer>) =>
    rowOf({ ...view, weights }, link.queries)[link.key] ?? 0;
  const names = (units: readonly Unit[], indexes: readonly number[]) =>
    indexes.flatMap(index => units.slice(index, index + 1).map(nameOf)).join(', ');
  return columns.length === 0
    ? undefined
    : {
        query: names(view.queries, link.queries.slice(0, 3)),
        key: names(view.keys, [link.key]),
        ...{ a: mean(a), b: mean(b), isLargest, masked: maskedAt(view, link) },
      };
}

/** Whose weight of a single cell there is not. */
function maskedAt(
  { keys, hatched }: MatrixView,
  { queries, key }: { readonly queries: readonly number[]; readonly key: number },
): readonly ('A' | 'B')[] {
  const [query] = queries;
  const bits =
    query === undefined || queries.length > 1
      ? 0
      : (hatched?.cells?.[query * keys.length + key] ?? 0);
  return [
    ...((bits & maskedInA) === 0 ? [] : ['A' as const]),
    ...((bits & maskedInB) === 0 ? [] : ['B' as const]),
  ];
}

/** The cells that differ most between two words, with their indexes in the difference. */
export function largestDifferences(
  { difference: { view, a, b } }: Pick<Comparison, 'difference'>,
  howMany: number,
): readonly {
  readonly query: number;
  readonly key: number;
  readonly a: number;
  readonly b: number;
}[] {
  const { keys, queries, weights, offScale } = view;
  const isWord = (unit: Unit | undefined) => /[\p{L}\p{N}]/u.test(unit?.characters ?? '');
  return Array.from(weights, (weight, index) => ({
    ...{ query: Math.floor(index / keys.length), key: index % keys.length },
    ...{ a: a[index] ?? 0, b: b[index] ?? 0, size: Math.abs(weight) },
  }))
    .filter(
      ({ query, key, size }) =>
        size >= 0.0005 &&
        isWord(queries[query]) &&
        isWord(keys[key]) &&
        !offScale.rows[query] &&
        !offScale.columns[key],
    )
    .sort((x, y) => y.size - x.size)
    .slice(0, howMany);
}

/** What stands where a pointed token has no partner: what it is in its own reading. */
function aloneWords({ lit, views }: Comparison): {
  readonly which: 'A' | 'B';
  readonly link: string;
  readonly weight: number | undefined;
} {
  // Where one has no partner, less is lit than where the user points.
  const litIn = ({ queries, key }: Pointing) =>
    (queries.length > 0 ? 1 : 0) + (key === undefined ? 0 : 1);
  const isOfA = litIn(lit.a) > litIn(lit.b);
  const [view, pointing]: readonly [MatrixView, Pointing] = isOfA
    ? [views.a, lit.a]
    : [views.b, lit.b];
  const link = linkAt(view, pointing);
  const names = (units: readonly Unit[], indexes: readonly number[]) =>
    indexes.flatMap(index => units.slice(index, index + 1).map(nameOf)).join(', ');
  return {
    which: isOfA ? 'A' : 'B',
    link: link ? `${names(view.queries, link.queries)} → ${names(view.keys, [link.key])}` : '',
    weight: link?.isMasked ? undefined : link?.weight,
  };
}

/** "64.9 % against 2.1 %  it → cat  62.8 points more": always there, in the place of the line of one picture. */
export function comparisonWords(comparison: Comparison, viewModel: ViewModel): TemplateResult {
  const link = comparedLink(comparison);
  const title = comparisonSentence(comparison, viewModel);
  return html`<div class="words compared-words">
    <p class="link" title=${title}>${link ? linkWords(link) : aloneLine(comparison)}</p>
    <p class="summary quiet">${alignmentWords(comparison)}</p>
  </div>`;
}

const linkWords = ({ query, key, a, b, isLargest, masked }: ComparedLink) =>
  html`${
      isLargest ? html`<span class="quiet nowrap">Largest difference between words</span>` : nothing
    }
    <span class="nowrap"
      ><strong>${masked.includes('A') ? '–' : percent(a)}</strong>
      <span class="quiet">against</span>
      <strong>${masked.includes('B') ? '–' : percent(b)}</strong></span
    >
    <span class="pair"
      ><bdi class="code">${query}</bdi> <span class="arrow" aria-label="to">→</span>
      <bdi class="code">${key}</bdi></span
    >
    <span class="quiet nowrap"
      >${masked.length > 0 ? `${masked.join(' and ')} may not look ahead` : pointsWords(a - b)}</span
    >`;

function aloneLine(comparison: Comparison): TemplateResult {
  const { which, link, weight } = aloneWords(comparison);
  return html`${weight === undefined ? nothing : html`<strong>${percent(weight)}</strong>`}
    <span class="pair code">${link}</span>
    <span class="quiet">only in ${which}: nothing to compare it with</span>`;
}

/** How much of both is compared, and what is hatched. */
function alignmentWords({ aligned, units, alone }: Comparison): string {
  const [a, b] = [alone.a.length, alone.b.length];
  if (a + b === 0) {
    return `All ${thousands(units.a)} tokens are compared.`;
  }
  const names = (which: 'a' | 'b') => {
    const all = alone[which];
    const named = all.slice(0, 4).map(nameOf).join(', ');
    const more = all.length > 4 ? ` and ${thousands(all.length - 4)} more` : '';
    return all.length === 0 ? [] : `${named}${more} (only in ${which.toUpperCase()})`;
  };
  return `Compared: ${thousands(aligned.a)} of ${thousands(units.a)} tokens of A with ${thousands(aligned.b)} of ${thousands(units.b)} of B. Hatched: ${[...[names('a')].flat(), ...[names('b')].flat()].join('; ')}.`;
}

/** One sentence for the pair, for a screen reader and a hover. */
export function comparisonSentence(
  comparison: Comparison,
  { choice, attention }: ViewModel,
): string {
  const link = comparedLink(comparison);
  if (!link) {
    const { which, link: words, weight } = aloneWords(comparison);
    return `${words} stands only in ${which}${weight === undefined ? '' : `, with ${percent(weight)}`}: there is nothing to compare it with.`;
  }
  const { query, key, a, b, masked } = link;
  const headsA = headsInWords(choice, attention.shape);
  const headsB = headsInWords(comparison.choice, comparison.attention.shape);
  if (masked.length > 0) {
    return `From ${query} to ${key}: ${masked.join(' and ')} may not look ahead, so there is no difference.`;
  }
  return `From ${query} to ${key}: ${percent(a)} in A, ${headsA}, against ${percent(b)} in B, ${headsB}: ${pointsWords(a - b)}.`;
}
