/** A comparison of the picture with another head, layer, sentence or model, derived from the state. */
import { allHeads, type HeadPosition } from '../../src/common/attention/attention';
import type { Attention } from '../../src/common/protocol/engine/types';
import { memo } from '../common/store';
import { align, type Alignment, pairsOf } from '../matrix/alignment';
import { type Difference, differenceOf, withPartners } from '../matrix/difference';
import {
  averageHeads,
  type HeadChoice,
  headsOfLayer,
  isSameHead,
  isThere,
  shownHeads,
} from '../matrix/heads';
import type { Pointing } from '../matrix/link';
import { axesOf, matrixView, type MatrixView } from '../matrix/matrixView';
import type { Side, Unit } from '../matrix/units';
import { allUnits } from './text/allUnits';
import { type AttentionState, mergesWords, type SavedComparison } from './attentionState';
import type { Shown } from './text/shown';
import { tellingHeads } from './telling';
import type { ComparisonKind, Pane } from './comparisonKinds';

/** Both readings and their difference. */
export interface Comparison {
  readonly kind: ComparisonKind;
  /** What the other picture is of. */
  readonly other: Shown;
  readonly attention: Attention;
  /** Heads of the other picture. */
  readonly choice: HeadChoice;
  readonly views: Readonly<Record<Pane, MatrixView>>;
  readonly difference: Difference;
  /** What is lit in each picture. */
  readonly lit: Readonly<Record<Pane, Pointing>>;
  /** Units of A and of B without a partner, in the order of their texts, each once. */
  readonly alone: Readonly<Record<'a' | 'b', readonly Unit[]>>;
  /** How many of the units of both sides have a partner. */
  readonly aligned: Readonly<Record<'a' | 'b', number>>;
  readonly units: Readonly<Record<'a' | 'b', number>>;
}

/** The picture that is compared: A. */
export interface ComparedPicture {
  readonly shown: Shown;
  readonly attention: Attention;
  readonly choice: HeadChoice;
  readonly view: MatrixView;
  readonly lit: Pointing;
}

/** Makes comparisons; each part is computed again only when what it is made of has changed. */
export function createComparisonMaker(): (
  state: AttentionState,
  picture: ComparedPicture,
) => Comparison | undefined {
  const unitsOf = memo(allUnits);
  const axes = memo((units: ReturnType<typeof allUnits>, hideSpecial: boolean, hideSink: boolean) =>
    axesOf(units, { hideSpecial, hideSink, block: 'all' }),
  );
  const average = memo((attention: Attention, choice: HeadChoice) =>
    averageHeads(attention, shownHeads(choice, attention.shape)),
  );
  const sizeOf = memo(({ shape }: Attention): readonly [number, number] => [shape[2], shape[3]]);
  const viewOf = memo(matrixView);
  const choiceOf = memo(choiceOfOther);
  const compare = memo(compareViews);

  return ({ saved, compared }, picture) => {
    const { compare: wanted } = saved;
    const isOfPicture = wanted?.with === 'head' || wanted?.with === 'layer';
    const ran = compared.shown && isComparable(wanted, picture.shown, compared.shown);
    const other = isOfPicture ? picture.shown : ran ? compared.shown : undefined;
    const attention = isOfPicture ? picture.attention : other && matching(other, picture);
    if (!wanted || !other || !attention) {
      return undefined;
    }
    const choice = choiceOf(wanted, other, attention, picture.choice);
    const view = isOfPicture
      ? viewOf(average(attention, choice), sizeOf(attention), picture.view, saved.rescale)
      : viewOf(
          average(attention, choice),
          sizeOf(attention),
          axes(
            unitsOf(other, attention.kind, mergesWords(saved, other.analysis)),
            ...([saved.hideSpecial, saved.hideSink] as const),
          ),
          saved.rescale,
        );
    const made = compare(picture.view, picture.shown, view, other);
    return {
      kind: wanted.with,
      ...{ other, attention, choice },
      ...made,
      lit: litIn(made.difference, picture.lit, made.views),
    };
  };
}

/** Whether the last run is of what is compared now: it stays while a second one runs, but not with another picture. */
const isComparable = (wanted: SavedComparison | undefined, a: Shown, b: Shown) =>
  wanted?.with === 'sentence'
    ? a.subject.modelId === b.subject.modelId && (wanted.text ?? '').trim() !== ''
    : a.subject.modelId !== b.subject.modelId &&
      a.subject.segments[0].text === b.subject.segments[0].text;

/** The attention of another analysis that is over the same sides, of the same kind where it has that. */
function matching(
  { analysis }: Shown,
  { attention, shown }: ComparedPicture,
): Attention | undefined {
  const sides = (kind: Attention['kind'], of: Shown['analysis']) =>
    kind === 'encoder' || of.target.length === 0 ? 'source' : kind === 'cross' ? 'both' : 'target';
  const wanted = sides(attention.kind, shown.analysis);
  const same = analysis.attentions.filter(({ kind }) => sides(kind, analysis) === wanted);
  return same.find(({ kind }) => kind === attention.kind) ?? same[0] ?? analysis.attentions[0];
}

/** The heads of B: those chosen, else those of A, or what makes a comparison at all. */
function choiceOfOther(
  wanted: SavedComparison,
  other: Shown,
  attention: Attention,
  ofPicture: HeadChoice,
): HeadChoice {
  const { shape } = attention;
  const chosen = wanted.heads?.filter(head => isThere(head, shape)) ?? [];
  if (chosen.length > 0) {
    return chosen;
  }
  switch (wanted.with) {
    case 'head':
    case 'layer':
      return defaultOther(wanted.with, ofPicture, other, attention);
    case 'sentence':
      return ofPicture;
    case 'model': {
      const [telling] = tellingHeads(other, attention);
      return telling ? [{ layer: telling.layer, head: telling.head }] : [];
    }
  }
}

/** The most telling other head, where no head tells anything the next one; or the next layer, after the last the one before. */
export function defaultOther(
  kind: 'head' | 'layer',
  choice: HeadChoice,
  shown: Shown,
  attention: Attention,
): HeadChoice {
  const { shape } = attention;
  const heads = shownHeads(choice, shape);
  const { layer } = heads[0] ?? { layer: 0 };
  if (kind === 'layer') {
    return headsOfLayer(layer + 1 < shape[0] ? layer + 1 : Math.max(0, layer - 1), shape);
  }
  const isOther = (one: HeadPosition) =>
    heads.length > 1 || !heads.some(each => isSameHead(each, one));
  const other = [...tellingHeads(shown, attention), ...allHeads(shape)].find(isOther);
  return other ? [{ layer: other.layer, head: other.head }] : heads;
}

function compareViews(
  viewA: MatrixView,
  shownA: Shown,
  viewB: MatrixView,
  shownB: Shown,
): Pick<Comparison, 'views' | 'difference' | 'alone' | 'aligned' | 'units'> {
  const [textsA, textsB] = [textsOf(shownA), textsOf(shownB)];
  const alignAxis = (side: 'queries' | 'keys') =>
    align({ units: viewA[side], texts: textsA }, { units: viewB[side], texts: textsB });
  const [rows, columns] = [alignAxis('queries'), alignAxis('keys')];
  const difference = differenceOf(viewA, viewB, rows, columns);
  // One scale for both, or a pale cell of one would be as much as a strong one of the other.
  const largest = Math.max(viewA.largest, viewB.largest);
  const a = withPartners(viewA, 'a', difference, largest);
  const b = withPartners(viewB, 'b', difference, largest);
  return {
    views: { a, b, difference: difference.view },
    difference,
    alone: { a: aloneIn(a), b: aloneIn(b) },
    aligned: { a: unitsOf(a) - aloneIn(a).length, b: unitsOf(b) - aloneIn(b).length },
    units: { a: unitsOf(a), b: unitsOf(b) },
  };
}

/** Tokens are placed in the subject, whatever of it a model reads. */
const textsOf = ({ subject, analysis }: Shown): Readonly<Record<Side, readonly string[]>> => ({
  source: subject.segments.map(({ text }) => text),
  target: [analysis.targetText ?? ''],
});

function aloneIn({ queries, keys, hatched }: MatrixView): readonly Unit[] {
  const alone = [
    ...queries.filter((_, row) => hatched?.rows[row]),
    ...keys.filter((_, column) => hatched?.columns[column]),
  ];
  return [...new Map(alone.map(unit => [unit.id, unit])).values()];
}

const unitsOf = ({ queries, keys }: MatrixView): number =>
  new Set([...queries, ...keys].map(({ id }) => id)).size;

/** What is pointed at in one picture, in all three. */
function litIn(
  { rows, columns }: Difference,
  lit: Pointing & { readonly other?: Pointing | undefined },
  { a, b }: Comparison['views'],
): Comparison['lit'] {
  const move = (
    { queries, key }: Pointing,
    view: MatrixView,
    [from, to]: readonly ['a' | 'b', 'a' | 'b' | 'difference'],
  ): Pointing => {
    const place = (alignment: Alignment, length: number, index: number) => {
      const pair = pairsOf(alignment, from, length)[index] ?? -1;
      return pair < 0 ? [] : to === 'difference' ? [pair] : (alignment[pair]?.[to] ?? []);
    };
    return {
      queries: [...new Set(queries.flatMap(row => place(rows, view.queries.length, row)))],
      key: key === undefined ? undefined : place(columns, view.keys.length, key)[0],
    };
  };
  const { other } = lit;
  return {
    a: lit,
    b: other ?? move(lit, a, ['a', 'b']),
    difference: other ? move(other, b, ['b', 'difference']) : move(lit, a, ['a', 'difference']),
  };
}

/** Where a cell of one picture is in A and in B, for `PointedAt`. */
export function pointIn(
  { difference: { rows, columns }, views }: Pick<Comparison, 'difference' | 'views'>,
  pane: Pane,
  { queries, key }: Pointing,
): { readonly a: Pointing; readonly b: Pointing } {
  const [row] = queries;
  const pairAt = (alignment: Alignment, length: number, index: number | undefined) =>
    index === undefined
      ? undefined
      : alignment[pane === 'difference' ? index : (pairsOf(alignment, pane, length)[index] ?? -1)];
  const { queries: rowUnits, keys } = views[pane];
  const rowPair = pairAt(rows, rowUnits.length, row);
  const keyPair = pairAt(columns, keys.length, key);
  const at = (which: 'a' | 'b'): Pointing =>
    pane === which
      ? { queries, key }
      : { queries: rowPair?.[which] ?? [], key: keyPair?.[which][0] };
  return { a: at('a'), b: at('b') };
}
