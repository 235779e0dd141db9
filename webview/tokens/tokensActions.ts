import type { HostApi } from '../../src/common/protocol/pages/host';
import type { Remote } from '../../src/common/protocol/rpc';
import type { Store } from '../common/store';
import { wantsLessMotion } from '../common/theme';
import type { Actions } from './actions';
import { describe } from './describe';
import { isFailed, type TokensState } from './tokensState';
import type { WordPlayer } from './wordPlayer';

/** Chips drawn at first, and added each time. */
export const chipsAtOnce = 1000;

export interface ActionParts {
  readonly store: Store<TokensState>;
  readonly host: Remote<HostApi>;
  readonly player: WordPlayer;
  readonly rerun: () => void;
  readonly cancel: () => void;
}

/** What the actions do: change the state, or ask the host. */
export function createActions({ store, host, player, rerun, cancel }: ActionParts): Actions {
  const markdown = () => describe(store.state).markdown;
  /** A refusal of the host is told by the host; here nothing is left to do. */
  const ask = (request: Promise<unknown>) => void request.catch(() => undefined);
  const chipAt = (row: number, index: number) => {
    const cut = store.state.shown?.rows[row];
    return cut && !isFailed(cut)
      ? { chip: cut.chips[index], modelId: cut.tokenizer.models[0].id }
      : undefined;
  };

  return {
    point: pointed => {
      if (pointed !== store.state.pointed) {
        store.update({ pointed });
      }
    },
    play: (row, index) => {
      const { chip, modelId } = chipAt(row, index) ?? {};
      if (!chip || modelId === undefined || chip.isSpecial) {
        return;
      }
      const { word } = chip.token;
      const { played } = store.state;
      if (played?.row === row && played.word === word) {
        player.close();
        return;
      }
      store.update({ saved: { ...store.state.saved, played: { modelId, word }, step: 0 } });
      void player.open(!wantsLessMotion());
    },
    goTo: step => player.goTo(step),
    togglePlaying: () => player.toggle(),
    closePlayer: () => player.close(),
    reveal: (row, index) => {
      const { chip } = chipAt(row, index) ?? {};
      if (chip && !chip.isSpecial) {
        ask(host.reveal(chip.range));
      }
    },
    toggleIds: () => store.update({ saved: { ...store.state.saved, ids: !store.state.saved.ids } }),
    showMore: () => store.update({ longest: store.state.longest + chipsAtOnce }),
    cancel,
    retry: rerun,
    setDevice: device => ask(host.setDevice({ device })),
    copyMarkdown: () => ask(host.copy({ text: markdown() })),
    openText: () => ask(host.openText({ markdown: markdown() })),
    showSelection: () => ask(host.showSelection({})),
    showLog: () => ask(host.showLog({})),
  };
}
