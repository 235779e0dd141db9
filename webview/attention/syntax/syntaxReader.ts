/** Has the model's parser read what is shown, when somebody wants to see it. */
import type { EngineClient } from '../../../src/common/engineClient/engineClient';
import { asEngineError } from '../../../src/common/errors';
import type { Store } from '../../common/store';
import { type AnalysedText, requestOf } from '../text/shown';
import type { SyntaxState } from './syntaxState';

/** Parses each shown text at most once. It never rejects: what goes wrong is in the state. */
export class SyntaxReader {
  #controller: AbortController | undefined;

  constructor(
    private readonly store: Store<SyntaxState>,
    private readonly client: () => EngineClient,
  ) {}

  /** Parses what is shown, if that has not begun yet; what was asked before is given up. */
  async read(shown: AnalysedText): Promise<void> {
    if (this.store.state.syntax?.shown === shown) {
      return;
    }
    this.#controller?.abort();
    const controller = new AbortController();
    this.#controller = controller;
    this.store.update({ syntax: { shown, read: undefined } });
    const request = { ...requestOf(shown), attention: false, dependencies: true };
    const read = await this.client()
      .analyze(request, { signal: controller.signal })
      .then(({ dependencies }) => dependencies ?? [], asEngineError);
    if (!controller.signal.aborted) {
      this.store.update({ syntax: { shown, read } });
    }
  }
}
