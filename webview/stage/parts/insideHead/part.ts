import { html, nothing, type TemplateResult } from 'lit';
import * as v from 'valibot';
import type { Analysis } from '../../../../src/common/protocol/engine/analyze';
import type { Attention, InsideAttention } from '../../../../src/common/protocol/engine/types';
import type { ValueId } from '../../../../src/common/content/lesson';
import type { PartState } from '../../../../src/common/protocol/pages/stage';
import { matrixView, type MatrixView } from '../../../matrix/matrixView';
import { readUnits, type Unit } from '../../../matrix/units';
import type { Picture } from '../../../matrix/picture';
import { reachOf } from '../../../charts/signedImage';
import { cautionOf } from '../../../common/caution';
import { memo } from '../../../common/memo';
import { decimal, duration, percent } from '../../../common/numbers';
import type { Theme } from '../../../common/theme';
import {
  headOf,
  stepsOf,
  termsOf,
  vectorAt,
  type Head,
  type QuerySteps,
} from '../../math/attentionHead';
import type { LivePart, PartContext, PartView } from '../../part/livePart';
import { readableUnits } from '../../part/readableUnits';
import { joinRows, paintRows, type VectorRows } from '../../part/vectorRows';
import { attentionMap } from '../../part/attentionMap';
import { frame } from '../../part/frame';
import { atRest, PartStore, stateOf, type RunningState } from '../../part/partStore';
import { choices } from '../../part/controls';
import { tellRun } from '../../part/reportRun';

/** From here on there is room for the matrix beside the steps. */
const wideFrom = 720;
/** How many dimensions of a product are told by number. */
const termsTold = 3;
/** Between two figures, in CSS pixels, as in the stylesheet. */
const figureGap = 24;

const kinds = [
  ['encoder', 'Encoder'],
  ['decoder', 'Decoder, masked'],
  ['cross', 'Across'],
] as const satisfies readonly (readonly [Attention['kind'], string])[];

const index = (most: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(most));

const settings = v.object({
  kind: v.fallback(v.picklist(kinds.map(([kind]) => kind)), 'encoder'),
  layer: v.fallback(index(63), 0),
  head: v.fallback(index(63), 0),
});

interface Shown {
  readonly text: string;
  readonly analysis: Analysis;
  readonly inside: InsideAttention;
  readonly attention: Attention;
  readonly queries: readonly Unit[];
  readonly keys: readonly Unit[];
}

interface State extends RunningState {
  readonly settings: v.InferOutput<typeof settings>;
  readonly shown: Shown | undefined;
  readonly query: number;
  /** Undefined: the key with the most weight. */
  readonly key: number | undefined;
}

export const insideHead = (context: PartContext): LivePart => new InsideHead(context);

/** One head of the Transformer from its queries, keys and values to its output, step by step, with the graph's own numbers. */
class InsideHead implements LivePart {
  readonly title = 'Inside one head';
  readonly #store;
  readonly #model;
  readonly #head = memo(headOf);
  readonly #view = memo(viewOf);
  readonly #map = attentionMap('inside-head', 360);
  readonly #steps = memo(stepsOf);
  readonly #difference = memo(largestDifference);
  readonly #terms = memo(termRows);
  readonly #output = memo(outputRows);
  readonly #queries = memo(unitRows);
  readonly #keys = memo(unitRows);
  readonly #values = memo(unitRows);
  readonly #pictures = {
    terms: memo(paintRow),
    output: memo(paintRow),
    queries: memo(paintRow),
    keys: memo(paintRow),
    values: memo(paintRow),
  };
  #text = '';

  constructor(private readonly context: PartContext) {
    this.#model = context.models.find(({ architecture }) => architecture === 'transformer');
    this.#store = new PartStore<State>(
      {
        ...atRest,
        settings: v.parse(settings, context.settings ?? {}),
        shown: undefined,
        query: 0,
        key: undefined,
      },
      () => context.changed(),
    );
  }

  get state(): PartState {
    return stateOf(this.#store.state, !this.#model, this.#store.state.shown !== undefined);
  }

  get words(): string {
    if (!this.#model) {
      return 'Its model is not in this version.';
    }
    const looked = this.#looked();
    if (!looked) {
      return 'Each word makes a query, a key and a value; here they are, with what comes of them.';
    }
    const { query, key, steps, place, shown, head } = looked;
    const says = shown.inside.kind === 'encoder' ? '' : 'Writing ';
    if (steps.weights[place] === 0 && head.isMasked) {
      return `${says}“${query.label}”, the decoder may not look at “${key.label}”: it comes later.`;
    }
    return `${says}“${query.label}” asks, “${key.label}” answers: the product ${decimal(steps.products[place])} through √${head.size} is ${decimal(steps.scores[place])}, and after the softmax ${percent(steps.weights[place] ?? 0)} of the weight.`;
  }

  get values(): Partial<Record<ValueId, string>> {
    const looked = this.#looked();
    if (!looked) {
      return {};
    }
    const { query, key, steps, place, head, shown } = looked;
    return {
      'inside-head.query': `${shown.queries.length} × ${head.size}, looking at “${query.label}”`,
      'inside-head.key': `${shown.keys.length} × ${head.size}, “${key.label}” gives ${decimal(steps.scores[place])}`,
      'inside-head.value':
        steps.masked[place] === -Infinity
          ? `nothing of “${key.label}”: it is masked`
          : `${percent(steps.weights[place] ?? 0)} of “${key.label}”`,
      'inside-head.width': String(head.size),
    };
  }

  #looked(): Looked | undefined {
    const { shown, query: row, key, settings: set } = this.#store.state;
    const query = shown?.queries[row];
    if (!shown || !query) {
      return undefined;
    }
    const headIndex = Math.min(set.head, shown.attention.shape[1] - 1);
    const head = this.#head(shown.inside, headIndex);
    const steps = this.#steps(head, row);
    const place = key ?? steps.weights.indexOf(Math.max(...steps.weights));
    const unit = shown.keys[place];
    return unit && { shown, head, headIndex, steps, query, row, key: unit, place };
  }

  show(sentence: string): void {
    const isOther = sentence !== this.#text;
    this.#text = sentence;
    void this.#look(isOther ? undefined : this.#store.state.shown);
  }

  cancel(): void {
    this.#store.cancel();
  }

  /** @param before of the same sentence: its translation is known. */
  async #look(before: Shown | undefined): Promise<void> {
    const model = this.#model;
    if (!model) {
      return;
    }
    const text = this.#text;
    const { kind, layer } = this.#store.state.settings;
    await this.#store.run(before ? 'Looking inside' : 'Translating', async signal => {
      const analysis = await this.context.client.analyze(
        {
          modelId: model.id,
          text,
          targetText: before?.analysis.targetText || undefined,
          inside: { kind, layer: Math.min(layer, model.layers - 1) },
        },
        { signal },
      );
      signal.throwIfAborted();
      const shown = shownOf(analysis, text);
      const { query } = this.#store.state;
      tellRun(this.context, analysis);
      return { shown, query: Math.min(query, (shown?.queries.length ?? 1) - 1), key: undefined };
    });
  }

  #set(change: Partial<State['settings']>): void {
    const { settings: set, shown } = this.#store.state;
    const next = { ...set, ...change };
    this.#store.update({ settings: next, key: undefined });
    this.context.keep(next);
    // Of another head all is known already.
    if (next.kind !== set.kind || next.layer !== set.layer) {
      void this.#look(shown);
    }
  }

  template({ theme, width }: PartView): TemplateResult {
    const { work, error, shown } = this.#store.state;
    const looked = this.#looked();
    return frame(
      {
        ...{ work, error },
        caution: shown && cautionOf(shown.text, shown.analysis),
        words: this.words,
        cancel: () => this.cancel(),
        retry: () => void this.#look(undefined),
      },
      looked
        ? this.#body(looked, theme, width)
        : this.#model
          ? html`<div class="picture-place"></div>`
          : nothing,
    );
  }

  #body(looked: Looked, theme: Theme, width: number): TemplateResult {
    const { settings: set } = this.#store.state;
    const { shown, headIndex, row, place } = looked;
    const { attention, analysis, queries, keys, inside } = shown;
    const [layers, heads] = attention.shape;
    const isWide = width >= wideFrom;
    const view = this.#view(shown, headIndex);
    const picture = this.#map.draw(view, theme, isWide ? width * 0.46 : width);
    picture.light({ queries: [row], key: place, locked: [] });
    return html`<div class="row-of-buttons">
        ${choices('Which attention', kinds, set.kind, kind => this.#set({ kind }))}
        ${choices('Layer', numbered('Layer', layers), String(inside.layer), layer =>
          this.#set({ layer: Number(layer) }),
        )}
        ${choices('Head', numbered('Head', heads), String(headIndex), head =>
          this.#set({ head: Number(head) }),
        )}
      </div>
      <p class="translation-line" lang=${inside.kind === 'encoder' ? nothing : 'fr'}>
        ${queries.map(
          (query, at) =>
            html`<button
              class="step-word code"
              aria-pressed=${at === row}
              @click=${() => this.#store.update({ query: at, key: undefined })}
            >
              ${query.label}
            </button>`,
        )}
      </p>
      <div class=${isWide ? 'beside' : 'under'}>
        <div>
          <div
            class="picture"
            role="img"
            aria-label=${`Weights of this head, ${queries.length} queries by ${keys.length} keys. The table has the numbers of one query.`}
            @click=${(event: MouseEvent) => this.#choose(event, picture)}
          >
            ${picture.element}
          </div>
          <p class="quiet small legend-line">
            ${this.#map.legend(view.largest, theme)} ${duration(analysis.runMs)},
            ${analysis.device === 'webgpu' ? 'WebGPU' : 'WASM'}
          </p>
        </div>
        ${this.#table(looked)}
      </div>
      ${this.#vectors(looked, theme, width)}
      <p class="quiet small prose">
        Queries, keys and values are tensors of this run. Worked out from them here, the weights and
        the output of this head differ from the graph’s own by at most
        ${this.#difference(shown, headIndex).toExponential(0)}.
      </p>`;
  }

  #choose(event: MouseEvent, picture: Picture): void {
    const { left, top } = picture.element.getBoundingClientRect();
    const cell = picture.locate(event.clientX - left, event.clientY - top);
    if (cell) {
      this.#store.update({ query: cell.query ?? this.#store.state.query, key: cell.key });
    }
  }

  /** From products to weights, a row for each key. */
  #table({ shown, steps, query, place, head }: Looked): TemplateResult {
    return html`<div class="step">
      <h3>What <span class="code">${query.label}</span> takes from each</h3>
      <div class="table-scroll" tabindex="0" role="region" aria-label="From products to weights">
        <table class="numbers">
          <thead>
            <tr>
              <th scope="col">Key</th>
              <th scope="col">q · k</th>
              <th scope="col">÷ √${head.size}</th>
              ${head.isMasked ? html`<th scope="col">Mask</th>` : nothing}
              <th scope="col" colspan="2">Softmax</th>
            </tr>
          </thead>
          <tbody>
            ${shown.keys.map((key, at) => {
              const weight = steps.weights[at] ?? 0;
              const isHidden = steps.masked[at] === -Infinity;
              return html`<tr class=${at === place ? 'pointed' : ''}>
                <th scope="row">
                  <button
                    class="step-word code"
                    aria-pressed=${at === place}
                    @click=${() => this.#store.update({ key: at })}
                  >
                    ${key.label}
                  </button>
                </th>
                <td class=${isHidden ? 'number quiet' : 'number'}>
                  ${decimal(steps.products[at])}
                </td>
                <td class=${isHidden ? 'number quiet' : 'number'}>${decimal(steps.scores[at])}</td>
                ${
                  head.isMasked
                    ? html`<td class="number">${isHidden ? '−∞' : decimal(steps.masked[at])}</td>`
                    : nothing
                }
                <td class="number">${isHidden ? 'masked' : percent(weight)}</td>
                <td class="bar-cell">
                  <meter min="0" max="1" .value=${weight} aria-hidden="true"></meter>
                </td>
              </tr>`;
            })}
          </tbody>
        </table>
      </div>
      ${
        head.isMasked
          ? html`<p class="quiet small">
              What is masked is what stands later: while it writes, the decoder has not made it yet.
              The products beside −∞ are worked out here, as in training they would be before the
              mask.
            </p>`
          : nothing
      }
    </div>`;
  }

  #vectors(looked: Looked, theme: Theme, width: number): TemplateResult {
    const { shown, head, headIndex, steps, row, query, key, place } = looked;
    const { size } = head;
    const terms = this.#terms(head, row, place);
    const strongest = [...terms.rows.subarray(2 * size)]
      .map((value, at) => ({ value, at }))
      .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
      .slice(0, termsTold)
      .map(({ value, at }) => `${at}: ${decimal(value)}`)
      .join(', ');
    const { queries, keys, values } = head;
    const matrices: readonly VectorFigure[] = [
      [
        'queries',
        this.#queries(queries, size, shown.queries),
        row,
        'Q, the queries',
        'What each looks for.',
      ],
      [
        'keys',
        this.#keys(keys, size, shown.keys),
        place,
        'K, the keys',
        'What each can be found by.',
      ],
      [
        'values',
        this.#values(values, size, shown.keys),
        place,
        'V, the values',
        'What each gives where it is found.',
      ],
    ];
    const vectors: readonly VectorFigure[] = [
      [
        'terms',
        terms,
        2,
        `“${query.label}” times “${key.label}”`,
        `Dimension by dimension; the sum of all ${size} is ${decimal(steps.products[place])}. Most comes from dimensions ${strongest}.`,
      ],
      [
        'output',
        this.#output(head, steps),
        0,
        'What comes out',
        `The values under their weights, ${size} numbers of head ${headIndex + 1}, which go on beside those of the other heads.`,
      ],
    ];
    return html`${[matrices, vectors].map(
      figures =>
        html`<div class=${width >= wideFrom ? 'vector-figures across' : 'vector-figures'}>
          ${figures.map(one => this.#figure(one, theme, roomOf(figures.length, width)))}
        </div>`,
    )}`;
  }

  #figure([name, rows, lit, title, words]: VectorFigure, theme: Theme, width: number) {
    const { canvas } = this.#pictures[name](rows, lit, theme, width);
    canvas.setAttribute(
      'aria-label',
      `${title}: ${rows.labels.length} rows of ${rows.size} numbers`,
    );
    return html`<figure class="picture">
      <h3>${title}</h3>
      ${canvas}
      <figcaption class="quiet small">
        ${words} Full colour: ±${decimal(reachOf(rows.rows))}.
      </figcaption>
    </figure>`;
  }
}

/** Of one of some figures beside each other, where there is room for that. */
const roomOf = (count: number, width: number): number =>
  width >= wideFrom ? (width - (count - 1) * figureGap) / count : width;

type VectorFigure = readonly [
  name: 'queries' | 'keys' | 'values' | 'terms' | 'output',
  rows: VectorRows,
  lit: number,
  title: string,
  words: string,
];

const paintRow = (rows: VectorRows, row: number, theme: Theme, width: number) =>
  paintRows(rows, { row }, theme, width);

/** What is spoken of. */
interface Looked {
  readonly shown: Shown;
  readonly head: Head;
  readonly headIndex: number;
  readonly steps: QuerySteps;
  readonly query: Unit;
  readonly row: number;
  readonly key: Unit;
  readonly place: number;
}

const numbered = (name: string, count: number) =>
  Array.from({ length: count }, (_, at) => [String(at), `${name} ${at + 1}`] as const);

function shownOf(analysis: Analysis, text: string): Shown | undefined {
  const { inside, source, target, targetText = '' } = analysis;
  const attention = analysis.attentions.find(({ kind }) => kind === inside?.kind);
  if (!inside || !attention) {
    return undefined;
  }
  const read = readableUnits(source, text, 'source');
  const written = readableUnits(target, targetText, 'target');
  const [queries, keys] = {
    encoder: [read, read],
    decoder: [written, readUnits(written)],
    cross: [written, read],
  }[inside.kind];
  return { text, analysis, inside, attention, queries: queries ?? [], keys: keys ?? [] };
}

/** The weights of a head. */
function viewOf(
  { inside: { layer }, attention: { kind, shape, weights }, queries, keys }: Shown,
  head: number,
): MatrixView {
  const [, heads, rows, columns] = shape;
  const start = (layer * heads + head) * rows * columns;
  const own = weights.slice(start, start + rows * columns);
  const axes = { queries, keys, looksBack: kind === 'decoder' };
  return matrixView(own, [rows, columns], axes, false);
}

/** How far what is worked out here is from what the graph gave, over all queries of a head. */
function largestDifference({ inside, attention, queries }: Shown, headIndex: number): number {
  const { layer } = inside;
  const [, heads, rows, columns] = attention.shape;
  const head = headOf(inside, headIndex);
  const outputs = headOf({ ...inside, queries: inside.outputs }, headIndex).queries;
  let largest = 0;
  queries.forEach((_, query) => {
    const { weights, output } = stepsOf(head, query);
    const start = ((layer * heads + headIndex) * rows + query) * columns;
    weights.forEach((weight, key) => {
      largest = Math.max(largest, Math.abs(weight - (attention.weights[start + key] ?? 0)));
    });
    const own = vectorAt(outputs, head.size, query);
    output.forEach((value, index) => {
      largest = Math.max(largest, Math.abs(value - (own[index] ?? 0)));
    });
  });
  return largest;
}

/** Query, key, and their product in each dimension. */
function termRows({ queries, keys, size }: Head, query: number, key: number): VectorRows {
  const [q, k] = [vectorAt(queries, size, query), vectorAt(keys, size, key)];
  return { rows: joinRows([q, k, termsOf(q, k)]), size, labels: ['q', 'k', 'q × k'] };
}

const outputRows = ({ size }: Head, { output }: QuerySteps): VectorRows => ({
  rows: output,
  size,
  labels: ['output'],
});

const unitRows = (
  rows: Float32Array<ArrayBuffer>,
  size: number,
  units: readonly Unit[],
): VectorRows => ({ rows, size, labels: units.map(({ label }) => label) });
