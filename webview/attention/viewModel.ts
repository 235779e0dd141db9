/** What the page draws, derived from its state: its units, and their characters in the document. */
import type { Attention } from '../../src/common/protocol/engine/types';
import { existingHeads, resolveHeads } from '../../src/common/attention/chosenHeads';
import { memo } from '../common/store';
import { type AllUnits, allUnits, type Sink } from './text/allUnits';
import { type AttentionState, mergesWords, type PointedAt } from './attentionState';
import type { Shown } from './text/shown';
import type { AblationState } from './ablation/ablationState';
import type { HeadPosition } from '../../src/common/attention/attention';
import { placeIn } from './inside/cell';
import type { TellingHead } from '../../src/common/attention/headScores';
import { tellingOf } from './telling';
import { type Comparison, createComparisonMaker } from './comparison';
import type { LinkTokens, RankedHead, Ranker } from './ranking';
import {
  averageHeads,
  type HeadChoice,
  type HeadSummary,
  shownHeads,
  summarize,
} from '../matrix/heads';
import { headLines, type HeadLines } from '../matrix/headLines';
import { type Link, linkAt } from '../matrix/link';
import {
  axesOf,
  type Block,
  boundary,
  matrixView,
  type MatrixView,
  type OffScale,
  offScaleOf,
  rowOf,
} from '../matrix/matrixView';
import type { Unit } from '../matrix/units';
import type { LitRange } from '../../src/common/protocol/pages/host';
import { createOtherWeights } from './weights/otherWeights';
import type { WeightKind } from './weights/weightKinds';

/** Everything the templates draw, made from the state alone. */
export interface ViewModel {
  readonly shown: Shown;
  readonly attention: Attention;
  /** Kinds of attention that the model has, in the order it has them. */
  readonly kinds: readonly Attention['kind'][];
  /** What the weights in the picture are; the model's own while others are being read. */
  readonly shownKind: WeightKind;
  /** Heads in the picture: those previewed, else those chosen. */
  readonly choice: HeadChoice;
  /** Whether tokens are merged to words. */
  readonly words: boolean;
  /** Whether there is a special token among those that are looked at. */
  readonly hasSpecial: boolean;
  /** What takes the attention of heads that find nothing to look for. */
  readonly sink: Sink | undefined;
  /** The head that says most about the text; undefined where none says anything. */
  readonly telling: TellingHead | undefined;
  /** The heads that stay when nothing is previewed: those the user chose, else the most telling one. */
  readonly chosen: HeadChoice;
  /** Heads that are switched off; the picture shows them all the same. */
  readonly off: readonly HeadPosition[];
  /** The token of the text that is masked or asked about. */
  readonly asked: Unit | undefined;
  /** The order of the heads in the navigator, with their scores; undefined where they stand by layer and head. */
  readonly ranking: readonly RankedHead[] | undefined;
  /** Rows and columns of the tensor that thumbnails leave out. */
  readonly offScale: OffScale;
  /** What is seen as text: no hidden unit, and of an encoder-decoder both sides, whichever are in the picture. */
  readonly text: readonly Unit[];
  readonly view: MatrixView;
  /**
   * What the heads do with their own weights; undefined where others are shown, and where another text is looked at,
   * which has no previous and no next token.
   */
  readonly summary: HeadSummary | undefined;
  readonly isPair: boolean;
  /** Of the lines of text, where there are two. */
  readonly names: readonly string[];
  /** Rows that the user has locked. */
  readonly locked: readonly number[];
  /** What is lit: what is pointed at, else what is locked, else the link that the most telling head was chosen for. */
  readonly lit: { readonly queries: readonly number[]; readonly key?: number | undefined };
  /** Whether the user points at anything, or has kept a row. */
  readonly isPointed: boolean;
  readonly isPointedInPicture: boolean;
  /** The link spoken of; undefined where the view is empty. */
  readonly link: Link | undefined;
  /** Of a choice of a few heads, as lines, each by itself. */
  readonly heads: readonly HeadLines[];
  /** What the picture is compared with; undefined while nothing is. */
  readonly comparison: Comparison | undefined;
}

/** Makes view models; each part is computed again only when what it is made of has changed. */
export function createViewModelMaker(
  ranker: Ranker,
): (state: AttentionState) => ViewModel | undefined {
  const unitsOf = memo(allUnits);
  const axes = memo((units: AllUnits, hideSpecial: boolean, hideSink: boolean, block: Block) =>
    axesOf(units, { hideSpecial, hideSink, block }),
  );
  const average = () =>
    memo((attention: Attention, choice: HeadChoice) =>
      averageHeads(attention, shownHeads(choice, attention.shape)),
    );
  // The chosen average outlives every preview: it may be of all heads, and dear.
  const sizeOf = memo(({ shape }: Attention): readonly [number, number] => [shape[2], shape[3]]);
  const kindsOf = memo(({ analysis }: Shown) => analysis.attentions.map(({ kind }) => kind));
  const [averageChosen, averagePreviewed] = [average(), average()];
  const otherWeights = createOtherWeights();
  const viewOf = memo(matrixView);
  const findTelling = memo(tellingOf);
  const headsOf = memo(headLines);
  const compare = createComparisonMaker();
  const offScale = memo(({ queries, keys }: AllUnits) => offScaleOf({ queries, keys }));
  const chosenOf = memo(resolveHeads);
  const summaryOf = memo(summarize);
  const textOf = memo(shownText);
  const namesOf = memo(lineNames);

  // Units that no choice of the user merges: what the tensor's own rows and columns are.
  const tokensOf = memo((shown: Shown, kind: Attention['kind']) => allUnits(shown, kind, false));

  return state => {
    const { shown, saved, models, preview, pointed, inside, ablation } = state;
    const attentions = shown?.analysis.attentions ?? [];
    const attention = attentions.find(({ kind }) => kind === saved.kind) ?? attentions[0];
    if (!shown || !attention) {
      return undefined;
    }
    const words = mergesWords(saved, shown.analysis);
    const units = unitsOf(shown, attention.kind, words);
    const isPair = boundary(units.queries) !== undefined;
    const shownAxes = axes(units, saved.hideSpecial, saved.hideSink, isPair ? saved.block : 'all');
    const telling = findTelling(shown, attention);
    const chosen = chosenOf(saved.heads, attention.shape, telling);
    const choice = preview ?? chosen;
    // Weights are compared with weights.
    const isRaw = saved.compare !== undefined;
    const other = otherWeights(
      isRaw ? { ...state, saved: { ...saved, weightKind: 'raw' } } : state,
      ...([attention, choice] as const),
    );
    const weights =
      other.weights ??
      (preview ? averagePreviewed(attention, preview) : averageChosen(attention, chosen));
    const view = viewOf(weights, sizeOf(attention), shownAxes, saved.rescale);
    const locked = view.queries.flatMap((unit, row) =>
      unit.tokens.some(token => saved.queries.includes(token)) ? [row] : [],
    );
    const key = saved.key;
    const lockedKey =
      key === undefined ? -1 : view.keys.findIndex(({ tokens }) => tokens.includes(key));
    const isChosen = existingHeads(saved.heads, attention.shape) !== undefined;
    const opening = isChosen || !telling ? undefined : placeIn(view, telling.link);
    const lit =
      pointed ??
      (inside && placeIn(view, inside)) ??
      (locked.length > 0 || !opening
        ? { queries: locked, key: lockedKey < 0 || locked.length === 0 ? undefined : lockedKey }
        : opening);
    const link = linkAt(view, lit);
    return {
      shown,
      attention,
      words,
      shownKind: other.kind,
      choice,
      heads:
        saved.view === 'lines' && other.kind === 'raw'
          ? headsOf(attention, choice, shownAxes, saved.rescale)
          : [],
      comparison: saved.compare && compare(state, { shown, attention, choice, view, lit }),
      chosen,
      telling,
      ranking: ranker.rank(saved.sort, shown, attention, link && tokensOfLink(view, link)),
      off: offHeads(saved.ablation, attention, shown.analysis.modelId),
      asked: askedOf(units.text, shown, placeAsked(ablation, shown)),
      offScale: offScale(tokensOf(shown, attention.kind)),
      kinds: kindsOf(shown),
      hasSpecial: units.keys.some(({ isSpecial }) => isSpecial),
      sink: units.sink,
      text: textOf(units, view, saved.hideSpecial),
      view,
      summary:
        units.queries === units.keys && !other.weights
          ? summaryOf(weights, shown.analysis.source, attention.kind)
          : undefined,
      isPair,
      names: namesOf(shown, models),
      locked,
      lit,
      isPointed: pointed !== undefined || locked.length > 0,
      isPointedInPicture: pointed?.from === 'picture' || pointed?.from === 'keys',
      link,
    };
  };
}

/** Of the attention that is shown. */
function offHeads(
  ablation: AttentionState['saved']['ablation'],
  { kind }: Attention,
  modelId: string,
): readonly HeadPosition[] {
  return ablation?.modelId === modelId
    ? ablation.parts.heads.filter(head => head.kind === kind)
    : [];
}

const placeAsked = ({ question }: AblationState, shown: Shown) =>
  question?.of === shown ? question.place : undefined;

function askedOf(
  text: readonly Unit[],
  { analysis }: Shown,
  place: number | undefined,
): Unit | undefined {
  const side = analysis.target.length > 0 ? 'target' : 'source';
  return place === undefined
    ? undefined
    : text.find(unit => unit.side === side && unit.tokens.includes(place));
}

/** The tokens of a link's units; of several rows all of theirs. */
export const tokensOfLink = (view: MatrixView, { queries, key }: Link): LinkTokens => ({
  queries: queries.flatMap(row => view.queries[row]?.tokens ?? []),
  keys: view.keys[key]?.tokens ?? [],
});

function shownText({ text }: AllUnits, view: MatrixView, hideSpecial: boolean): readonly Unit[] {
  const inPicture = [...view.queries, ...view.keys];
  const ids = new Set(inPicture.map(({ id }) => id));
  const sides = new Set(inPicture.map(({ side }) => side));
  return text.filter(
    unit => ids.has(unit.id) || (!sides.has(unit.side) && !(hideSpecial && unit.isSpecial)),
  );
}

function lineNames({ analysis }: Shown, models: AttentionState['models']): readonly string[] {
  if (analysis.target.length === 0) {
    return ['A', 'B'];
  }
  const languages = models.find(({ id }) => id === analysis.modelId)?.languages;
  return languages ? [languages.source.toUpperCase(), languages.target.toUpperCase()] : [];
}

/** Weights below this share of the strongest light nothing in the document. */
const minStrength = 0.05;

/**
 * What is lit in the document while a user points or keeps tokens: a cell lights its two tokens, a token alone
 * itself and what it looks at, a column its token and those that look there.
 */
export function rangesOf(
  viewModel: ViewModel,
  pointed: Pick<PointedAt, 'queries' | 'key'> | undefined,
): LitRange[] {
  if (!pointed) {
    return [];
  }
  const { view } = viewModel;
  const { queries, key } = pointed;
  const keyUnit = key === undefined ? undefined : view.keys[key];
  const lookers = queries.flatMap(row =>
    lit(view.queries[row], 1).map(range => ({ ...range, isQuery: true })),
  );
  if (queries.length > 0 && keyUnit && key !== undefined) {
    const row = rowOf(view, queries);
    return [...lookers, ...lit(keyUnit, strengthOf(row[key] ?? 0, row))];
  }
  if (queries.length > 0) {
    const row = rowOf(view, queries);
    return [
      ...lookers,
      ...view.keys.flatMap((unit, column) => lit(unit, strengthOf(row[column] ?? 0, row))),
    ];
  }
  if (!keyUnit || key === undefined) {
    return [];
  }
  const column = Float32Array.from(
    view.queries,
    (_, row) => view.weights[row * view.keys.length + key] ?? 0,
  );
  return [
    ...lit(keyUnit, 1),
    ...view.queries.flatMap((unit, row) => lit(unit, strengthOf(column[row] ?? 0, column))),
  ];
}

const strengthOf = (weight: number, among: Float32Array) => {
  const largest = among.reduce((most, other) => Math.max(most, other), 0);
  return largest > 0 ? weight / largest : 0;
};

const lit = (unit: Unit | undefined, strength: number): LitRange[] =>
  unit?.side === 'source' && !unit.isSpecial && strength >= minStrength
    ? [{ ...unit.range, strength }]
    : [];
