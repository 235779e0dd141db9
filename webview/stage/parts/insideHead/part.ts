/** One head of the Transformer from its queries, keys and values to its output, step by step, with the graph's own numbers. */
import type { TemplateResult } from 'lit';
import type { ValueId } from '../../../../src/common/content/lesson';
import type { PartState } from '../../../../src/common/protocol/pages/stage';
import { cautionOf } from '../../../common/caution';
import { createSelector, isMaskedAt, type Selection } from '../../../insideHead/headRun';
import { wordsOf } from '../../../insideHead/headWords';
import { frame, picturePlace } from '../../part/frame';
import {
  atRest,
  type LivePart,
  type PartContext,
  PartStore,
  type PartView,
  reportRun,
  stateOf,
} from '../../part/livePart';
import {
  type InsideHeadState,
  parseSettings,
  runOf,
  type Settings,
  type TranslatorRun,
} from './state';
import { createView } from './view';
import { percent } from '../../../../src/common/text/percent';
import { decimal } from '../../../common/numbers';

export const insideHead = (context: PartContext): LivePart => new InsideHead(context);

class InsideHead implements LivePart {
  readonly title = 'Inside one head';
  readonly #store;
  readonly #model;
  readonly #selector = createSelector();
  readonly #view = createView({
    set: change => this.#set(change),
    select: selection => this.#store.update(selection),
  });
  #text = '';

  constructor(private readonly context: PartContext) {
    this.#model = context.models.find(({ architecture }) => architecture === 'transformer');
    this.#store = new PartStore<InsideHeadState>(
      {
        ...{ ...atRest, settings: parseSettings(context.settings) },
        ...{ run: undefined, query: 0, key: undefined },
      },
      () => context.changed(),
    );
  }

  get state(): PartState {
    return stateOf(this.#store.state, !this.#model, this.#store.state.run !== undefined);
  }

  get words(): string {
    if (!this.#model) {
      return 'Its model is not in this version.';
    }
    const selection = this.#selection;
    if (!selection) {
      return 'Each word makes a query, a key and a value; here they are, with what comes of them.';
    }
    return wordsOf(selection);
  }

  get values(): Partial<Record<ValueId, string>> {
    const selection = this.#selection;
    if (!selection) {
      return {};
    }
    const { query, key, keyIndex, steps, head, run } = selection;
    return {
      'inside-head.query': `${run.queries.length} × ${head.size}, looking at “${query.label}”`,
      'inside-head.key': `${run.keys.length} × ${head.size}, “${key.label}” gives ${decimal(steps.scores[keyIndex])}`,
      'inside-head.value': isMaskedAt(selection, keyIndex)
        ? `nothing of “${key.label}”: it is masked`
        : `${percent(steps.weights[keyIndex] ?? 0)} of “${key.label}”`,
      'inside-head.width': String(head.size),
    };
  }

  get #selection(): Selection | undefined {
    const { run, query, key, settings } = this.#store.state;
    return run && this.#selector(run, { head: settings.head, query, key });
  }

  show(sentence: string): void {
    const isSame = sentence === this.#text;
    this.#text = sentence;
    void this.#analyze(isSame ? this.#store.state.run : undefined);
  }

  cancel(): void {
    this.#store.cancel();
  }

  /** @param before a run on the same sentence, whose translation is kept. */
  async #analyze(before: TranslatorRun | undefined): Promise<void> {
    const model = this.#model;
    if (!model) {
      return;
    }
    const text = this.#text;
    const { kind, layer } = this.#store.state.settings;
    await this.#store.run(before ? 'Looking inside' : 'Translating', async signal => {
      const analysis = await this.context.client.analyze(
        {
          ...{ modelId: model.id, text },
          targetText: before?.analysis.targetText || undefined,
          inside: { kind, layer: Math.min(layer, model.layers - 1) },
        },
        { signal },
      );
      signal.throwIfAborted();
      const run = runOf(analysis, text);
      const { query } = this.#store.state;
      reportRun(this.context, analysis);
      return { run, query: Math.min(query, (run?.queries.length ?? 1) - 1), key: undefined };
    });
  }

  #set(change: Partial<Settings>): void {
    const { settings: before, run } = this.#store.state;
    const settings = { ...before, ...change };
    this.#store.update({ settings, key: undefined });
    this.context.keep(settings);
    // All heads of a layer come with one run.
    if (settings.kind !== before.kind || settings.layer !== before.layer) {
      void this.#analyze(run);
    }
  }

  template(view: PartView): TemplateResult {
    const { work, error, run, settings } = this.#store.state;
    const selection = this.#selection;
    return frame(
      {
        ...{ work, error, words: this.words },
        caution: run && cautionOf(run.text, run.analysis),
        cancel: () => this.cancel(),
        retry: () => void this.#analyze(undefined),
      },
      run && selection
        ? this.#view(run, selection, settings.kind, view)
        : picturePlace(this.#model),
    );
  }
}
