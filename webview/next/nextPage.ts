/** The page of next tokens: joins the shell of all pages to what is its own, and puts its state on the page. */
import type { NextHostApi } from '../../src/common/protocol/pages/next';
import type { Subject } from '../../src/common/protocol/pages/subject';
import { readState } from '../common/host';
import { createPageEngine } from '../common/pageEngine';
import { modelFor } from '../common/models';
import { notStarted, openTextPage, type TextPage } from '../common/textPage';
import { createActions } from './createActions';
import { describe, wordsOf } from './describe';
import { barsAtOnce, type NextState, parseState, readSubject } from './nextState';
import { Predictor } from './predictor';
import { spelled, SpellingLoader, type Spellings } from './tokenLabels';
import { GridReader } from './gridReader';
import { type LayersState, noLayers } from './lensGrid';
import { curvesOf } from './gridView';
import { createViewModelMaker, type ViewModel } from './viewModel';
import { Writer } from './writer';
import { render } from 'lit';
import { hex } from '../charts/colorScale';
import { rankChart } from '../charts/lineChart';
import { rankCurves } from '../charts/rankCurves';
import { memo } from '../common/store';
import type { PageView } from '../common/page';
import type { Theme } from '../common/theme';
import type { Actions } from './actions';
import type { LensView } from './lens';
import { template } from './template';

export function startNextPage(): void {
  const makeViewModel = createViewModelMaker();
  const viewModel = () => makeViewModel(store.state);
  const page: TextPage<NextState, NextHostApi> = openTextPage({
    initial: {
      ...notStarted,
      saved: parseState(readState()),
      tokenized: undefined,
      isWriting: false,
      shown: undefined,
      read: undefined,
      place: undefined,
      scores: undefined,
      spellings: new Map(),
      probabilities: new Map(),
      beams: undefined,
      pace: undefined,
      layers: noLayers,
      barCount: barsAtOnce,
      pointed: undefined,
    },
    createEngine: (...given) => {
      predictor.forget();
      return createPageEngine(...given);
    },
    describe: () => describe(store.state, viewModel()),
    changeFor: subject => {
      const { saved, models } = store.state;
      const before = saved.subject;
      const isSameText = before?.segments[0].text === subject.segments[0].text;
      // The model that the user has chosen stays, as far as there is one.
      const modelId = modelFor(models, before?.modelId ?? subject.modelId)?.id ?? subject.modelId;
      return {
        place: undefined,
        ...(!isSameText && { probabilities: new Map(), beams: undefined, pace: undefined }),
        saved: {
          ...saved,
          subject: { ...subject, modelId },
          ...(!isSameText && { branches: {}, held: 0 }),
          ...((!isSameText || before.sentence?.text !== subject.sentence?.text) && {
            masked: undefined,
            filled: undefined,
          }),
        },
      };
    },
    run: () => withSubject(subject => void predictor.start(subject)),
    onOtherDevice: () => {
      predictor.forget();
      page.rerun();
    },
    paint: view => paint(store.state, viewModel(), view),
    wideFrom,
  });
  const { store, engine } = page;
  const spellings = new SpellingLoader(store, engine);
  const predictor = new Predictor(store, engine, page.host, spellings, page.measurePaint);
  const writer = new Writer(store, engine, spellings, predictor);
  const grid = new GridReader(store, engine, spellings);
  const actions = createActions(page, {
    viewModel,
    layers: grid.actions,
    write: () => withSubject(subject => void writer.write(subject)),
  });
  const paint = createRenderer(actions, page.announce);

  function withSubject(use: (subject: Subject) => void): void {
    const subject = readSubject(store.state.saved);
    if (subject) {
      use(subject);
    }
  }
}

/** From here on, branches and layers stand beside the bars, in CSS pixels. */
const wideFrom = 900;
/** The width of the column beside the bars, in CSS pixels. */
const sideWidth = 336;
const margin = 32;

/** @param announce has a screen reader say something. */
function createRenderer(
  actions: Actions,
  announce: (words: string) => void,
): (state: NextState, viewModel: ViewModel | undefined, view: PageView) => void {
  const chartOf = memo((lens: LensView, label: string, width: number, theme: Theme) =>
    lens.layers.every(({ trackedRank }) => trackedRank)
      ? rankChart(lens.layers, { vocabSize: lens.vocabSize, label }, width, theme)
      : undefined,
  );
  const curvesChart = memo(
    (layers: LayersState, spellings: Spellings, vocabSize: number, width: number, theme: Theme) => {
      const { curves, words } = curvesOf({ layers, spellings });
      return layers.isOpen && curves.length > 0
        ? rankCurves(curves, { vocabSize, words }, width, theme)
        : undefined;
    },
  );
  /** The grid that was opened is in view, and so is the end of the text in it. */
  const revealGrid = memo((root: HTMLElement, isOpen: boolean, whole: unknown) => {
    const box = root.querySelector('.grid-box');
    box?.scrollTo({ left: box.scrollWidth });
    if (isOpen && whole === undefined) {
      root.querySelector('.layer-part')?.scrollIntoView({ block: 'nearest' });
    }
  });
  /** A new place: the end of the text comes into view, and the first bar has the focus that a bar had. */
  const arrive = memo((root: HTMLElement, _: ViewModel['shown'] | undefined) => {
    if (document.activeElement?.matches('.bar')) {
      root.querySelector<HTMLElement>('.bar')?.focus();
    }
  });

  /** What is looked at is in view: a token of the text, else the end of a new text, also while it is written and at another width. */
  const follow = memo((root: HTMLElement, ..._: readonly unknown[]) => {
    const caret = root.querySelector<HTMLElement>('.caret');
    const box = caret?.closest('.so-far');
    if (caret && box) {
      const token = box.querySelector<HTMLElement>('.text-token[aria-pressed="true"]') ?? caret;
      const bottom = token.offsetTop + token.offsetHeight + 4;
      // Of the box alone: the page stays where the user has scrolled it.
      if (token === caret || bottom > box.scrollTop + box.clientHeight) {
        box.scrollTop = bottom - box.clientHeight;
      } else if (token.offsetTop < box.scrollTop) {
        box.scrollTop = token.offsetTop - 4;
      }
    }
  });
  /** What was opened is in view. */
  const reveal = memo((root: HTMLElement, tree: boolean, lensIsOpen: boolean, beams: unknown) => {
    const side = root.querySelector('.side');
    if (side && (tree || lensIsOpen || beams !== undefined)) {
      side.scrollIntoView({ block: 'nearest' });
    }
  });

  return (state, viewModel, { root, theme, width, layout }) => {
    root.style.setProperty('--second', hex(theme.second));
    const chart =
      viewModel?.lens &&
      chartOf(
        viewModel.lens,
        spelled(state.spellings, viewModel.lens.watched).label,
        layout === 'wide' ? sideWidth : Math.max(240, Math.min(560, width - margin)),
        theme,
      );
    const curves =
      viewModel &&
      curvesChart(
        state.layers,
        state.spellings,
        viewModel.vocabSize,
        Math.max(240, Math.min(720, width - margin)),
        theme,
      );
    const isWide = layout === 'wide';
    render(template(state, viewModel, { chart, curves, isWide }, actions), root);
    revealGrid(root, state.layers.isOpen, state.layers.grid?.whole);
    follow(root, viewModel?.shown, viewModel?.branches, width);
    reveal(root, state.saved.tree, state.saved.lens, state.beams);
    arrive(root, viewModel?.shown);
    if (viewModel && state.pointed !== undefined && document.activeElement?.matches('.bar')) {
      announce(wordsOf(state, viewModel));
    }
    if (performance.getEntriesByName('control-repaint-start', 'mark').length > 0) {
      performance.measure('control-repaint', 'control-repaint-start');
      performance.clearMarks('control-repaint-start');
    }
  };
}
