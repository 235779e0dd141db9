/** Everything a user can do on the page, and how one word is played step by step. */
import type { EngineClient } from '../../src/common/engineClient/engineClient';
import type { Store } from '../common/store';
import type { TextHostApi } from '../../src/common/protocol/pages/host';
import type { TextActions, TextPage } from '../common/textPage';
import { wantsLessMotion } from '../common/theme';
import { chipsAtOnce, isFailed, type PointedAt, type TokensState } from './tokensState';

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

/** How long a step stands before the next, in ms. */
const stepMs = 700;

/** Plays the steps of one word: asks the engine for them and lets them follow each other. */
export class WordPlayer {
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly store: Store<TokensState>,
    private readonly client: () => EngineClient,
  ) {}

  /** Opens the word that the saved state names, where it is in what is shown. */
  async open(isPlaying: boolean): Promise<void> {
    this.#stop();
    const { saved, shown } = this.store.state;
    const { played } = saved;
    const row = shown?.rows.findIndex(
      ({ tokenizer }) => tokenizer.models[0].id === played?.modelId,
    );
    const cut = row === undefined ? undefined : shown?.rows[row];
    const isThere =
      cut && !isFailed(cut) && cut.chips.some(({ token }) => token.word === played?.word);
    if (!played || row === undefined || !shown || !isThere) {
      this.store.update({ played: undefined });
      return;
    }
    const { modelId, word } = played;
    this.store.update({ played: { row, word, steps: undefined, isKnown: false } });
    const { detail } = (await this.client()
      .tokenize({ modelId, text: shown.text, stepsOf: [word] })
      // A failure is one of the whole text too, and shown there.
      .catch(() => undefined)) ?? { detail: undefined };
    const now = this.store.state;
    if (now.shown === shown && now.saved.played === played) {
      this.store.update({ played: { row, word, steps: detail?.words[0], isKnown: true } });
      if (isPlaying) {
        this.#play();
      }
    }
  }

  close(): void {
    this.#stop();
    const { saved } = this.store.state;
    this.store.update({ played: undefined, saved: { ...saved, played: undefined, step: 0 } });
  }

  goTo(step: number): void {
    this.#stop();
    this.#show(step);
  }

  toggle(): void {
    if (this.#timer === undefined) {
      this.#play();
    } else {
      this.#stop();
    }
  }

  get #total(): number {
    return this.store.state.played?.steps?.steps.length ?? 0;
  }

  #play(): void {
    if (this.store.state.saved.step >= this.#total) {
      this.#show(0);
    }
    if (this.#total === 0) {
      return;
    }
    this.store.update({ isPlaying: true });
    this.#timer = setInterval(() => {
      const next = this.store.state.saved.step + 1;
      this.#show(next);
      if (next >= this.#total) {
        this.#stop();
      }
    }, stepMs);
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (this.store.state.isPlaying) {
      this.store.update({ isPlaying: false });
    }
  }

  #show(step: number): void {
    const { saved } = this.store.state;
    this.store.update({ saved: { ...saved, step: Math.max(0, Math.min(step, this.#total)) } });
  }
}
