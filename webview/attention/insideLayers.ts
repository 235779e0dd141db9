/** The tensors inside layers of the text that is shown: run when they are first looked at, and kept. */
import { LRUCache } from 'lru-cache';
import type { EngineClient } from '../../src/common/engineClient/engineClient';
import { EngineError } from '../../src/common/errors';
import type { Analysis } from '../../src/common/protocol/engine/analyze';
import type {
  AttentionLayer,
  InsideAttention,
  Token,
} from '../../src/common/protocol/engine/types';
import { type RunState, RunStore } from '../common/runStore';
import { requestOf, type Shown } from './text/shown';

/** A layer of a long text is a few megabytes. */
const maxLayers = 8;

/** Owns the layers of one text at a time, and what runs to get another. */
export class InsideLayers {
  readonly #store: RunStore<RunState>;
  readonly #layers = new LRUCache<string, InsideAttention>({ max: maxLayers });
  #shown: Shown | undefined;
  #wanted: string | undefined;

  /** @param onChange is called when a layer is there, and when a run begins, goes on or fails. */
  constructor(
    private readonly client: () => Pick<EngineClient, 'analyze'>,
    onChange: () => void,
  ) {
    this.#store = new RunStore<RunState>({ work: undefined, error: undefined }, onChange);
  }

  /** What runs, or why it did not. */
  get state(): RunState {
    return this.#store.state;
  }

  /** The layer of the text, if it is there; else it is run, once. */
  get(shown: Shown, layer: AttentionLayer): InsideAttention | undefined {
    if (this.#shown !== shown) {
      this.#shown = shown;
      this.#wanted = undefined;
      this.#layers.clear();
    }
    const name = nameOf(layer);
    const known = this.#layers.get(name);
    if (!known && this.#wanted !== name) {
      this.#wanted = name;
      void this.#run(shown, layer);
    }
    return known;
  }

  /** Runs again what has failed. */
  retry(): void {
    this.#wanted = undefined;
    this.#store.update({ error: undefined });
  }

  /** Ends what runs. */
  cancel(): void {
    this.#wanted = undefined;
    if (this.#store.state.work) {
      this.#store.cancel();
    }
    this.#store.update({ error: undefined });
  }

  async #run(shown: Shown, inside: AttentionLayer): Promise<void> {
    await this.#store.run(`Looking inside layer ${inside.layer + 1}`, async signal => {
      const request = { ...requestOf(shown), inside, attention: false };
      const { targetText } = shown.analysis;
      // A translation that was searched for may be other tokens than its text is cut into; it is then searched for again.
      const targets = targetText ? [targetText, undefined] : [undefined];
      for (const target of targets) {
        const analysis = await this.client().analyze(
          { ...request, targetText: target },
          { signal },
        );
        signal.throwIfAborted();
        if (analysis.inside && isSameText(analysis, shown.analysis)) {
          this.#layers.set(nameOf(inside), analysis.inside);
          this.#wanted = undefined;
          return {};
        }
      }
      throw new EngineError(
        'inference-failed',
        'The model read other tokens than those that are shown. Run it again.',
      );
    });
  }
}

const nameOf = ({ kind, layer }: AttentionLayer) => `${kind}.${layer}`;

const isSameText = (one: Analysis, other: Analysis) =>
  isSameTokens(one.source, other.source) && isSameTokens(one.target, other.target);

const isSameTokens = (some: readonly Token[], others: readonly Token[]) =>
  some.length === others.length && some.every(({ id }, index) => id === others[index]?.id);
