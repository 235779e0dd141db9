import type { ExportFormat } from '../../src/common/protocol/pages/attention';
import type { AttentionHostApi } from '../../src/common/protocol/pages/attention';
import type { ExportFile } from '../../src/common/protocol/pages/page';
import type { Remote } from '../../src/common/protocol/rpc';
import type { Store } from '../common/store';
import type { Theme } from '../common/theme';
import type { Actions } from './actions';
import type { AttentionState, PointedAt } from './attentionState';
import { describe } from './describe';
import { addOrRemove, choose } from '../matrix/heads';
import type { SavedState } from './savedState';
import type { Scene } from './scene';

export interface ActionParts {
  readonly store: Store<AttentionState>;
  readonly host: Remote<AttentionHostApi>;
  readonly scene: () => Scene | undefined;
  readonly theme: () => Theme;
  readonly rerun: () => void;
  readonly makeExport: (format: ExportFormat) => Promise<ExportFile>;
  readonly cancel: () => void;
}

/** What the actions do: change the state, or ask the host. */
export function createActions(parts: ActionParts): Actions {
  const { store, host, scene, theme, rerun } = parts;
  const arrange = (change: Partial<SavedState>) =>
    store.update({ saved: { ...store.state.saved, ...change } });
  const markdown = () => describe(store.state, scene(), theme()).markdown;
  /** A refusal of the host is told by the host; here nothing is left to do. */
  const ask = (request: Promise<unknown>) => void request.catch(() => undefined);

  return {
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
    cancel: parts.cancel,
    retry: rerun,
    setDevice: device => {
      ask(host.setDevice({ device }));
      if (device === store.state.settings.device) {
        rerun(); // Nothing changes, so the host will not tell; the person asked to go on.
      }
    },
    setScale: scale => ask(host.setScale({ scale })),
    exportAs: format => ask(parts.makeExport(format).then(file => host.save(file))),
    copyMarkdown: () => ask(host.copy({ text: markdown() })),
    copy: text => ask(host.copy({ text })),
    openText: () => ask(host.openText({ markdown: markdown() })),
    openLink: url => ask(host.openLink({ url })),
    showSelection: () => ask(host.showSelection({})),
    showLog: () => ask(host.showLog({})),
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
