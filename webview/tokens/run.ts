import type { EngineClient } from '../../src/shared/engineClient';
import { EngineError } from '../../src/shared/errors';
import type { HostApi, Subject } from '../../src/shared/pageApi';
import type { Remote } from '../../src/shared/rpc';
import { asEngineError } from '../page';
import type { Store } from '../store';
import { longMs, slowMs } from '../work';
import { chipsOf } from './chips';
import { tokenizersOf, type TokenizerOfModels } from './tokenizers';
import { isFailed, type FailedRow, type Row, type TokensState } from './tokensState';

/** Cuts one text at a time, by every tokenizer: a newer text ends the older, whose tokens can then change nothing. */
export class Run {
  #controller: AbortController | undefined;

  constructor(
    private readonly store: Store<TokensState>,
    private readonly client: EngineClient,
    private readonly host: Remote<HostApi>,
    /** Called when the state holds the new tokens. */
    private readonly onShown: () => void,
  ) {}

  /** Ends the run; its place says so. */
  cancel(): void {
    this.#controller?.abort();
    this.#controller = undefined;
    this.store.update({
      work: undefined,
      error: new EngineError('cancelled', 'cancelled by the person'),
    });
  }

  /** Never rejects: what goes wrong is in the state. */
  async start(subject: Subject): Promise<void> {
    this.#controller?.abort();
    const controller = new AbortController();
    this.#controller = controller;
    const { signal } = controller;
    const words = 'Cutting the text into tokens';
    this.store.update({ error: undefined, work: { words, isSlow: false, isLong: false } });
    const timers = [
      setTimeout(() => this.store.update({ work: { words, isSlow: true, isLong: false } }), slowMs),
      setTimeout(() => this.store.update({ work: { words, isSlow: true, isLong: true } }), longMs),
    ];
    signal.addEventListener('abort', () => timers.forEach(clearTimeout));
    const { text } = subject.segments[0];
    const rows = await Promise.all(
      tokenizersOf(this.store.state.models).map(tokenizer => this.#cut(tokenizer, text, signal)),
    );
    if (signal.aborted) {
      return;
    }
    timers.forEach(clearTimeout);
    const failed = rows.filter(isFailed);
    const [first] = failed;
    // Where nothing at all can be shown, the failure takes the page.
    if (first && failed.length === rows.length) {
      this.store.update({ work: undefined, error: first.error });
      return;
    }
    this.store.update({
      work: undefined,
      shown: { subject, text, rows },
      pointed: undefined,
    });
    this.onShown();
  }

  async #cut(
    tokenizer: TokenizerOfModels,
    text: string,
    signal: AbortSignal,
  ): Promise<Row | FailedRow> {
    const [{ id: modelId }] = tokenizer.models;
    try {
      const request = { modelId, text, stepsOf: [] };
      const tokenization = await this.client.tokenize(request, { signal });
      const { detail } = tokenization;
      if (!detail) {
        throw new EngineError('internal', 'The engine told nothing of the tokens.');
      }
      return { tokenizer, kind: detail.kind, chips: chipsOf(tokenization, detail, text) };
    } catch (cause) {
      const error = asEngineError(cause);
      if (error.code !== 'cancelled') {
        void this.host.report({ code: error.code, message: error.message });
      }
      return { tokenizer, error };
    }
  }
}
