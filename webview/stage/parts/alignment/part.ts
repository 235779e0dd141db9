import { html, nothing, type TemplateResult } from 'lit';
import type { Analysis, AttentionOverride } from '../../../../src/common/protocol/engine/analyze';
import type { ValueId } from '../../../../src/common/content/lesson';
import type { PartState } from '../../../../src/common/protocol/pages/stage';
import { matrixView, type MatrixView } from '../../../matrix/matrixView';
import type { Unit } from '../../../matrix/units';
import { cautionOf, nothingWritten } from '../../../common/caution';
import { memo } from '../../../common/memo';
import { decimal, duration, percent } from '../../../common/numbers';
import type { Picture } from '../../../matrix/picture';
import { reachOf } from '../../../charts/signedImage';
import type { Theme } from '../../../common/theme';
import { mixOf } from '../../math/attentionHead';
import type { LivePart, PartContext, PartView } from '../../part/livePart';
import { readableUnits } from '../../part/readableUnits';
import { joinRows, paintRows, type VectorRows } from '../../part/vectorRows';
import { attentionMap } from '../../part/attentionMap';
import { frame } from '../../part/frame';
import { atRest, PartStore, stateOf, type RunningState } from '../../part/partStore';
import { tellRun } from '../../part/reportRun';

/** Beyond this a matrix of words cannot be read, in tokens of the source. */
const wideFrom = 720;

interface Shown {
  readonly text: string;
  readonly analysis: Analysis;
  readonly view: MatrixView;
  /** The row that was set by hand. */
  readonly given: AttentionOverride | undefined;
  /** The translation without it. */
  readonly own: string;
}

interface State extends RunningState {
  readonly shown: Shown | undefined;
  /** The step that is looked at. */
  readonly row: number;
  /** The source token that is pointed at; undefined: the one with the most weight. */
  readonly key: number | undefined;
}

export const alignment = (context: PartContext): LivePart => new Alignment(context);

/** Additive attention: the alignment matrix, and each step from its scores to its context; a row can be set by hand. */
class Alignment implements LivePart {
  readonly title = 'Which word each word looked at';
  readonly #store;
  readonly #modelId: string | undefined;
  readonly #map = attentionMap('alignment', 420);
  readonly #averagedOf = memo(averagedOf);
  readonly #rows = memo(averagedRows);
  readonly #states = memo(paintAveraged);
  #text = '';

  constructor(private readonly context: PartContext) {
    this.#store = new PartStore<State>(
      { ...atRest, shown: undefined, row: 0, key: undefined },
      () => context.changed(),
    );
    this.#modelId = context.models.find(
      ({ architecture }) => architecture === 'lstm-attention',
    )?.id;
  }

  get state(): PartState {
    const isMissing = this.#modelId === undefined;
    return stateOf(this.#store.state, isMissing, this.#store.state.shown !== undefined);
  }

  get words(): string {
    const { shown } = this.#store.state;
    if (this.#modelId === undefined) {
      return 'Its model is not in this version.';
    }
    const cell = this.#cell();
    if (!shown || !cell) {
      return 'Each row is one step: how the weight of that step is spread over your words.';
    }
    const { query, key, weight } = cell;
    const hand = shown.given?.position === query.tokens[0] ? ' This row was set by hand.' : '';
    return `Writing “${query.label}”, the model gave ${percent(weight)} of its weight to “${key.label}”.${hand}`;
  }

  get values(): Partial<Record<ValueId, string>> {
    const cell = this.#cell();
    const { shown, row } = this.#store.state;
    if (!cell || !shown) {
      return {};
    }
    const context = contextOf(shown.analysis, row);
    return {
      'alignment.score': decimal(cell.score),
      'alignment.weight': percent(cell.weight),
      'alignment.target': `before “${cell.query.label}”`,
      'alignment.source': `at “${cell.key.label}”`,
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
    const modelId = this.#modelId;
    if (modelId === undefined) {
      return;
    }
    const before = this.#store.state.shown;
    const text = this.#text;
    await this.#store.run(given ? 'Writing on from this step' : 'Translating', async signal => {
      // Set by hand, a row belongs to the translation that is shown: it is kept up to that step.
      const targetText = given && before?.analysis.targetText;
      const analysis = await this.context.client.analyze(
        { modelId, text, hiddenStates: true, targetText, attentionOverride: given },
        { signal },
      );
      signal.throwIfAborted();
      const view = viewOf(analysis, text);
      const own = given && before ? before.own : (analysis.targetText ?? '');
      const { row } = this.#store.state;
      tellRun(this.context, analysis);
      return {
        shown: { text, analysis, view, given, own },
        row: given ? given.position : Math.min(row, view.queries.length - 1),
        key: undefined,
      };
    });
  }

  #setByHand(key: number): void {
    const { shown, row } = this.#store.state;
    if (shown) {
      const weights = shown.view.keys.map((_, index) => Number(index === key));
      void this.#analyze({ position: row, weights, continues: true });
    }
  }

  /** The cell that is spoken of. */
  #cell() {
    const { shown, row, key } = this.#store.state;
    const query = shown?.view.queries[row];
    if (!shown || !query) {
      return undefined;
    }
    const { keys, weights } = shown.view;
    const own = Array.from(weights.slice(row * keys.length, (row + 1) * keys.length));
    const place = key ?? own.indexOf(Math.max(...own));
    const unit = keys[place];
    return (
      unit && {
        ...{ query, key: unit, place, weights: own, weight: own[place] ?? 0 },
        score: scoresOf(shown.analysis, row)?.[place],
      }
    );
  }

  template({ theme, width }: PartView): TemplateResult {
    const { work, error, shown } = this.#store.state;
    return frame(
      {
        ...{ work, error },
        caution: shown && cautionOf(shown.text, shown.analysis),
        words: this.words,
        cancel: () => this.cancel(),
        retry: () => void this.#analyze(undefined),
      },
      shown ? this.#body(shown, theme, width) : html`<div class="picture-place"></div>`,
    );
  }

  #body(shown: Shown, theme: Theme, width: number): TemplateResult {
    const { row } = this.#store.state;
    const { view, analysis, given, own } = shown;
    const isWide = width >= wideFrom;
    const picture = this.#map.draw(view, theme, isWide ? width * 0.58 : width);
    const cell = this.#cell();
    picture.light({
      queries: [row],
      key: cell?.place,
      locked: given ? [given.position] : [],
    });
    return html`<p class="translation-line" lang="fr">
        ${view.queries.map(
          (query, index) =>
            html`<button
              class="step-word code"
              aria-pressed=${index === row}
              @click=${() => this.#store.update({ row: index, key: undefined })}
            >
              ${query.label}
            </button>`,
        )}
      </p>
      ${
        given
          ? html`<p class="quiet">
              By itself it wrote: <span lang="fr">${own || nothingWritten}</span>
              <button class="text-button" @click=${() => void this.#analyze(undefined)}>
                Take the row back
              </button>
            </p>`
          : nothing
      }
      <div class=${isWide ? 'beside' : 'under'}>
        <div>
          <div
            class="picture"
            role="img"
            aria-label=${`Alignment matrix, ${view.queries.length} target words by ${view.keys.length} source words. The table beside it has the numbers of one row.`}
            @click=${(event: MouseEvent) => this.#choose(event, picture)}
          >
            ${picture.element}
          </div>
          <p class="quiet small legend-line">
            ${this.#map.legend(view.largest, theme)} ${duration(analysis.runMs)},
            ${analysis.device === 'webgpu' ? 'WebGPU' : 'WASM'}
          </p>
        </div>
        ${this.#step(shown)}
      </div>
      ${this.#averaged(shown, theme, width)}`;
  }

  #choose(event: MouseEvent, picture: Picture): void {
    const { left, top } = picture.element.getBoundingClientRect();
    const cell = picture.locate(event.clientX - left, event.clientY - top);
    if (cell) {
      this.#store.update({ row: cell.query ?? this.#store.state.row, key: cell.key });
    }
  }

  /** One step: scores, weights, context. */
  #step({ view, analysis }: Shown): TemplateResult {
    const { row } = this.#store.state;
    const scores = scoresOf(analysis, row);
    const query = view.queries[row];
    return html`<div class="step">
      <h3>The step that wrote <span class="code">${query?.label}</span></h3>
      <div
        class="table-scroll"
        tabindex="0"
        role="region"
        aria-label="Scores and weights of this step"
      >
        <table class="numbers">
          <thead>
            <tr>
              <th scope="col">Your word</th>
              <th scope="col">Score</th>
              <th scope="col" colspan="2">Weight</th>
              <th scope="col"><span class="unseen">Set by hand</span></th>
            </tr>
          </thead>
          <tbody @pointerleave=${() => this.#store.update({ key: undefined })}>
            ${view.keys.map((unit, index) => this.#scoreRow(unit, index, view, scores?.[index]))}
          </tbody>
        </table>
      </div>
    </div>`;
  }

  /** The states that the context is the mean of. */
  #averaged({ view, analysis }: Shown, theme: Theme, width: number) {
    const { row } = this.#store.state;
    const averaged = this.#averagedOf(analysis, row);
    const cell = this.#cell();
    if (!averaged || !cell) {
      return nothing;
    }
    const rows = this.#rows(averaged, view.keys);
    const { canvas } = this.#states(rows, cell.place, theme, width);
    canvas.setAttribute(
      'aria-label',
      `States of ${view.keys.length} words and the context made of them, ${averaged.size} numbers each`,
    );
    return html`<figure class="picture">
      <h3>The context it read: ${averaged.size} numbers</h3>
      ${canvas}
      <figcaption class="quiet small">
        Above, the encoder’s state at each of your words; below, the context: their mean under the
        weights of this step. Blue above zero, orange below; full colour:
        ±${reachOf(rows.rows).toFixed(2)}. Worked out here, the mean differs from the graph’s
        context by at most ${farthest(averaged, cell.weights).toExponential(0)}.
      </figcaption>
    </figure>`;
  }

  #scoreRow(unit: Unit, index: number, view: MatrixView, score: number | undefined) {
    const { row } = this.#store.state;
    const weight = view.weights[row * view.keys.length + index] ?? 0;
    const isPointed = index === this.#cell()?.place;
    return html`<tr
      class=${isPointed ? 'pointed' : ''}
      @pointerenter=${() => this.#store.update({ key: index })}
    >
      <th scope="row" class="code">${unit.label}</th>
      <td class="number">${decimal(score)}</td>
      <td class="number">${percent(weight)}</td>
      <td class="bar-cell"><meter min="0" max="1" .value=${weight} aria-hidden="true"></meter></td>
      <td>
        <button
          class="text-button"
          aria-label=${`Look here, at “${unit.label}”: put all the weight of this step on it and write on`}
          title="Put all the weight of this step here, and write on"
          @click=${() => this.#setByHand(index)}
        >
          Look here
        </button>
      </td>
    </tr>`;
  }
}

function viewOf(analysis: Analysis, text: string): MatrixView {
  const cross = analysis.attentions.find(({ kind }) => kind === 'cross');
  const keys = readableUnits(analysis.source, text, 'source');
  const queries = readableUnits(analysis.target, analysis.targetText ?? '', 'target');
  const weights = cross?.weights ?? new Float32Array(keys.length * queries.length);
  const axes = { queries, keys, looksBack: false };
  return matrixView(weights, [queries.length, keys.length], axes, false);
}

function rowAt(rows: Analysis['contexts'], row: number): Float32Array<ArrayBuffer> | undefined {
  const columns = rows?.shape[1] ?? 0;
  return rows?.values.slice(row * columns, (row + 1) * columns);
}

const scoresOf = ({ attentionScores }: Analysis, row: number) => rowAt(attentionScores, row);
const contextOf = memo(({ contexts }: Analysis, row: number) => rowAt(contexts, row));

/** How far the context is from the mean of the states under the weights, where it is farthest. */
function farthest({ states, context, size }: Averaged, weights: readonly number[]): number {
  const mix = mixOf(states, size, weights);
  return context.reduce((most, value, index) => Math.max(most, Math.abs(value - mix[index]!)), 0);
}

/** States of the encoder's last layer, and what a step took of them. */
interface Averaged {
  /** [S, size] */
  readonly states: Float32Array<ArrayBuffer>;
  /** [size] */
  readonly context: Float32Array<ArrayBuffer>;
  readonly size: number;
}

function averagedOf({ hiddenStates, contexts }: Analysis, row: number): Averaged | undefined {
  const context = rowAt(contexts, row);
  if (!hiddenStates || !context) {
    return undefined;
  }
  const [layers, tokens, size] = hiddenStates.shape;
  return { states: hiddenStates.values.subarray((layers - 1) * tokens * size), context, size };
}

const averagedRows = ({ states, context, size }: Averaged, keys: readonly Unit[]): VectorRows => ({
  rows: joinRows([states, context]),
  size,
  labels: [...keys.map(({ label }) => label), 'context'],
  seam: keys.length,
});

const paintAveraged = (rows: VectorRows, row: number, theme: Theme, width: number) =>
  paintRows(rows, { row }, theme, width);
