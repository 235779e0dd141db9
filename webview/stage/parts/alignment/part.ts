/** Additive attention: the alignment matrix, and each step from its scores to its context; a row can be set by hand. */
import type { TemplateResult } from 'lit';
import type { ValueId } from '../../../../src/common/content/lesson';
import type { AttentionOverride } from '../../../../src/common/protocol/engine/analyze';
import type { PartState } from '../../../../src/common/protocol/pages/stage';
import { cautionOf } from '../../../common/caution';
import { rowOn, takesAttention } from '../../../elements/attentionRow';
import { nameOf } from '../../../matrix/units';
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
import { type AlignmentState, cellOf, contextOf, viewOf } from './state';
import { createView } from './view';
import { percent } from '../../../../src/common/text/percent';
import { decimal } from '../../../common/numbers';

export const alignment = (context: PartContext): LivePart => new Alignment(context);

class Alignment implements LivePart {
  readonly title = 'Which word each word looked at';
  readonly #store;
  readonly #model;
  readonly #view = createView({
    select: selection => this.#store.update(selection),
    setByHand: key => this.#setByHand(key),
    takeBack: () => void this.#analyze(undefined),
  });
  #text = '';

  constructor(private readonly context: PartContext) {
    this.#store = new PartStore<AlignmentState>(
      { ...atRest, run: undefined, row: 0, key: undefined },
      () => context.changed(),
    );
    this.#model = context.models.find(takesAttention);
  }

  get state(): PartState {
    return stateOf(this.#store.state, !this.#model, this.#store.state.run !== undefined);
  }

  get words(): string {
    const { run } = this.#store.state;
    if (!this.#model) {
      return 'Its model is not in this version.';
    }
    const cell = cellOf(this.#store.state);
    if (!run || !cell) {
      return 'Each row is one step: how the weight of that step is spread over your words.';
    }
    const { query, key, weight } = cell;
    const hand = run.given?.position === query.tokens[0] ? ' This row was set by hand.' : '';
    return `Writing “${nameOf(query)}”, the model gave ${percent(weight)} of its weight to “${nameOf(key)}”.${hand}`;
  }

  get values(): Partial<Record<ValueId, string>> {
    const { run, row } = this.#store.state;
    const cell = cellOf(this.#store.state);
    if (!cell || !run) {
      return {};
    }
    const context = contextOf(run.analysis, row);
    return {
      'alignment.score': decimal(cell.score),
      'alignment.weight': percent(cell.weight),
      'alignment.target': `before “${nameOf(cell.query)}”`,
      'alignment.source': `at “${nameOf(cell.key)}”`,
      'alignment.context': context ? `${context.length} numbers` : '…',
    };
  }

  show(sentence: string): void {
    this.#text = sentence;
    void this.#analyze(undefined);
  }

  cancel(): void {
    this.#store.cancel();
  }

  async #analyze(given: AttentionOverride | undefined): Promise<void> {
    const modelId = this.#model?.id;
    if (modelId === undefined) {
      return;
    }
    const before = this.#store.state.run;
    const text = this.#text;
    await this.#store.run(given ? 'Writing on from this step' : 'Translating', async signal => {
      // A row that is set by hand belongs to the translation on the page, which is kept up to that step.
      const targetText = given && before?.analysis.targetText;
      const analysis = await this.context.client.analyze(
        { modelId, text, hiddenStates: true, targetText, attentionOverride: given },
        { signal },
      );
      signal.throwIfAborted();
      const view = viewOf(analysis, text);
      const own = given && before ? before.own : (analysis.targetText ?? '');
      const { row } = this.#store.state;
      reportRun(this.context, analysis);
      return {
        run: { text, analysis, view, given, own },
        row: given ? given.position : Math.min(row, view.queries.length - 1),
        key: undefined,
      };
    });
  }

  #setByHand(key: number): void {
    const { run, row } = this.#store.state;
    if (run) {
      const [query, one] = [run.view.queries[row], run.view.keys[key]];
      if (query && one) {
        void this.#analyze(rowOn(query, one, run.view.keys.length));
      }
    }
  }

  template(view: PartView): TemplateResult {
    const { work, error, run } = this.#store.state;
    return frame(
      {
        ...{ work, error, words: this.words },
        caution: run && cautionOf(run.text, run.analysis),
        cancel: () => this.cancel(),
        retry: () => void this.#analyze(undefined),
      },
      run ? this.#view(run, this.#store.state, view) : picturePlace(this.#model),
    );
  }
}
