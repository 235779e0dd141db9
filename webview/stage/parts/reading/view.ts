/** The look of "Word by word into one vector": the states step by step, and one of their numbers as a line. */
import { html, type TemplateResult } from 'lit';
import { lineChart } from '../../../charts/lineChart';
import { reachOf } from '../../../charts/canvas';
import { memo } from '../../../common/store';
import type { Theme } from '../../../common/theme';
import { type StateKind, stateOf } from '../../math/unrolledLstm';
import { cosine } from '../../math/vectors';
import { choices, numberChoices, slider } from '../../part/controls';
import type { PartView } from '../../part/livePart';
import { paintRows, type RowsPicture, type VectorRows } from '../../../matrix/vectorRows';
import type { ReadingState, Settings, UnrolledRun } from './state';
import { icon } from '../../../elements/icons';
import { count, decimal, duration } from '../../../common/numbers';

export interface ReadingActions {
  set(change: Partial<Settings>): void;
  goTo(step: number): void;
  togglePlaying(last: number): void;
}

const kindNames = { hidden: 'Hidden state', cell: 'Cell' } as const satisfies Record<
  StateKind,
  string
>;

const stateKinds = (['hidden', 'cell'] as const).map(kind => [kind, kindNames[kind]] as const);

const kindCaptions = {
  hidden:
    'The hidden state is what a layer passes to the next one and to the next step: the output gate times tanh of the cell.',
  cell: 'The cell is the memory: at each step the forget gate keeps a share of it and the input gate adds something new.',
} as const satisfies Record<StateKind, string>;

export function createView(
  actions: ReadingActions,
): (run: UnrolledRun, state: ReadingState, view: PartView) => TemplateResult {
  const paint = memo(paintRows);
  const rowsFrom = memo(
    (rows: VectorRows['rows'], { network, labels }: UnrolledRun): VectorRows => ({
      ...{ rows, labels, size: network.size, seam: network.read.length },
    }),
  );
  const marksFrom = memo((step: number, dimension: number) => ({
    ...{ made: step + 1, row: step, column: dimension },
  }));
  const chart = memo(dimensionChart);
  return (run, state, { theme, width }) => {
    const { settings, step } = state;
    const { network, labels } = run;
    const { kind } = settings;
    const layer = Math.min(settings.layer, network.layers - 1);
    const dimension = Math.min(settings.dimension, network.size - 1);
    const rows = network[kind][layer] ?? new Float32Array();
    const picture = paint(rowsFrom(rows, run), marksFrom(step, dimension), theme, width);
    picture.canvas.setAttribute(
      'aria-label',
      `${kindNames[kind]} of layer ${layer + 1} after ${step + 1} of ${labels.length} steps, ${network.size} numbers each. Number ${dimension} is drawn as a line below.`,
    );
    const near = cosine(
      stateOf(rows, network.size, step),
      stateOf(rows, network.size, network.read.length - 1),
    );
    return html`${stepping(run, state, actions)}
      <div class="row-of-buttons">
        ${choices('What is shown', stateKinds, kind, chosen => actions.set({ kind: chosen }))}
        ${numberChoices('Layer', network.layers, layer, chosen => actions.set({ layer: chosen }))}
      </div>
      ${statesFigure(run, picture, kind, reachOf(rows), actions)} ${translation(run, step, actions)}
      <h3>One of its numbers, through the sentence</h3>
      <p class="quiet small">
        Between the ${kind === 'cell' ? 'cell' : 'hidden state'} of layer ${layer + 1} after this
        step and the one handed on, the cosine is ${decimal(near)}; of two alike it is 1.
      </p>
      ${slider({
        ...{ label: 'Number', min: 0, max: network.size - 1, value: dimension },
        valueText: `${dimension}: ${decimal(rows[step * network.size + dimension], 3)}`,
        onInput: value => actions.set({ dimension: value }),
      })}
      <div class="chart">${chart(run, layer, dimension, step, theme, width)}</div>`;
  };
}

function stepping(
  { network, labels }: UnrolledRun,
  { step, isPlaying }: ReadingState,
  { goTo, togglePlaying }: ReadingActions,
): TemplateResult {
  const last = labels.length - 1;
  const encoderSteps = network.read.length;
  return html`<div class="stepping">
    ${slider({
      ...{ label: 'Step', min: 0, max: Math.max(1, last), value: step },
      valueText:
        step < encoderSteps
          ? `${step + 1} of ${count(encoderSteps, 'token')} read`
          : `${step - encoderSteps + 1} of ${count(last + 1 - encoderSteps, 'token')} written`,
      onInput: value => goTo(Math.min(value, last)),
    })}
    ${stepper({
      ...{ noun: 'token', step, last, isPlaying, goTo },
      togglePlaying: () => togglePlaying(last),
    })}
  </div>`;
}

function statesFigure(
  { network, analysis }: UnrolledRun,
  picture: RowsPicture,
  kind: StateKind,
  reach: number,
  actions: ReadingActions,
): TemplateResult {
  const choose = ({ clientX, clientY }: MouseEvent) => {
    const { left, top } = picture.canvas.getBoundingClientRect();
    const place = picture.locate(clientX - left, clientY - top);
    if (place) {
      actions.goTo(place.row);
      if (place.column !== undefined) {
        actions.set({ dimension: place.column });
      }
    }
  };
  return html`<figure class="picture states" @click=${choose}>
    ${picture.canvas}
    <figcaption class="quiet small">
      ${kindCaptions[kind]} Each row is the state after a step: above, the encoder’s
      ${network.isBackwards ? 'from your last word to your first' : 'from your first word to your last'};
      below, the decoder’s, which begins with the encoder’s last. Blue above zero, orange below; the
      full colour is ${reach.toFixed(2)}. ${duration(analysis.runMs)}.
    </figcaption>
  </figure>`;
}

/** The written tokens; those that are not written yet at this step are quiet. */
const translation = ({ network, labels }: UnrolledRun, step: number, actions: ReadingActions) =>
  html`<p class="translation-line" lang="fr">
    ${labels.slice(network.read.length).map((label, index) => {
      const at = network.read.length + index;
      return html`<button
        class=${at > step ? 'step-word code quiet' : 'step-word code'}
        aria-pressed=${at === step}
        @click=${() => actions.goTo(at)}
      >
        ${label}
      </button>`;
    })}
  </p>`;

/** One number of the hidden state and of the cell, step by step. */
function dimensionChart(
  { network, labels }: UnrolledRun,
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
      ...{ name, isSmooth: true, isDashed: index === 1 },
      points: values.slice(0, step + 1).map((y, x) => ({ x: x + 1, y })),
    })),
    xLabel: 'step',
    xDomain: [1, Math.max(2, labels.length)],
    yLabel: 'value',
    yDomain: [Math.min(0, ...all), Math.max(0, ...all, 1e-3)],
    words: `Number ${dimension} of layer ${layer + 1} up to step ${step + 1}: hidden state ${decimal(series[0]?.values[step], 3)}, cell ${decimal(series[1]?.values[step], 3)}.`,
    ...{ theme, width: Math.min(width, 760), height: 160 },
  });
}

interface Stepper {
  /** What a step is: "word". */
  readonly noun: string;
  readonly step: number;
  readonly last: number;
  readonly isPlaying: boolean;
  readonly goTo: (step: number) => void;
  readonly togglePlaying: () => void;
}

/** Back, play and on. A button that can do nothing at an end keeps the focus. */
const stepper = ({ noun, step, last, isPlaying, goTo, togglePlaying }: Stepper): TemplateResult => {
  const play = isPlaying ? 'Pause' : `Play, ${noun} by ${noun}`;
  return html`<span class="stepper" role="group" aria-label="Steps">
    <button
      class="icon-button"
      aria-label=${`Previous ${noun}`}
      title=${`Previous ${noun}`}
      aria-disabled=${step <= 0}
      @click=${() => goTo(Math.max(0, step - 1))}
    >
      ${icon('chevron-left')}
    </button>
    <button class="icon-button" aria-label=${play} title=${play} @click=${togglePlaying}>
      ${icon(isPlaying ? 'pause' : 'play')}
    </button>
    <button
      class="icon-button"
      aria-label=${`Next ${noun}`}
      title=${`Next ${noun}`}
      aria-disabled=${step >= last}
      @click=${() => goTo(Math.min(last, step + 1))}
    >
      ${icon('chevron-right')}
    </button>
  </span>`;
};
