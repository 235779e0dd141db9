/** Everything a user can do on the page of attention. */
import type { AttentionOverride } from '../../src/common/protocol/engine/analyze';
import type { Attention } from '../../src/common/protocol/engine/types';
import type {
  AttentionHostApi,
  ExportFormat,
  ExportRequest,
} from '../../src/common/protocol/pages/attention';
import type { ExportFile, PageSettings } from '../../src/common/protocol/pages/page';
import type { Store } from '../common/store';
import type { TextActions, TextPage } from '../common/textPage';
import { addOrRemove, choose, shownHeads } from '../matrix/heads';
import type { Unit } from '../matrix/units';
import type { AblationActions } from './ablation/ablationActions';
import type { AttentionState, PointedAt, SavedState } from './attentionState';
import { type ComparisonActions, comparisonActions, withoutHeads } from './comparisonActions';
import type { Comparer } from './comparer';
import { cellAt, type InsideCell } from './inside/cell';
import type { HeadPosition } from '../../src/common/attention/attention';
import type { LinkTokens } from './ranking';
import type { HeadSort } from './sorts';
import type { ViewModel } from './viewModel';

/** The templates call nothing else. */
export interface Actions extends TextActions, ComparisonActions {
  /** What is switched off, and what is asked about that. */
  readonly ablation: AblationActions;
  /** Shows some heads while the pointer or the focus is on them; undefined ends it. */
  previewHeads(heads: readonly HeadPosition[] | undefined): void;
  /** A click on heads, with shift where `isAdding`. */
  chooseHeads(heads: readonly HeadPosition[], isAdding: boolean): void;
  averageAll(): void;
  /** Keeps the text, or follows the sentence at the caret. */
  pin(isPinned: boolean): void;
  point(at: PointedAt | undefined): void;
  /** Looks inside the cell of a row and a column of the view. */
  openInside(query: number, key: number): void;
  /** Looks inside another cell; undefined closes the view. */
  lookInside(cell: InsideCell | undefined): void;
  /** A click on a token, with shift where `isAdding`: its row stays lit, or no longer; with a key, its link to it. */
  lock(unit: Unit, isAdding: boolean, key?: Unit): void;
  sortHeads(sort: HeadSort): void;
  chooseKind(kind: Attention['kind']): void;
  /** What Escape does: no token is kept, no head chosen, nothing pointed at. */
  letGo(): void;
  /** Brings a token's characters into view in the editor. */
  reveal(unit: Unit): void;
  arrange(change: Partial<SavedState>): void;
  moveWindow(start: number): void;
  openToggles(): void;
  /** Shows one head, and keeps the link that it was found by. */
  chooseHeadFor(head: HeadPosition, link: LinkTokens): void;
  chooseModel(modelId: string): void;
  setScale(scale: PageSettings['scale']): void;
  /** Shows how the translator looked at another sentence. */
  chooseSentence(index: number): void;
  /** The pointer is on a sentence of the translation; undefined: on none. */
  pointSentence(index: number | undefined): void;
  setBeams(beams: number): void;
  stopTranslating(): void;
  goOnTranslating(): void;
  /** Shows all sentences by all translators, or no longer. */
  compareAll(comparesAll: boolean): void;
  /** Has the model write on with a row of attention that was set by hand. */
  overwriteRow(given: AttentionOverride): void;
  takeRowBack(): void;
  exportAs(format: ExportFormat): void;
  copy(text: string): void;
}

/** What runs only where a model translates. */
export interface TranslationRuns {
  readonly stop: () => void;
  readonly goOn: () => void;
  readonly overwrite: (given: AttentionOverride) => void;
}

/** What the actions do: change the state, or ask the host. */
export function createActions(
  { store, host, ask, rerun, actions }: TextPage<AttentionState, AttentionHostApi>,
  makeExport: (request: ExportRequest) => Promise<ExportFile>,
  viewModel: () => ViewModel | undefined,
  translation: TranslationRuns,
  comparer: Pick<Comparer, 'update' | 'soon'>,
): Omit<Actions, 'ablation'> {
  const arrange = (change: Partial<SavedState>) =>
    store.update({ saved: { ...store.state.saved, ...change } });
  const comparison = comparisonActions({ store, host, ask }, viewModel, comparer);
  const openInside = (query: number, key: number) =>
    store.update({ inside: insideAt(viewModel(), query, key) });
  return {
    ...actions,
    ...headActions(store, arrange, viewModel),
    ...comparison,
    arrange,
    pin: isPinned => arrange({ isPinned }),
    point: pointed => {
      if (!isSame(store.state.pointed, pointed)) {
        store.update({ pointed });
      }
      const [query] = pointed?.queries ?? [];
      if (store.state.inside && pointed?.from === 'keys' && query !== undefined) {
        openInside(query, pointed.key ?? 0);
      }
    },
    openInside,
    lookInside: inside => store.update({ inside }),
    lock: ({ tokens }, isAdding, keyUnit) => {
      const { queries, key: keyBefore } = store.state.saved;
      const key = isAdding ? undefined : keyUnit?.tokens[0];
      const isLocked = tokens.every(token => queries.includes(token));
      const others = queries.filter(token => !tokens.includes(token));
      const isOnly = isLocked && others.length === 0 && key === keyBefore;
      const alone = isOnly ? [] : [...tokens];
      arrange({
        queries: isAdding ? (isLocked ? others : [...others, ...tokens]) : alone,
        key: isOnly ? undefined : key,
      });
    },
    chooseKind: kind => {
      store.update({ inside: undefined });
      arrange({ kind, ...nothingChosen(store.state.saved) });
    },
    letGo: () => {
      if (store.state.saved.compare) {
        comparison.compareWith(undefined);
      } else {
        store.update({ preview: undefined, pointed: undefined });
        arrange(nothingChosen(store.state.saved));
      }
    },
    reveal: unit => {
      if (!unit.isSpecial && unit.side === 'source') {
        ask(host.reveal(unit.range));
      }
    },
    moveWindow: windowStart => {
      arrange({ windowStart, queries: [], key: undefined });
      rerun();
    },
    openToggles: () => store.update({ areTogglesOpen: !store.state.areTogglesOpen }),
    chooseModel: modelId => {
      const { subject } = store.state.saved;
      if (subject) {
        const nothing = nothingChosen(store.state.saved);
        arrange({ subject: { ...subject, modelId }, ...nothing, windowStart: 0 });
        rerun();
      }
    },
    chooseSentence: sentence => {
      if (store.state.shown?.read.sentence?.index !== sentence) {
        arrange({ sentence, queries: [], windowStart: 0 });
        rerun();
      }
    },
    pointSentence: pointedSentence => {
      if (store.state.pointedSentence !== pointedSentence) {
        store.update({ pointedSentence });
      }
    },
    setBeams: beams => ask(host.setBeams({ beams })),
    stopTranslating: translation.stop,
    goOnTranslating: translation.goOn,
    compareAll: comparesAll => {
      arrange({ comparesAll });
      translation.goOn();
    },
    overwriteRow: translation.overwrite,
    takeRowBack: rerun,
    setScale: scale => ask(host.setScale({ scale })),
    exportAs: format => ask(makeExport({ format }).then(file => host.save(file))),
    copy: text => ask(host.copy({ text })),
  };
}

type HeadActions = Pick<
  Actions,
  'previewHeads' | 'chooseHeads' | 'averageAll' | 'sortHeads' | 'chooseHeadFor'
>;

/** What a user can do with the heads. */
const headActions = (
  store: Store<AttentionState>,
  arrange: (change: Partial<SavedState>) => void,
  viewModel: () => ViewModel | undefined,
): HeadActions => ({
  previewHeads: preview => {
    if (preview || store.state.preview) {
      performance.mark('head-repaint-start');
      store.update({ preview });
    }
  },
  chooseHeads: (heads, isAdding) => {
    performance.mark('head-repaint-start');
    const { saved } = store.state;
    const next = isAdding
      ? addOrRemove(viewModel()?.chosen ?? [], heads)
      : choose(saved.heads, heads);
    // What the click has made is shown at once, not what the pointer still previews.
    store.update({ preview: undefined, saved: { ...saved, heads: next } });
  },
  averageAll: () => {
    store.update({ preview: undefined });
    arrange({ heads: [] });
  },
  sortHeads: sort => arrange({ sort }),
  chooseHeadFor: ({ layer, head }, { queries, keys }) => {
    performance.mark('head-repaint-start');
    arrange({ heads: [{ layer, head }], queries: [...queries], key: keys[0] });
    store.update({ preview: undefined });
  },
});

const insideAt = (now: ViewModel | undefined, query: number, key: number) =>
  now && cellAt(now.view, now.attention, shownHeads(now.choice, now.attention.shape), query, key);

/** The most telling head is shown, and no token is kept. */
const nothingChosen = (saved: SavedState): Partial<SavedState> => ({
  ...{ heads: undefined, queries: [], key: undefined },
  ...withoutHeads(saved),
});

const isSame = (a: PointedAt | undefined, b: PointedAt | undefined) =>
  a === b ||
  (a !== undefined &&
    b !== undefined &&
    a.key === b.key &&
    a.from === b.from &&
    a.other?.key === b.other?.key &&
    a.other?.queries.join() === b.other?.queries.join() &&
    a.queries.length === b.queries.length &&
    a.queries.every((query, index) => query === b.queries[index]));
