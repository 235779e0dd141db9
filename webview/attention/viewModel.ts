/** What the page draws, derived from its state: its units, and their characters in the document. */
import type { Attention } from '../../src/common/protocol/engine/types';
import { memo } from '../common/store';
import type { AttentionState, PointedAt, Shown } from './attentionState';
import {
  averageHeads,
  type HeadChoice,
  type HeadSummary,
  shownHeads,
  summarize,
} from '../matrix/heads';
import { type Link, linkAt } from '../matrix/link';
import {
  axesOf,
  type Block,
  boundary,
  matrixView,
  type MatrixView,
  rowOf,
} from '../matrix/matrixView';
import { readUnits, tokenUnits, type Unit, wordUnits } from '../matrix/units';
import type { TextRange } from '../../src/common/protocol/pages/subject';

/** Everything the templates draw, made from the state alone. */
export interface ViewModel {
  readonly shown: Shown;
  readonly attention: Attention;
  /** Kinds of attention that the model has, in the order it has them. */
  readonly kinds: readonly Attention['kind'][];
  /** Heads in the picture: those previewed, else those chosen. */
  readonly choice: HeadChoice;
  /** Whether there is a special token among those that are looked at. */
  readonly hasSpecial: boolean;
  /** What takes the attention of heads that find nothing to look for. */
  readonly sink: 'separator' | 'first' | undefined;
  /** What is seen as text: no hidden unit, and of an encoder-decoder both sides, whichever are in the picture. */
  readonly text: readonly Unit[];
  readonly view: MatrixView;
  /** What the heads do; undefined where another text is looked at, which has no previous and no next token. */
  readonly summary: HeadSummary | undefined;
  readonly isPair: boolean;
  /** Of the lines of text, where there are two. */
  readonly names: readonly string[];
  /** Rows that the user has locked. */
  readonly locked: readonly number[];
  /** What is lit: what is pointed at, else what is locked. */
  readonly lit: { readonly queries: readonly number[]; readonly key?: number | undefined };
  /** The link spoken of; undefined where the view is empty. */
  readonly link: Link | undefined;
}

/** Makes view models; each part is computed again only when what it is made of has changed. */
export function createViewModelMaker(): (state: AttentionState) => ViewModel | undefined {
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
  const viewOf = memo(matrixView);
  const summaryOf = memo(summarize);
  const textOf = memo(shownText);
  const namesOf = memo(lineNames);

  return ({ shown, saved, models, preview, pointed }) => {
    const attentions = shown?.analysis.attentions ?? [];
    const attention = attentions.find(({ kind }) => kind === saved.kind) ?? attentions[0];
    if (!shown || !attention) {
      return undefined;
    }
    const units = unitsOf(shown, attention.kind, saved.words);
    const isPair = boundary(units.queries) !== undefined;
    const shownAxes = axes(units, saved.hideSpecial, saved.hideSink, isPair ? saved.block : 'all');
    const weights = preview
      ? averagePreviewed(attention, preview)
      : averageChosen(attention, saved.heads);
    const view = viewOf(weights, sizeOf(attention), shownAxes, saved.rescale);
    const locked = view.queries.flatMap((unit, row) =>
      unit.tokens.some(token => saved.queries.includes(token)) ? [row] : [],
    );
    const lit = pointed ?? { queries: locked };
    return {
      shown,
      attention,
      choice: preview ?? saved.heads,
      kinds: kindsOf(shown),
      hasSpecial: units.keys.some(({ isSpecial }) => isSpecial),
      sink: sinkOf(units),
      text: textOf(units, view, saved.hideSpecial),
      view,
      summary:
        units.queries === units.keys
          ? summaryOf(weights, shown.analysis.source, attention.kind)
          : undefined,
      isPair,
      names: namesOf(shown, models),
      locked,
      lit,
      link: linkAt(view, lit),
    };
  };
}

function sinkOf({ keys }: AllUnits): ViewModel['sink'] {
  const sink = keys.find(({ isSink }) => isSink);
  return sink && (sink.isSpecial ? 'separator' : 'first');
}

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

/** Every unit that could be seen, hidden or not. */
export interface AllUnits {
  /** Rows of the attention: the tokens that look. */
  readonly queries: readonly Unit[];
  /** Its columns: the tokens looked at. */
  readonly keys: readonly Unit[];
  /** Whether a query may look at nothing that was read after it. */
  readonly looksBack: boolean;
  /** The text and, of an encoder-decoder, what it has written, in reading order. */
  readonly text: readonly Unit[];
}

/** What stands at the rows and columns of one kind of attention, as tokens or merged to words. */
export function allUnits(
  { subject, analysis }: Shown,
  kind: Attention['kind'],
  words: boolean,
): AllUnits {
  const make = words ? wordUnits : tokenUnits;
  const { source, target, targetText } = analysis;
  // Only WordPiece spells tokens as people can read them; byte-level tokens speak by their characters.
  const spelling = kind === 'encoder' && target.length === 0 ? 'vocabulary' : 'characters';
  const texts = subject.segments.map(({ text }) => text);
  const read = make({ tokens: source, texts, side: 'source', spelling });
  if (target.length === 0) {
    const units = kind === 'decoder' ? withFirstAsSink(read) : read;
    return { queries: units, keys: units, looksBack: kind === 'decoder', text: units };
  }
  const written = make({
    tokens: target,
    texts: [targetText ?? ''],
    side: 'target',
    spelling: 'characters',
  });
  const text = [...read, ...written];
  switch (kind) {
    case 'encoder':
      return { queries: read, keys: read, looksBack: false, text };
    case 'cross':
      return { queries: written, keys: read, looksBack: false, text };
    case 'decoder':
      return { queries: written, keys: readUnits(written), looksBack: true, text };
  }
}

/**
 * What all later tokens can see, whatever it is, is the sink of a model that only looks back.
 *
 * @see Xiao et al., "Efficient Streaming Language Models with Attention Sinks", arXiv:2309.17453, section 3.1
 */
const withFirstAsSink = ([first, ...later]: readonly Unit[]): readonly Unit[] =>
  first ? [{ ...first, isSink: true }, ...later] : [];

type LitRange = TextRange & { readonly strength: number };

/** Weights below this share of the strongest light nothing in the document. */
const minStrength = 0.05;

/**
 * What is lit in the document while a user points: a cell lights its two tokens, a token alone lights
 * itself and what it looks at, a column its token and those that look there.
 */
export function rangesOf(viewModel: ViewModel, pointed: PointedAt | undefined): LitRange[] {
  if (!pointed) {
    return [];
  }
  const { view } = viewModel;
  const { queries, key } = pointed;
  const keyUnit = key === undefined ? undefined : view.keys[key];
  const lookers = queries.flatMap(row => lit(view.queries[row], 1));
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
