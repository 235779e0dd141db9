/** What the page draws, derived from its state. */
import type { Attention } from '../../src/common/protocol/engine/types';
import { memo } from '../common/memo';
import { allUnits, type AllUnits } from './allUnits';
import type { AttentionState, Shown } from './attentionState';
import { summarize, type HeadSummary } from '../matrix/headSummary';
import { averageHeads, shownHeads, type HeadChoice } from '../matrix/heads';
import { linkAt, type Link } from '../matrix/link';
import { axesOf, boundary, matrixView, type Block, type MatrixView } from '../matrix/matrixView';
import type { Unit } from '../matrix/units';

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
