import type { Attention } from '../../src/shared/engineApi';
import { memo } from '../memo';
import type { AttentionState, Shown } from './attentionState';
import { summarize, type HeadSummary } from './headSummary';
import { averageHeads, shownHeads, type HeadChoice } from './heads';
import { linkAt, type Link } from './link';
import { axesOf, boundary, matrixView, type Block, type MatrixView } from './matrixView';
import { tokenUnits, wordUnits, type Unit } from './units';

/** Everything the templates draw, made from the state alone. */
export interface Scene {
  readonly shown: Shown;
  readonly attention: Attention;
  /** Heads in the picture: those previewed, else those chosen. */
  readonly choice: HeadChoice;
  /** All units of the window, hidden ones too. */
  readonly units: readonly Unit[];
  readonly view: MatrixView;
  readonly summary: HeadSummary;
  readonly isPair: boolean;
  /** Rows that the person has locked. */
  readonly locked: readonly number[];
  /** What is lit: what is pointed at, else what is locked. */
  readonly lit: { readonly queries: readonly number[]; readonly key?: number | undefined };
  /** The link spoken of; undefined where the view is empty. */
  readonly link: Link | undefined;
}

/** Makes scenes; each part is computed again only when what it is made of has changed. */
export function createSceneMaker(): (state: AttentionState) => Scene | undefined {
  const unitsOf = memo((shown: Shown, words: boolean) =>
    (words ? wordUnits : tokenUnits)(shown.analysis.source, shown.subject),
  );
  const axes = memo(
    (units: readonly Unit[], hideSpecial: boolean, hideSink: boolean, block: Block) =>
      axesOf(units, { hideSpecial, hideSink, block }),
  );
  const average = () =>
    memo((attention: Attention, choice: HeadChoice) =>
      averageHeads(attention, shownHeads(choice, attention.shape)),
    );
  // The chosen average outlives every preview: it may be of all heads, and dear.
  const [averageChosen, averagePreviewed] = [average(), average()];
  const viewOf = memo(matrixView);
  const summaryOf = memo(summarize);

  return ({ shown, saved, preview, pointed }) => {
    const attention = shown?.analysis.attentions[0];
    if (!shown || !attention) {
      return undefined;
    }
    const units = unitsOf(shown, saved.words);
    const isPair = shown.subject.segments.length === 2;
    const shownAxes = axes(units, saved.hideSpecial, saved.hideSink, isPair ? saved.block : 'all');
    const weights = preview
      ? averagePreviewed(attention, preview)
      : averageChosen(attention, saved.heads);
    const view = viewOf(weights, attention.shape[2], shownAxes, saved.rescale);
    const locked = view.queries.flatMap((unit, row) =>
      unit.tokens.some(token => saved.queries.includes(token)) ? [row] : [],
    );
    const lit = pointed ?? { queries: locked };
    return {
      shown,
      attention,
      choice: preview ?? saved.heads,
      units,
      view,
      summary: summaryOf(weights, shown.analysis.source),
      isPair: isPair && boundary(units) !== undefined,
      locked,
      lit,
      link: linkAt(view, lit),
    };
  };
}
