import type { EngineClient } from '../../src/common/engineClient/engineClient';
import { asEngineError, EngineError } from '../../src/common/errors';
import type { HostApi } from '../../src/common/protocol/pages/host';
import type { Subject } from '../../src/common/protocol/pages/subject';
import type { Remote } from '../../src/common/protocol/rpc';
import { OneRun } from '../common/latestRun';
import type { Store } from '../common/store';
import { chipsOf } from './chips';
import { tokenizersOf, type TokenizerOfModels } from './tokenizers';
import { isFailed, type FailedRow, type Row, type TokensState } from './tokensState';

/** Cuts one text at a time, by every tokenizer. */
export class Run {
  readonly #run: OneRun;

  constructor(
    private readonly store: Store<TokensState>,
    private readonly client: EngineClient,
    private readonly host: Remote<HostApi>,
    /** Called when the state holds the new tokens. */
    private readonly onShown: () => void,
  ) {
    this.#run = new OneRun(store);
  }

  /** Ends the run; its place says so. */
  cancel(): void {
    this.#run.cancel();
  }

  /** Never rejects: what goes wrong is in the state. */
  async start(subject: Subject): Promise<void> {
    const signal = this.#run.begin('Cutting the text into tokens');
    const { text } = subject.segments[0];
    const rows = await Promise.all(
      tokenizersOf(this.store.state.models).map(tokenizer => this.#cut(tokenizer, text, signal)),
    );
    if (signal.aborted) {
      return;
    }
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
