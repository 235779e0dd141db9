import { html, nothing, type TemplateResult } from 'lit';
import * as v from 'valibot';
import type { Examples } from '../../../../src/common/content/lesson';
import type { PartState } from '../../../../src/common/protocol/pages/stage';
import type { LabelStudy } from '../../../../src/common/content/evaluation';
import { lineChart } from '../../../charts/lineChart';
import { memo } from '../../../common/memo';
import { duration, percent, thousands } from '../../../common/numbers';
import type { Theme } from '../../../common/theme';
import {
  meanFeatures,
  probability,
  randomFeatures,
  train,
  type Head,
  type Progress,
  type Sample,
} from './classifier';
import type { LivePart, PartContext, PartView } from '../../part/livePart';
import { frame } from '../../part/frame';
import { atRest, PartStore, stateOf, type RunningState } from '../../part/partStore';

const steps = 200;
/** Steps between two paintings. */
const stepsAtOnce = 20;

const settings = v.object({
  /** A label for each text that is offered; null: none. */
  labels: v.fallback(v.array(v.nullable(v.picklist([0, 1]))), []),
});

type Label = 0 | 1 | null;
type Kind = 'read' | 'random';

interface State extends RunningState {
  readonly labels: readonly Label[];
  readonly progress: Readonly<Record<Kind, readonly Progress[]>>;
  readonly heads: Readonly<Partial<Record<Kind, Head>>>;
  /** From the click to the end of both trainings, in ms. */
  readonly totalMs: number | undefined;
  /** What the heads say of the person's sentence, as the probability of the second label. */
  readonly verdict: Readonly<Partial<Record<Kind, number>>>;
  /** Undefined until it has been read, or where there is none. */
  readonly study: LabelStudy | undefined;
}

const nothingTrained = {
  progress: { read: [], random: [] },
  heads: {},
  totalMs: undefined,
  verdict: {},
} satisfies Partial<State>;

export const fewLabels = (context: PartContext): LivePart => new FewLabels(context);

/** A few labels train the same small head on features of a network that has read, and on random ones. */
class FewLabels implements LivePart {
  readonly title = 'A few labels';
  readonly #store;
  readonly #examples: Examples | undefined;
  readonly #model;
  /** Of which was measured what labels are worth. */
  readonly #classifier;
  /** By text; a network that is frozen gives the same each time. */
  readonly #features = new Map<string, Readonly<Record<Kind, Float32Array>>>();
  readonly #chart = memo(curves);
  readonly #studyChart = memo(accuracyByLabels);
  #sentence = '';

  constructor(private readonly context: PartContext) {
    this.#examples = context.lessons.find(({ examples }) => examples)?.examples;
    this.#model = context.models.find(({ family }) => family === 'encoder-only');
    this.#classifier = context.models.find(({ classes }) => classes);
    const saved = v.parse(settings, context.settings ?? {}).labels;
    this.#store = new PartStore<State>(
      {
        ...{ ...atRest, ...nothingTrained, study: undefined },
        labels: (this.#examples?.train ?? []).map((_, index) => saved[index] ?? null),
      },
      () => context.changed(),
    );
  }

  get state(): PartState {
    const { progress } = this.#store.state;
    return stateOf(this.#store.state, !this.#model || !this.#examples, progress.random.length > 0);
  }

  get words(): string {
    const { progress, totalMs, labels: given } = this.#store.state;
    const [read, random] = [progress.read.at(-1), progress.random.at(-1)];
    if (!read || !random) {
      const done = given.filter(label => label !== null).length;
      return `${done} of ${given.length} texts have a label.`;
    }
    return `On ${this.#examples?.test.length ?? 0} texts that neither has seen, where half is chance: ${percent(read.accuracy)} right on what a network has read, ${percent(random.accuracy)} on random numbers${totalMs === undefined ? '' : `, trained in ${duration(totalMs)}`}.`;
  }

  readonly values = {};

  show(sentence: string): void {
    this.#sentence = sentence;
    void this.#readStudy();
    if (this.#store.state.totalMs !== undefined) {
      void this.#judge();
    }
  }

  async #readStudy(): Promise<void> {
    const modelId = this.#classifier?.id;
    if (modelId !== undefined && !this.#store.state.study) {
      const study = await this.context.host.labelStudy({ modelId }).catch(() => undefined);
      this.#store.update({ study });
    }
  }

  cancel(): void {
    this.#store.cancel();
  }

  #setLabels(given: readonly Label[]): void {
    this.#store.update({ labels: given, ...nothingTrained });
    this.context.keep({ labels: given });
  }

  async #featuresOf(
    text: string,
    signal: AbortSignal,
  ): Promise<Readonly<Record<Kind, Float32Array>>> {
    const known = this.#features.get(text);
    const modelId = this.#model?.id;
    if (known || modelId === undefined) {
      return known ?? { read: new Float32Array(), random: new Float32Array() };
    }
    const { hiddenStates, source } = await this.context.client.analyze(
      { modelId, text, attention: false, hiddenStates: true },
      { signal },
    );
    const [, tokens = 0, size = 0] = hiddenStates?.shape ?? [];
    const made = {
      read: meanFeatures(hiddenStates?.values ?? new Float32Array(), tokens, size),
      random: randomFeatures(
        source.filter(({ isSpecial }) => !isSpecial).map(({ id }) => id),
        size,
      ),
    };
    this.#features.set(text, made);
    return made;
  }

  async #train(): Promise<void> {
    const examples = this.#examples;
    if (!examples) {
      return;
    }
    const began = performance.now();
    await this.#store.run('Reading the texts', async signal => {
      this.#store.update(nothingTrained);
      const given = examples.train.flatMap(({ text }, index) => {
        const label = this.#store.state.labels[index] ?? null;
        return label === null ? [] : [{ text, label }];
      });
      const all = [...given, ...examples.test];
      const features: Readonly<Record<Kind, Float32Array>>[] = [];
      for (const [index, { text }] of all.entries()) {
        features.push(await this.#featuresOf(text, signal));
        this.#store.tell({ share: (index + 1) / all.length });
      }
      this.#store.tell({ words: 'Training two heads', share: undefined });
      for (const kind of ['read', 'random'] as const) {
        const samples = all.map(({ label }, index): Sample => ({
          label,
          features: features[index]?.[kind] ?? new Float32Array(),
        }));
        const head = await this.#trainOne(
          kind,
          samples.slice(0, given.length),
          samples.slice(given.length),
          signal,
        );
        this.#store.update({ heads: { ...this.#store.state.heads, [kind]: head } });
      }
      return { totalMs: performance.now() - began };
    });
    if (this.#store.state.totalMs !== undefined) {
      await this.#judge();
    }
  }

  /** Gives way to the page after every few steps. */
  async #trainOne(
    kind: Kind,
    samples: readonly Sample[],
    heldOut: readonly Sample[],
    signal: AbortSignal,
  ): Promise<Head> {
    const training = train(samples, heldOut, steps);
    let progress: readonly Progress[] = [];
    for (;;) {
      for (let step = 0; step < stepsAtOnce; step++) {
        const { done, value } = training.next();
        if (done) {
          return value;
        }
        progress = [...progress, value];
      }
      this.#store.update({ progress: { ...this.#store.state.progress, [kind]: progress } });
      await new Promise<void>(resume => requestAnimationFrame(() => resume()));
      signal.throwIfAborted();
    }
  }

  /** What both say of the person's own sentence. */
  async #judge(): Promise<void> {
    const { heads } = this.#store.state;
    await this.#store.run('Reading your sentence', async signal => {
      const features = await this.#featuresOf(this.#sentence, signal);
      return {
        verdict: {
          ...(heads.read && { read: probability(heads.read, features.read) }),
          ...(heads.random && { random: probability(heads.random, features.random) }),
        },
      };
    });
  }

  template({ theme, width }: PartView): TemplateResult {
    const { work, error, labels: given, progress, verdict, study } = this.#store.state;
    const examples = this.#examples;
    if (!examples || !this.#model) {
      return html`${frame({ words: this.words, missing: ['A network that has read'] }, nothing)}
      ${study ? this.#measured(study, theme, width) : nothing}`;
    }
    const kinds = new Set(given.filter(label => label !== null));
    const [bad, good] = examples.labels;
    return html`${frame(
      {
        ...{ work, error },
        words: this.words,
        cancel: () => this.cancel(),
        retry: () => void this.#train(),
      },
      html`<p class="quiet small prose">
          The features are the mean of the last layer of ${this.#model.name}, which has read much
          more than the small network of 2018 that is here. Its numbers stay as they are; only the
          head learns.
        </p>
        <ul class="label-list">
          ${examples.train.map(
            ({ text }, index) =>
              html`<li>
                <span>${text}</span>
                <span class="choices" role="group" aria-label=${`Label of “${text}”`}>
                  ${([0, 1] as const).map(
                    label =>
                      html`<button
                        class="choice-button"
                        aria-pressed=${given[index] === label}
                        @click=${() =>
                          this.#setLabels(
                            given.map((old, at) =>
                              at === index ? (old === label ? null : label) : old,
                            ),
                          )}
                      >
                        ${examples.labels[label]}
                      </button>`,
                  )}
                </span>
              </li>`,
          )}
        </ul>
        <p class="row-of-buttons">
          <vscode-button
            ?disabled=${kinds.size < 2 || work !== undefined}
            @click=${() => void this.#train()}
            >Train</vscode-button
          >
          <button
            class="text-button"
            @click=${() => this.#setLabels(examples.train.map(({ label }) => label))}
          >
            Take the labels offered
          </button>
          <button class="text-button" @click=${() => this.#setLabels(given.map(() => null))}>
            Take all away
          </button>
          ${
            kinds.size < 2
              ? html`<span class="quiet small">Both labels are needed, ${bad} and ${good}.</span>`
              : nothing
          }
        </p>
        ${
          progress.read.length > 0
            ? html`<div class="chart">${this.#chart(progress, theme, width)}</div>`
            : nothing
        }
        ${
          verdict.read === undefined
            ? nothing
            : html`<p>
                Your sentence: <strong>${percent(verdict.read)}</strong> ${good} to the head that
                stands on reading, ${verdict.random === undefined ? '…' : percent(verdict.random)}
                to the other.
              </p>`
        }`,
    )}
    ${study ? this.#measured(study, theme, width) : nothing}`;
  }

  /** What was measured when the network of 2018 was trained. */
  #measured(study: LabelStudy, theme: Theme, width: number): TemplateResult {
    const cell = (of: LabelStudy[number][Start]) =>
      of === undefined
        ? '…'
        : `${of.seeds.map(percent).join(', ')}${of.seeds.length > 1 ? ` (mean ${percent(of.accuracy)})` : ''}`;
    return html`<h3>As measured on reviews of films</h3>
      <div class="chart">${this.#studyChart(study, theme, width)}</div>
      <p class="quiet small prose">
        The network of 2018 in this extension, on 25,000 reviews of IMDB that it had not seen: once
        after reading general text and reviews without labels, once from random numbers. Each open
        mark is one training, each filled one is their mean.
        ${
          isWhole(study)
            ? nothing
            : html`Where there are one or two, they cannot tell how large the difference is.`
        }
      </p>
      <details>
        <summary>The numbers</summary>
        <table class="numbers">
          <thead>
            <tr>
              <th scope="col">Labels</th>
              ${starts.map(([, name]) => html`<th scope="col">${name}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${study.map(
              line =>
                html`<tr>
                  <th scope="row" class="number">${thousands(line.labels)}</th>
                  ${starts.map(([start]) => html`<td>${cell(line[start])}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </details>`;
  }
}

type Start = 'pretrained' | 'scratch';
const starts = [
  ['pretrained', 'has read'],
  ['scratch', 'from scratch'],
] as const satisfies readonly (readonly [Start, string])[];

/** Three seeds at least of every number of labels, from both starts, so that a spread means something. */
const isWhole = (study: LabelStudy): boolean =>
  study.every(line => starts.every(([start]) => (line[start]?.seeds.length ?? 0) >= 3));

function accuracyByLabels(study: LabelStudy, theme: Theme, width: number): Element {
  const series = starts.map(([start, name]) => ({
    name,
    points: study.flatMap(({ labels: x, [start]: of }) =>
      of ? [{ x, y: 100 * of.accuracy }] : [],
    ),
    measured: study.flatMap(({ labels: x, [start]: of }) =>
      (of?.seeds ?? []).map(seed => ({ x, y: 100 * seed })),
    ),
  }));
  return lineChart({
    series: series.filter(({ points }) => points.length > 0),
    xLabel: 'labels to learn from',
    xType: 'log',
    // The steps between powers of ten are marked and have no room for their names.
    xFormat: x => (Number.isInteger(Math.log10(x)) ? thousands(x) : ''),
    yLabel: '% right on held-out reviews',
    yDomain: [40, 100], // By chance it is 50, and a little less now and then.
    words: `Accuracy against the number of labels: ${series.map(({ name, points }) => `${name} ${points.map(({ x, y }) => `${y.toFixed(1)} % with ${thousands(x)}`).join(', ')}`).join('; ')}.`,
    theme,
    width: Math.min(width, 760),
    height: 220,
  });
}

function curves(
  progress: Readonly<Record<Kind, readonly Progress[]>>,
  theme: Theme,
  width: number,
): Element {
  const series = (
    [
      ['read', 'has read'],
      ['random', 'random'],
    ] as const
  ).map(([kind, name]) => ({
    name,
    isSmooth: true,
    points: progress[kind].map(({ step, accuracy }) => ({ x: step, y: 100 * accuracy })),
  }));
  return lineChart({
    series: series.filter(({ points }) => points.length > 0),
    xLabel: 'step of training',
    yLabel: '% right on held-out texts',
    yDomain: [0, 100],
    words: 'Accuracy on held-out texts while the two heads are trained.',
    theme,
    width: Math.min(width, 760),
    height: 200,
  });
}
