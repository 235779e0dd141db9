/** The page of attention: joins the shell of all pages to what is its own, and puts its state on the page. */
import { EngineError } from '../../src/common/errors';
import type {
  AttentionHostApi,
  AttentionPageApi,
  ExportRequest,
} from '../../src/common/protocol/pages/attention';
import type { LitRange } from '../../src/common/protocol/pages/host';
import type { ExportFile, PageApi } from '../../src/common/protocol/pages/page';
import type { Subject } from '../../src/common/protocol/pages/subject';
import { readState } from '../common/host';
import { memo, type Store } from '../common/store';
import { createPageEngine } from '../common/pageEngine';
import { notStarted, openTextPage, type TextPage } from '../common/textPage';
import type { OffScale } from '../matrix/matrixView';
import { nothingMeasured } from './ablation/ablationState';
import { openAblation } from './without';
import { type Actions, createActions, type TranslationRuns } from './actions';
import { Analyzer } from './analyzer';
import { Comparer, nothingCompared } from './comparer';
import { withoutHeads } from './comparisonActions';
import { comparisonSentence } from './comparisonWords';
import { type AttentionState, type Box, parseState, type SavedState } from './attentionState';
import { describe, figureOf } from './describe';
import { litInDocument, pointFromDocument } from './documentRanges';
import { SentenceTranslator } from './sentenceTranslator';
import { exportFile } from './export/exportFile';
import { createViewModelMaker, type ViewModel } from './viewModel';
import { nothing, render } from 'lit';
import type { Attention } from '../../src/common/protocol/engine/types';
import type { Scale } from '../../src/common/attention/attention';
import type { PageView } from '../common/page';
import type { Theme } from '../common/theme';
import { hex } from '../charts/colorScale';
import { headsInWords } from '../matrix/heads';
import { thumbnails, type Thumbnails } from '../matrix/thumbnails';
import { linkSentence } from './labels';
import { createInside } from './inside';
import type { InsideTemplate } from './insideView';
import { strongLinks } from './links';
import { thumbnailGap } from './navigator';
import { createPictureArea } from './picture';
import { followingModel } from './pin';
import { createRanker, type Ranker } from './ranking';
import { shareHeads } from './sharedHeads';
import { createSyntax } from './syntax/createSyntax';
import { type Parts, template } from './template';
import { WeightsReader } from './weights/weightsReader';
import { createWhenSeen } from './whenSeen';

/** How the page begins, but for what it has kept. */
const atStart: Omit<AttentionState, 'saved'> = {
  ...notStarted,
  tokenized: undefined,
  shown: undefined,
  translated: undefined,
  preview: undefined,
  pointed: undefined,
  compared: nothingCompared,
  pointedSentence: undefined,
  caretHasText: true,
  areTogglesOpen: false,
  inside: undefined,
  syntax: undefined,
  weights: undefined,
  box: undefined,
  ablation: nothingMeasured,
};

export function startAttentionPage(): void {
  let ranges: readonly LitRange[] = [];
  const whenSeen = createWhenSeen();
  const ranker = createRanker();
  const makeViewModel = createViewModelMaker(ranker);
  const viewModel = () => makeViewModel(store.state);
  const page: TextPage<AttentionState, AttentionHostApi> = openTextPage<
    AttentionState,
    AttentionHostApi,
    Omit<AttentionPageApi, keyof PageApi>
  >({
    initial: { ...atStart, saved: parseState(readState()) },
    createEngine: createPageEngine,
    describe: () => describe(store.state, viewModel(), page.theme()),
    api: {
      export: request => makeExport(request),
      pin: ({ isPinned }) => actions.pin(isPinned),
      caretMoved: ({ hasText }) => store.update({ caretHasText: hasText }),
      headsChosen: chosen => heads.take(chosen),
    },
    changeFor: (subject, isStart) => ({
      caretHasText: true,
      saved: savedFor(store.state.saved, subject, isStart),
    }),
    // What a command shows is run at once, what is merely written only while somebody looks.
    run: subject =>
      whenSeen(store.state.saved.isPinned, () => {
        ablation.end();
        void analyzer.start(subject);
      }),
    onOtherDevice: () => page.rerun(),
    onOtherBeams: () => {
      if (store.state.shown?.read.sentence) {
        page.rerun();
      }
    },
    pointAt: range => pointFromDocument(range, store, viewModel, actions),
    paint: view => {
      const now = viewModel();
      paint(now, view);
      tellWhetherShown(now !== undefined && !store.state.error);
      if (store.state.isStarted) {
        tellFollowing(followingModel(store.state));
      }
      heads.tell();
      if (now) {
        ranges = litInDocument(store.state, now);
        light(now.view, JSON.stringify(ranges));
        weightsReader.readFor(now);
      }
    },
    ...{ narrowBelow, wideFrom },
  });
  const { store, host } = page;
  const translator = new SentenceTranslator(store, page.engine);
  const ablation = openAblation(store, page.engine, page.measurePaint);
  const comparer = new Comparer(store, page.engine);
  const analyzer = new Analyzer(store, page.engine, host, translator, () => {
    ablation.onShown();
    void comparer.update();
  });
  const runs = translationRuns(store, translator, analyzer);
  const actions: Actions = {
    ...createActions(page, makeExport, viewModel, runs, comparer),
    ablation: ablation.actions,
  };
  const inside = createInside(page, actions, viewModel);
  const weightsReader = new WeightsReader(store, page.engine);
  const syntaxOf = createSyntax(store, page.engine, actions);
  const paint = createRenderer(store, actions, ranker, page.announce, inside.template, syntaxOf);
  /** Where the same is lit in the same picture, the document shows it already. */
  const light = memo((_view: ViewModel['view'], _ranges: string) => page.highlight(ranges));
  const heads = shareHeads(page);
  const tellFollowing = memo((modelId: string | undefined) =>
    page.ask(host.followCaret({ modelId })),
  );
  const tellWhetherShown = memo((isShown: boolean) => page.ask(host.pictureShown({ isShown })));

  onEscape(() => {
    // What lies over the page is closed first, then what is switched off is taken back.
    if (store.state.inside) {
      inside.close();
    } else if (!ablation.actions.takeBack()) {
      actions.letGo();
    }
  });

  async function makeExport({ format, isForPaper }: ExportRequest): Promise<ExportFile> {
    const now = viewModel();
    if (!now || store.state.error) {
      throw new EngineError('input-invalid', 'There is no picture to export yet.');
    }
    const figure = figureOf(now, store.state, page.theme());
    const source = { figure, shown: now.shown, names: now.names };
    return exportFile(source, format, isForPaper ?? store.state.saved.isForPaper);
  }
}

/** An open menu or dialog is closed by the key, and no more. */
function onEscape(close: () => void): void {
  document.addEventListener('keydown', event => {
    if (event.key === 'Escape' && !document.querySelector(':popover-open, dialog[open]')) {
      close();
    }
  });
}

/** What translations the user can ask for besides those that are made anyway. */
const translationRuns = (
  store: { readonly state: AttentionState },
  translator: SentenceTranslator,
  analyzer: Analyzer,
): TranslationRuns => ({
  stop: () => translator.stop(),
  goOn: () => void translator.goOn(),
  overwrite: given => {
    const { subject } = store.state.saved;
    if (subject) {
      void analyzer.start(subject, given);
    }
  },
});

/** What is kept of an earlier text's choices when a text is shown. */
function savedFor(saved: SavedState, subject: Subject, isStart: boolean): SavedState {
  const isSame = saved.subject && sameText(saved.subject, subject);
  // Of another model, a head of the same number is another head.
  const isOtherModel = saved.subject && saved.subject.modelId !== subject.modelId;
  return {
    ...saved,
    subject,
    // What the user has selected stays; who has selected nothing looks at what is being written.
    isPinned: isStart && isSame ? saved.isPinned : !subject.isAtCaret,
    windowStart: isStart && isSame ? saved.windowStart : 0,
    sentence: isSame ? saved.sentence : 0,
    heads: isOtherModel ? undefined : saved.heads,
    ...(isOtherModel && withoutHeads(saved)),
    queries: isSame ? saved.queries : [],
    key: isSame ? saved.key : undefined,
  };
}

const sameText = (a: Subject, b: Subject) =>
  a.modelId === b.modelId &&
  a.segments.length === b.segments.length &&
  a.segments.every((segment, index) => segment.text === b.segments[index]?.text);

/** Below this width the heads stand above the picture, in CSS pixels: beside it they would leave too little room. */
const narrowBelow = 760;
/** From here on thumbnails grow with the page, in CSS pixels. */
const wideFrom = 1000;
const wideThumbnail = 22;
const mediumThumbnail = 15;
/** Of a model of few heads, where there is room for more. */
const maxThumbnail = 44;
/** Above the picture the heads of all layers are no higher than this where they can be, in CSS pixels. */
const foldedGridHeight = 156;
/** BERT's; a grid of fewer is as wide. */
const usualHeads = 12;
const rowTitle = 20;

/** @param announce has a screen reader say something. */
function createRenderer(
  store: Store<AttentionState>,
  actions: Actions,
  ranker: Ranker,
  announce: (words: string) => void,
  inside: InsideTemplate,
  syntaxOf: ReturnType<typeof createSyntax>,
): (viewModel: ViewModel | undefined, view: PageView) => void {
  const table = document.createElement('div');
  table.className = 'unseen';
  const picture = createPictureArea(actions);
  const watchBox = createBoxWatcher(store);
  let drawn: Thumbnails | undefined;
  const thumbnailsOf = memo(
    (attention: Attention, offScale: OffScale, theme: Theme, scale: Scale, size: number) => {
      drawn?.stop();
      drawn = thumbnails(attention, { theme, scale, offScale, size, gap: thumbnailGap });
      return drawn;
    },
  );
  const showChosen = memo((root: HTMLElement, ..._: readonly unknown[]) => {
    root.querySelector('.thumbnail.chosen')?.scrollIntoView({ block: 'nearest' });
  });
  const fillTable = memo((view: ViewModel['view'], heads: string) => {
    requestIdleCallback(() => render(strongLinks(view, heads), table));
  });

  const prepare = memo((shown: ViewModel['shown'], attention: Attention) => {
    requestIdleCallback(() => ranker.prepare(shown, attention));
  });

  return (viewModel, pageView) => {
    const { root, theme, width, layout } = pageView;
    const { state } = store;
    root.style.setProperty('--second', hex(theme.second));
    let pictures: Parts['thumbnails'];
    if (viewModel) {
      const { attention, offScale } = viewModel;
      const heads = attention.shape[1];
      const size = thumbnailSize(layout, width, attention.shape);
      root.style.setProperty('--thumbnail', `${size}px`);
      root.style.setProperty('--heads', String(heads));
      pictures = thumbnailsOf(attention, offScale, theme, state.settings.scale, size);
    }
    const parts: Parts = {
      ...{ picture, thumbnails: pictures, table, theme },
      inside: viewModel ? inside(viewModel, state, pageView) : nothing,
      syntax: viewModel && syntaxOf(viewModel, theme),
    };
    render(template(state, viewModel, parts, actions), root);
    watchBox(root);
    if (viewModel && !state.error) {
      picture.light(viewModel);
      prepare(viewModel.shown, viewModel.attention);
      showChosen(root, viewModel.chosen, viewModel.ranking, layout);
      if (!state.preview) {
        fillTable(viewModel.view, headsInWords(viewModel.choice, viewModel.attention.shape));
      }
    }
    const isSpoken = !state.error && document.activeElement?.matches(':focus-visible');
    // What is no longer so must not stand there to be read.
    announce(viewModel && isSpoken && !state.inside ? spoken(viewModel) : '');
    if (performance.getEntriesByName('head-repaint-start', 'mark').length > 0) {
      performance.measure('head-repaint', 'head-repaint-start');
      performance.clearMarks('head-repaint-start');
    }
  };
}

/** The link that is pointed at, or what differs there. */
const spoken = (viewModel: ViewModel): string =>
  viewModel.comparison
    ? comparisonSentence(viewModel.comparison, viewModel)
    : viewModel.link
      ? linkSentence(viewModel, viewModel.link)
      : '';

/** Has the state know how much room there is for the picture. */
function createBoxWatcher(store: Store<AttentionState>): (root: HTMLElement) => void {
  let watched: Element | null = null;
  let isFolded = false;
  const measure = () => {
    if (watched) {
      const { box } = store.state;
      const room = roomIn(watched, isFolded);
      if (room.width !== box?.width || room.height !== box.height) {
        store.update({ box: room });
      }
    }
  };
  const observer = new ResizeObserver(measure);
  return root => {
    const wasFolded = isFolded;
    isFolded = root.classList.contains('narrow');
    const box = root.querySelector('.picture-box');
    if (box !== watched) {
      observer.disconnect();
      watched = box;
      if (box) {
        observer.observe(box);
      }
      measure();
    } else if (isFolded !== wasFolded) {
      measure();
    }
  };
}

/** Where the page is folded it scrolls: there the picture's width alone decides its size. */
const roomIn = ({ clientWidth, clientHeight }: Element, isFolded: boolean): Box => ({
  width: clientWidth,
  height: isFolded ? undefined : clientHeight,
});

function thumbnailSize(
  layout: PageView['layout'],
  width: number,
  [layers, heads]: Attention['shape'],
): number {
  if (layout !== 'narrow') {
    // They grow by half of what the page grows: the picture beside them gets no smaller for it.
    const growth = Math.floor(Math.max(0, width - wideFrom) / (2 * usualHeads));
    const usual = Math.min(wideThumbnail, mediumThumbnail + growth);
    return Math.min(maxThumbnail, Math.floor((usual * usualHeads) / Math.min(heads, usualHeads)));
  }
  const across = Math.floor((width - 32 - rowTitle) / heads) - thumbnailGap;
  const down = Math.floor(foldedGridHeight / layers) - thumbnailGap;
  // Where the grid scrolls anyway, its heads can be as large as is well seen.
  return Math.max(12, Math.min(28, across, down < 12 ? mediumThumbnail : down));
}
