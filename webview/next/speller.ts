import type { EngineClient } from '../../src/common/engineClient/engineClient';
import type { Store } from '../common/store';
import type { NextState } from './nextState';

/** Gets the spelling of tokens that come into view. It needs a tokenizer alone: no run waits for it. */
export class Speller {
  #modelId: string | undefined;
  #asked = new Set<number>();

  constructor(
    private readonly store: Store<NextState>,
    private readonly client: EngineClient,
  ) {}

  /** Tokens of another model are others. Never rejects: a token without a spelling is drawn by its number. */
  async spell(modelId: string, ids: Iterable<number>): Promise<void> {
    if (modelId !== this.#modelId) {
      this.#modelId = modelId;
      this.#asked = new Set();
      this.store.update({ spellings: new Map() });
    }
    const asked = this.#asked;
    const missing = [...new Set(ids)].filter(id => !asked.has(id));
    if (missing.length === 0) {
      return;
    }
    missing.forEach(id => asked.add(id));
    try {
      const spellings = await this.client.spell({ modelId, ids: missing });
      if (asked === this.#asked) {
        const all = new Map(this.store.state.spellings);
        spellings.forEach((spelling, index) => all.set(missing[index] ?? 0, spelling));
        this.store.update({ spellings: all });
      }
    } catch {
      // What failed is told by the run, which needs the same files; the next one asks again.
      missing.forEach(id => asked.delete(id));
    }
  }
}
