/** Everything a user can do on the page of attention. */
import type { Attention } from '../../src/common/protocol/engine/types';
import type { AttentionHostApi, ExportFormat } from '../../src/common/protocol/pages/attention';
import type { ExportFile, PageSettings } from '../../src/common/protocol/pages/page';
import type { TextActions, TextPage } from '../common/textPage';
import { addOrRemove, choose } from '../matrix/heads';
import type { Unit } from '../matrix/units';
import type { AttentionState, PointedAt, SavedState } from './attentionState';
import type { HeadPosition } from '../../src/common/attention/attention';

/** The templates call nothing else. */
export interface Actions extends TextActions {
  /** Shows some heads while the pointer or the focus is on them; undefined ends it. */
  previewHeads(heads: readonly HeadPosition[] | undefined): void;
  /** A click on heads, with shift where `isAdding`. */
  chooseHeads(heads: readonly HeadPosition[], isAdding: boolean): void;
  averageAll(): void;
  point(at: PointedAt | undefined): void;
  /** A click on a token, with shift where `isAdding`: its row stays lit, or no longer. */
  lock(unit: Unit, isAdding: boolean): void;
  chooseKind(kind: Attention['kind']): void;
  /** What Escape does: no token is kept, no head chosen, nothing pointed at. */
  letGo(): void;
  /** Brings a token's characters into view in the editor. */
  reveal(unit: Unit): void;
  arrange(change: Partial<SavedState>): void;
  moveWindow(start: number): void;
  toggleRail(): void;
  chooseModel(modelId: string): void;
  setScale(scale: PageSettings['scale']): void;
  exportAs(format: ExportFormat): void;
  copy(text: string): void;
}

/** What the actions do: change the state, or ask the host. */
export function createActions(
  { store, host, ask, rerun, actions }: TextPage<AttentionState, AttentionHostApi>,
  makeExport: (format: ExportFormat) => Promise<ExportFile>,
): Actions {
  const arrange = (change: Partial<SavedState>) =>
    store.update({ saved: { ...store.state.saved, ...change } });
  return {
    ...actions,
    arrange,
    previewHeads: preview => {
      if (preview || store.state.preview) {
        performance.mark('head-repaint-start');
        store.update({ preview });
      }
    },
    chooseHeads: (heads, isAdding) => {
      performance.mark('head-repaint-start');
      const { saved } = store.state;
      const next = (isAdding ? addOrRemove : choose)(saved.heads, heads);
      // What the click has made is shown at once, not what the pointer still previews.
      store.update({ preview: undefined, saved: { ...saved, heads: [...next] } });
    },
    averageAll: () => {
      store.update({ preview: undefined });
      arrange({ heads: [] });
    },
    point: pointed => {
      if (!isSame(store.state.pointed, pointed)) {
        store.update({ pointed });
      }
    },
    lock: ({ tokens }, isAdding) => {
      const { queries } = store.state.saved;
      const isLocked = tokens.every(token => queries.includes(token));
      const others = queries.filter(token => !tokens.includes(token));
      const isOnly = isLocked && others.length === 0;
      arrange({
        queries: isAdding
          ? isLocked
            ? others
            : [...others, ...tokens]
          : isOnly
            ? []
            : [...tokens],
      });
    },
    chooseKind: kind => arrange({ kind, heads: [], queries: [] }),
    letGo: () => {
      store.update({ preview: undefined, pointed: undefined });
      arrange({ heads: [], queries: [] });
    },
    reveal: unit => {
      if (!unit.isSpecial && unit.side === 'source') {
        ask(host.reveal(unit.range));
      }
    },
    moveWindow: windowStart => {
      arrange({ windowStart, queries: [] });
      rerun();
    },
    toggleRail: () => store.update({ isRailOpen: !store.state.isRailOpen }),
    chooseModel: modelId => {
      const { subject } = store.state.saved;
      if (subject) {
        arrange({ subject: { ...subject, modelId }, heads: [], queries: [], windowStart: 0 });
        rerun();
      }
    },
    setScale: scale => ask(host.setScale({ scale })),
    exportAs: format => ask(makeExport(format).then(file => host.save(file))),
    copy: text => ask(host.copy({ text })),
  };
}

const isSame = (a: PointedAt | undefined, b: PointedAt | undefined) =>
  a === b ||
  (a !== undefined &&
    b !== undefined &&
    a.key === b.key &&
    a.from === b.from &&
    a.queries.length === b.queries.length &&
    a.queries.every((query, index) => query === b.queries[index]));
