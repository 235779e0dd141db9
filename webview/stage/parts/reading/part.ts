import { html, nothing, type TemplateResult } from 'lit';
import * as v from 'valibot';
import type { Analysis } from '../../../../src/common/protocol/engine/analyze';
import type { Candidate } from '../../../../src/common/protocol/engine/types';
import type { ValueId } from '../../../../src/common/content/lesson';
import type { PartState } from '../../../../src/common/protocol/pages/stage';
import { lineChart } from '../../../charts/lineChart';
import { cautionOf } from '../../../common/caution';
import { memo } from '../../../common/memo';
import { count, decimal, duration, percent, thousands } from '../../../common/numbers';
import { reachOf } from '../../../charts/signedImage';
import type { Theme } from '../../../common/theme';
import type { LivePart, PartContext, PartView } from '../../part/livePart';
import { readableUnits } from '../../part/readableUnits';
import { stateOf, unroll, type StateKind, type Unrolled } from '../../math/unrolledLstm';
import { cosine, distance, lengthOf } from '../../math/vectors';
import { paintRows, type RowsPicture, type VectorRows } from '../../part/vectorRows';
import { frame } from '../../part/frame';
import { isLstmTranslator } from '../../part/translators';
import { atRest, PartStore, stateOf as partStateOf, type RunningState } from '../../part/partStore';
import { choices, slider } from '../../part/controls';
import { stepper } from './stepper';
import { tellRun } from '../../part/reportRun';

/** Between two words while it plays, in ms. */
const stepMs = 450;
/** How many candidates of each written word to ask for: the beam seldom takes one that is not among them. */
const candidatesAsked = 10;
const candidatesTold = 3;

const settings = v.object({
  kind: v.fallback(v.picklist(['hidden', 'cell']), 'hidden'),
  /** More than there are is the upper one. */
  layer: v.fallback(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(63)), 63),
  dimension: v.fallback(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(4095)), 0),
});

interface Shown {
  readonly text: string;
  readonly analysis: Analysis;
  readonly network: Unrolled;
  /** What each step read, in the order of the steps; of the decoder what it wrote. */
  readonly labels: readonly string[];
}

interface State extends RunningState {
  readonly settings: v.InferOutput<typeof settings>;
  readonly shown: Shown | undefined;
  /** The step that is looked at, through encoder and decoder. */
  readonly step: number;
  readonly isPlaying: boolean;
}

export const reading = (context: PartContext): LivePart => new Reading(context);

/** The encoder-decoder of 2014 unrolled: the state after each word, the context, and what is written from it. */
class Reading implements LivePart {
  readonly title = 'Word by word into one vector';
  readonly #store;
  readonly #model;
  readonly #picture = memo(paintRows);
  readonly #map = memo((rows: VectorRows['rows'], shown: Shown): VectorRows => ({
    rows,
    size: shown.network.size,
    labels: shown.labels,
    seam: shown.network.read.length,
  }));
  readonly #marks = memo((step: number, dimension: number) => ({
    made: step + 1,
    row: step,
    column: dimension,
  }));
  readonly #chart = memo(dimensionChart);
  #text = '';
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly context: PartContext) {
    this.#model = context.models.find(isLstmTranslator);
    this.#store = new PartStore<State>(
      {
        ...atRest,
        settings: v.parse(settings, context.settings ?? {}),
        shown: undefined,
        step: 0,
        isPlaying: false,
      },
      () => context.changed(),
    );
  }

  get state(): PartState {
    const { shown } = this.#store.state;
    return partStateOf(this.#store.state, !this.#model, shown !== undefined);
  }

  get words(): string {
    const { shown, step } = this.#store.state;
    if (!this.#model) {
      return 'Its model is not in this version.';
    }
    if (!shown) {
      return 'The encoder reads your sentence word by word; the decoder writes from what is left of it.';
    }
    const { analysis, network, labels } = shown;
    const label = labels[step] ?? '';
    const encoderSteps = network.read.length;
    if (step >= encoderSteps) {
      const { previous, chosen, others } = this.#written(shown, step);
      const likely = chosen ? ` (${percent(chosen.probability)})` : '';
      const rest = others
        .map(({ text, probability }) => `“${text.trim()}” ${percent(probability)}`)
        .join(', ');
      return `The decoder reads “${previous}” and writes “${label}”${likely}.${rest ? ` Next likely: ${rest}.` : ''}`;
    }
    const moved = percent(this.#moved(network, step));
    const order = network.isBackwards && step === 0 ? ' It reads from the end.' : '';
    const read =
      step === encoderSteps - 1
        ? `With “${label}” all is read: what is handed on is ${count(network.context.length, 'number')}, for ${count(encoderSteps, 'token')} as for any other number of them.`
        : `The encoder reads “${label}”; its state moves by ${moved} of its length.`;
    const cut =
      analysis.dropped > 0
        ? ` ${count(analysis.dropped, 'token')} did not fit and were not read.`
        : '';
    return read + order + cut;
  }

  get values(): Partial<Record<ValueId, string>> {
    const { shown, step } = this.#store.state;
    if (!shown) {
      return {};
    }
    const { network, labels } = shown;
    const encoderSteps = network.read.length;
    const top = network.hidden.at(-1) ?? new Float32Array();
    const told = (at: number) =>
      `${thousands(network.size)} numbers, length ${lengthOf(stateOf(top, network.size, at)).toFixed(2)}`;
    const lastRead = Math.min(step, encoderSteps - 1);
    const written = step >= encoderSteps ? this.#written(shown, step) : undefined;
    return {
      'reading.word': `“${labels[lastRead] ?? ''}”, step ${lastRead + 1}`,
      'reading.hidden': told(lastRead),
      'reading.context': `${thousands(network.context.length)} numbers`,
      'reading.state': written ? told(step) : 'not begun',
      'reading.previous': written ? `“${written.previous}”` : 'not begun',
      'reading.probability': written
        ? `${written.chosen ? percent(written.chosen.probability) : '…'} for “${labels[step] ?? ''}”`
        : 'not begun',
    };
  }

  /** How far all layers' hidden states have moved by a step, as a share of how long they are then. */
  #moved({ hidden, size }: Unrolled, step: number): number {
    const squares = (of: (rows: Float32Array<ArrayBuffer>) => number) =>
      Math.sqrt(hidden.reduce((sum, rows) => sum + of(rows) ** 2, 0));
    const moved = squares(rows =>
      distance(stateOf(rows, size, step), stateOf(rows, size, step - 1)),
    );
    return (
      moved /
      Math.max(
        1e-9,
        squares(rows => lengthOf(stateOf(rows, size, step))),
      )
    );
  }

  /** What a step of the decoder read and weighed. */
  #written({ analysis, network, labels }: Shown, step: number) {
    const index = step - network.read.length;
    const weighed = analysis.candidates[index] ?? [];
    const isChosen = ({ id }: Candidate) => id === analysis.target[index]?.id;
    return {
      previous: index === 0 ? '<s>' : (labels[step - 1] ?? ''),
      chosen: weighed.find(isChosen),
      others: weighed.filter(one => !isChosen(one)).slice(0, candidatesTold - 1),
    };
  }

  show(sentence: string): void {
    this.#text = sentence;
    void this.#read();
  }

  cancel(): void {
    this.#stop();
    this.#store.cancel();
  }

  async #read(): Promise<void> {
    const modelId = this.#model?.id;
    if (modelId === undefined) {
      return;
    }
    this.#stop();
    const text = this.#text;
    await this.#store.run('Reading and translating', async signal => {
      const analysis = await this.context.client.analyze(
        { modelId, text, hiddenStates: true, attention: false, top: candidatesAsked },
        { signal },
      );
      signal.throwIfAborted();
      tellRun(this.context, analysis);
      const network = unroll(analysis);
      if (!network) {
        return {};
      }
      const source = readableUnits(analysis.source, text, 'source');
      const target = readableUnits(analysis.target, analysis.targetText ?? '', 'target');
      const labels = [
        ...network.read.map(token => source[token]?.label ?? ''),
        ...target.map(({ label }) => label),
      ];
      return { shown: { text, analysis, network, labels }, step: network.read.length - 1 };
    });
  }

  #set(change: Partial<State['settings']>): void {
    const next = { ...this.#store.state.settings, ...change };
    this.#store.update({ settings: next });
    this.context.keep(next);
  }

  #goTo(step: number): void {
    this.#stop();
    this.#store.update({ step });
  }

  #togglePlaying(last: number): void {
    if (this.#timer !== undefined) {
      this.#stop();
      return;
    }
    const { step } = this.#store.state;
    this.#store.update({ isPlaying: true, step: step >= last ? 0 : step });
    this.#timer = setInterval(() => {
      const next = this.#store.state.step + 1;
      this.#store.update({ step: Math.min(next, last) });
      if (next >= last) {
        this.#stop();
      }
    }, stepMs);
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (this.#store.state.isPlaying) {
      this.#store.update({ isPlaying: false });
    }
  }

  template({ theme, width }: PartView): TemplateResult {
    const { work, error, shown } = this.#store.state;
    return frame(
      {
        ...{ work, error },
        caution: shown && cautionOf(shown.text, shown.analysis),
        words: this.words,
        cancel: () => this.cancel(),
        retry: () => void this.#read(),
      },
      shown
        ? this.#body(shown, theme, width)
        : this.#model
          ? html`<div class="picture-place"></div>`
          : nothing,
    );
  }

  #body(shown: Shown, theme: Theme, width: number): TemplateResult {
    const { settings: set, step, isPlaying } = this.#store.state;
    const { network, labels, analysis } = shown;
    const last = labels.length - 1;
    const layer = Math.min(set.layer, network.layers - 1);
    const dimension = Math.min(set.dimension, network.size - 1);
    const encoderSteps = network.read.length;
    const rows = network[set.kind][layer] ?? new Float32Array();
    const marks = this.#marks(step, dimension);
    const picture = this.#picture(this.#map(rows, shown), marks, theme, width);
    picture.canvas.setAttribute(
      'aria-label',
      `${kindNames[set.kind]} of layer ${layer + 1} after ${step + 1} of ${last + 1} steps, ${network.size} numbers each. Number ${dimension} is drawn as a line below.`,
    );
    const near = cosine(
      stateOf(rows, network.size, step),
      stateOf(rows, network.size, encoderSteps - 1),
    );
    const told =
      step < encoderSteps
        ? `${step + 1} of ${count(encoderSteps, 'token')} read`
        : `${step - encoderSteps + 1} of ${count(last + 1 - encoderSteps, 'token')} written`;
    return html`<div class="stepping">
        ${slider({
          label: 'Step',
          min: 0,
          max: Math.max(1, last),
          step: 1,
          value: step,
          told,
          onInput: value => this.#goTo(Math.min(value, last)),
        })}
        ${stepper({
          ...{ noun: 'token', step, last, isPlaying },
          goTo: to => this.#goTo(to),
          togglePlaying: () => this.#togglePlaying(last),
        })}
      </div>
      <div class="row-of-buttons">
        ${choices('What is shown', stateKinds, set.kind, kind => this.#set({ kind }))}
        ${choices(
          'Layer',
          Array.from(
            { length: network.layers },
            (_, index) => [String(index), `Layer ${index + 1}`] as const,
          ),
          String(layer),
          chosen => this.#set({ layer: Number(chosen) }),
        )}
      </div>
      <figure class="picture states" @click=${(event: MouseEvent) => this.#choose(event, picture)}>
        ${picture.canvas}
        <figcaption class="quiet small">
          ${kindCaptions[set.kind]} Each row is the state after a step: above, the encoder’s
          ${network.isBackwards ? 'from your last word to your first' : 'from your first word to your last'};
          below, the decoder’s, which begins with the encoder’s last. Blue above zero, orange below;
          the full colour is ${reachOf(rows).toFixed(2)}. ${duration(analysis.runMs)}.
        </figcaption>
      </figure>
      <p class="translation-line" lang="fr">
        ${labels
          .slice(encoderSteps)
          .map(
            (label, index) =>
              html`<button
                class=${encoderSteps + index > step ? 'step-word code quiet' : 'step-word code'}
                aria-pressed=${encoderSteps + index === step}
                @click=${() => this.#goTo(encoderSteps + index)}
              >
                ${label}
              </button>`,
          )}
      </p>
      <h3>One of its numbers, through the sentence</h3>
      <p class="quiet small">
        Between the ${set.kind === 'cell' ? 'cell' : 'hidden state'} of layer ${layer + 1} after
        this step and the one handed on, the cosine is ${decimal(near)}; of two alike it is 1.
      </p>
      ${slider({
        label: 'Number',
        min: 0,
        max: network.size - 1,
        step: 1,
        value: dimension,
        told: `${dimension}: ${decimal(rows[step * network.size + dimension], 3)}`,
        onInput: value => this.#set({ dimension: value }),
      })}
      <div class="chart">${this.#chart(shown, layer, dimension, step, theme, width)}</div>`;
  }

  #choose(event: MouseEvent, picture: RowsPicture): void {
    const { left, top } = picture.canvas.getBoundingClientRect();
    const place = picture.locate(event.clientX - left, event.clientY - top);
    if (place) {
      this.#goTo(place.row);
      if (place.column !== undefined) {
        this.#set({ dimension: place.column });
      }
    }
  }
}

const stateKinds = [
  ['hidden', 'Hidden state'],
  ['cell', 'Cell'],
] as const satisfies readonly (readonly [StateKind, string])[];

const kindNames: Readonly<Record<StateKind, string>> = Object.fromEntries(stateKinds) as Record<
  StateKind,
  string
>; // Both are there.

const kindCaptions: Readonly<Record<StateKind, string>> = {
  hidden:
    'The hidden state is what a layer tells the next one and the next step: the output gate times tanh of the cell.',
  cell: 'The cell is the memory: at each step the forget gate keeps a share of it and the input gate adds something new.',
};

/** One number of the hidden state and of the cell, step by step. */
function dimensionChart(
  { network, labels }: Shown,
  layer: number,
  dimension: number,
  step: number,
  theme: Theme,
  width: number,
): Element {
  const valuesOf = (kind: StateKind) =>
    labels.map((_, at) => network[kind][layer]?.[at * network.size + dimension] ?? 0);
  const series = stateKinds.map(([kind, name]) => ({ name, values: valuesOf(kind) }));
  const all = series.flatMap(({ values }) => values);
  return lineChart({
    // No points are marked, so that the slider stays quick; dashes tell the lines apart without colour.
    series: series.map(({ name, values }, index) => ({
      name,
      isSmooth: true,
      isDashed: index === 1,
      points: values.slice(0, step + 1).map((y, x) => ({ x: x + 1, y })),
    })),
    xLabel: 'step',
    xDomain: [1, Math.max(2, labels.length)],
    yLabel: 'value',
    yDomain: [Math.min(0, ...all), Math.max(0, ...all, 1e-3)],
    words: `Number ${dimension} of layer ${layer + 1} up to step ${step + 1}: hidden state ${decimal(series[0]?.values[step], 3)}, cell ${decimal(series[1]?.values[step], 3)}.`,
    theme,
    width: Math.min(width, 760),
    height: 160,
  });
}
