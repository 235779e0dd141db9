/** Has the model's parser read what is shown, when somebody wants to see it. */
import type { EngineClient } from '../../../src/common/engineClient/engineClient';
import { asEngineError, type EngineError } from '../../../src/common/errors';
import type { Dependency } from '../../../src/common/protocol/engine/analyze';
import type { Store } from '../../common/store';
import type { AttentionState, Shown } from '../attentionState';

/** The parse of what is shown; one of something else counts as none. */
export interface ShownSyntax {
  readonly shown: Shown;
  /** Undefined while the parser is at it. */
  readonly read: readonly Dependency[] | EngineError | undefined;
}

/** Parses each shown text at most once. It never rejects: what goes wrong is in the state. */
export class SyntaxReader {
  #controller: AbortController | undefined;

  constructor(
    private readonly store: Store<AttentionState>,
    private readonly client: () => EngineClient,
  ) {}

  /** Parses what is shown, if that has not begun yet; what was asked before is given up. */
  async read(shown: Shown): Promise<void> {
    if (this.store.state.syntax?.shown === shown) {
      return;
    }
    this.#controller?.abort();
    const controller = new AbortController();
    this.#controller = controller;
    this.store.update({ syntax: { shown, read: undefined } });
    const [a, b] = shown.subject.segments;
    const { modelId, source, window } = shown.analysis;
    const isPair = source.some(({ segment }) => segment === 1);
    const request = {
      ...{ modelId, text: a.text, textPair: isPair ? b?.text : undefined },
      windowStart: window.start,
      ...{ attention: false, dependencies: true },
    };
    const read = await this.client()
      .analyze(request, { signal: controller.signal })
      .then(({ dependencies }) => dependencies ?? [], asEngineError);
    if (!controller.signal.aborted) {
      this.store.update({ syntax: { shown, read } });
    }
  }
}
