/** Everything a user can do on the page. */
import type { TextHostApi } from '../../src/common/protocol/pages/host';
import type { TextActions, TextPage } from '../common/textPage';
import { wantsLessMotion } from '../common/theme';
import { chipsAtOnce, isFailed, type PointedAt, type TokensState } from './tokensState';
import type { WordPlayer } from './wordPlayer';

/** The templates call nothing else. */
export interface Actions extends TextActions {
  point(at: PointedAt | undefined): void;
  /** A click on a token: its word is played; of the word that is played already, no longer. */
  play(row: number, index: number): void;
  /** Shows the word after so many steps. */
  goTo(step: number): void;
  /** Lets the steps follow each other, or stops them. */
  togglePlaying(): void;
  closePlayer(): void;
  /** Brings a token's characters into view in the editor. */
  reveal(row: number, index: number): void;
  toggleIds(): void;
  showMore(): void;
}

/** What the actions do: change the state, or ask the host. */
export function createActions(
  { store, host, ask, actions }: TextPage<TokensState, TextHostApi>,
  player: WordPlayer,
): Actions {
  const chipAt = (row: number, index: number) => {
    const cut = store.state.shown?.rows[row];
    return cut && !isFailed(cut)
      ? { chip: cut.chips[index], modelId: cut.tokenizer.models[0].id }
      : undefined;
  };

  return {
    ...actions,
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
    showMore: () => store.update({ maxChips: store.state.maxChips + chipsAtOnce }),
  };
}
