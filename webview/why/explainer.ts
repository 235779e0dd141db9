/** Asks the host why a completion is as it is, and what its chosen token looked at. */
import { asEngineError } from '../../src/common/errors';
import type { Subject } from '../../src/common/protocol/pages/subject';
import type { WhyHostApi } from '../../src/common/protocol/pages/why';
import type { Remote } from '../../src/common/protocol/rpc';
import type { RunStore } from '../common/runStore';
import { chosenOf, headsOf, type WhyState } from './whyState';

/** One completion at a time, and of it one token at a time. Nothing here rejects: what goes wrong is in the state. */
export class Explainer {
  #question = new AbortController();

  constructor(
    private readonly store: RunStore<WhyState>,
    private readonly host: Remote<WhyHostApi>,
    private readonly onShown: () => void,
  ) {}

  async start(subject: Subject): Promise<void> {
    this.#question.abort();
    const done = await this.store.run('Writing the text again, to see why', async signal => {
      const explanation = await this.host.explain({}, { signal });
      const shown = { subject, explanation };
      return { shown, attention: undefined, ranks: new Map(), pointed: undefined };
    });
    if (done) {
      await this.askAboutToken();
      this.onShown();
    }
  }

  cancel(): void {
    this.#question.abort();
    this.store.cancel();
  }

  /** What the chosen token looked at by the chosen heads, and how it ranked after each layer. */
  async askAboutToken(): Promise<void> {
    this.#question.abort();
    const question = new AbortController();
    this.#question = question;
    const { signal } = question;
    const { shown, saved } = this.store.state;
    const { layer, head } = saved;
    const index = chosenOf(this.store.state);
    if (!shown?.explanation.tokens[index]) {
      return;
    }
    try {
      const { id } = shown.explanation;
      const heads = headsOf(shown.explanation, saved);
      const weights = await this.host.attentionOf({ id, index, heads }, { signal });
      this.store.update({ attention: { index, layer, head, weights } });
      if (!this.store.state.ranks.has(index)) {
        const ranks = await this.host.rankByLayer({ id, index }, { signal });
        this.store.update({ ranks: new Map(this.store.state.ranks).set(index, ranks) });
      }
    } catch (cause) {
      if (!signal.aborted) {
        const error = asEngineError(cause);
        this.store.update({ error });
        void this.host.report({ code: error.code, message: error.message });
      }
    }
  }
}
