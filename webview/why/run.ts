import { asEngineError } from '../../src/common/errors';
import type { WhyHostApi } from '../../src/common/protocol/pages/why';
import type { Subject } from '../../src/common/protocol/pages/subject';
import type { Remote } from '../../src/common/protocol/rpc';
import { OneRun } from '../common/latestRun';
import type { Store } from '../common/store';
import { chosenOf, firstOffered, headsOf, type WhyState } from './whyState';

/** Asks the host why, one completion at a time; and of the chosen token what it looked at. */
export class Run {
  readonly #run: OneRun;
  #asked = new AbortController();

  constructor(
    private readonly store: Store<WhyState>,
    private readonly host: Remote<WhyHostApi>,
    private readonly onShown: () => void,
  ) {
    this.#run = new OneRun(store);
  }

  cancel(): void {
    this.#asked.abort();
    this.#run.cancel();
  }

  /** Never rejects: what goes wrong is in the state. */
  async start(subject: Subject, isOther: boolean): Promise<void> {
    this.#asked.abort();
    const signal = this.#run.begin('Writing the text again, to see why');
    try {
      const explanation = await this.host.explain({}, { signal });
      const { saved } = this.store.state;
      this.store.update({
        work: undefined,
        shown: { subject, explanation },
        told: undefined,
        standings: new Map(),
        pointed: undefined,
        saved: isOther ? { ...saved, chosen: firstOffered(explanation) } : saved,
      });
      await this.tell();
      this.onShown();
    } catch (cause) {
      this.#fail(cause, signal);
    }
  }

  /** What the chosen token looked at by the chosen heads, and how it stood in the layers. Never rejects. */
  async tell(): Promise<void> {
    this.#asked.abort();
    const asked = new AbortController();
    this.#asked = asked;
    const { signal } = asked;
    const { shown, saved } = this.store.state;
    const { layer, head } = saved;
    const index = chosenOf(this.store.state);
    if (!shown?.explanation.tokens[index]) {
      return;
    }
    try {
      const heads = headsOf(shown.explanation, saved);
      const { id } = shown.explanation;
      const weights = await this.host.attentionOf({ id, index, heads }, { signal });
      if (!signal.aborted) {
        this.store.update({ told: { index, layer, head, weights } });
      }
      if (!this.store.state.standings.has(index)) {
        const standings = await this.host.rankByLayer({ id, index }, { signal });
        if (!signal.aborted) {
          this.store.update({
            standings: new Map(this.store.state.standings).set(index, standings),
          });
        }
      }
    } catch (cause) {
      this.#fail(cause, signal);
    }
  }

  #fail(cause: unknown, signal: AbortSignal): void {
    const error = asEngineError(cause);
    if (signal.aborted || error.code === 'cancelled') {
      return; // A newer one is on its way, or the person has said so.
    }
    void this.host.report({ code: error.code, message: error.message });
    this.store.update({ work: undefined, error });
  }
}
