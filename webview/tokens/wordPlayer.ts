/** Plays how one word became its tokens, step by step. */
import type { EngineClient } from '../../src/common/engineClient/engineClient';
import type { Store } from '../common/store';
import { isFailed, type TokensState } from './tokensState';

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
