/** A few labels train the same small head on features of a network that has read, and on random ones. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Examples } from '../../../../src/common/content/lesson';
import type { PartState } from '../../../../src/common/protocol/pages/stage';
import { frame } from '../../part/frame';
import {
  atRest,
  type LivePart,
  type PartContext,
  PartStore,
  type PartView,
  stateOf,
} from '../../part/livePart';
import {
  type Head,
  meanFeatures,
  probability,
  type Progress,
  randomFeatures,
  type Sample,
  train,
} from './classifier';
import {
  type ByKind,
  type FeatureKind,
  type FewLabelsState,
  type Label,
  nothingTrained,
  parseSettings,
} from './state';
import { createStudyView, createTrainingView } from './view';
import { percent } from '../../../../src/common/text/percent';
import { duration } from '../../../common/numbers';

const steps = 200;
const stepsPerPaint = 20;

export const fewLabels = (context: PartContext): LivePart => new FewLabels(context);

class FewLabels implements LivePart {
  readonly title = 'A few labels';
  readonly #store;
  readonly #examples: Examples | undefined;
  readonly #model;
  /** The classifier for which it was measured what labels are worth. */
  readonly #classifier;
  /** By text: a frozen network gives the same each time. */
  readonly #features = new Map<string, ByKind<Float32Array>>();
  readonly #training = createTrainingView({
    setLabels: labels => this.#setLabels(labels),
    train: () => void this.#train(),
  });
  readonly #measured = createStudyView();
  #sentence = '';

  constructor(private readonly context: PartContext) {
    this.#examples = context.lessons.find(({ examples }) => examples)?.examples;
    this.#model = context.models.find(({ family }) => family === 'encoder-only');
    this.#classifier = context.models.find(({ classes }) => classes);
    const saved = parseSettings(context.settings).labels;
    this.#store = new PartStore<FewLabelsState>(
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
    const { progress, totalMs, labels } = this.#store.state;
    const [read, random] = [progress.read.at(-1), progress.random.at(-1)];
    if (!read || !random) {
      const done = labels.filter(label => label !== null).length;
      return `${done} of ${labels.length} texts have a label.`;
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

  #setLabels(labels: readonly Label[]): void {
    this.#store.update({ labels, ...nothingTrained });
    this.context.keep({ labels });
  }

  async #featuresOf(text: string, signal: AbortSignal): Promise<ByKind<Float32Array>> {
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
      const features: ByKind<Float32Array>[] = [];
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

  /** Lets the page paint after every few steps. */
  async #trainOne(
    kind: FeatureKind,
    samples: readonly Sample[],
    heldOut: readonly Sample[],
    signal: AbortSignal,
  ): Promise<Head> {
    const training = train(samples, heldOut, steps);
    let progress: readonly Progress[] = [];
    for (;;) {
      for (let step = 0; step < stepsPerPaint; step++) {
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

  /** Has both heads judge the user's sentence. */
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

  template(view: PartView): TemplateResult {
    const { state } = this.#store;
    const { work, error, study } = state;
    const [examples, model] = [this.#examples, this.#model];
    return html`${
      examples && model
        ? frame(
            {
              ...{ work, error, words: this.words },
              cancel: () => this.cancel(),
              retry: () => void this.#train(),
            },
            this.#training(state, examples, model, view),
          )
        : frame({ words: this.words, missing: ['A network that has read'] }, nothing)
    }
    ${study ? this.#measured(study, view) : nothing}`;
  }
}
