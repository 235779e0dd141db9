import { LRUCache } from 'lru-cache';
import type { Prediction } from '../../src/common/protocol/engine/predict';
import type { DeviceReport } from '../../src/common/protocol/engine/types';
import type { EngineClient } from '../../src/common/engineClient/engineClient';
import { asEngineError, EngineError } from '../../src/common/errors';
import type { Manifest } from '../../src/common/protocol/manifest';
import type { HostApi } from '../../src/common/protocol/pages/host';
import type { Subject } from '../../src/common/protocol/pages/subject';
import type { Remote } from '../../src/common/protocol/rpc';
import { OneRun } from '../common/latestRun';
import type { Stage } from '../common/pageRuntime';
import type { Store } from '../common/store';
import { appendedIds } from './branches';
import { distributionOf, type Distribution } from './distribution';
import { fillsMasks, predictors, shortName } from '../common/predictors';
import { mostBars, type NextState } from './nextState';
import { branchesOf } from './savedState';
import type { Speller } from './speller';

/** Of each layer, and of each mask. */
const topOfMask = 10;

/** UTF-16 units of a text that is cut ahead of its run. */
const longestToCut = 20_000;

/** Predictions that are kept for walking back and forward. */
const keptPredictions = 32;

interface Known {
  readonly prediction: Prediction;
  readonly distribution: Distribution;
  /** It was made on. */
  readonly device: DeviceReport;
}

/** Asks the model what follows, one thing at a time. */
export class Predictor {
  readonly run: OneRun;
  readonly #known = new LRUCache<string, Known>({ max: keptPredictions });

  constructor(
    private readonly store: Store<NextState>,
    private readonly client: EngineClient,
    private readonly host: Remote<HostApi>,
    private readonly speller: Speller,
    /** Called when the state holds the new answer. */
    private readonly onShown: () => void,
  ) {
    this.run = new OneRun(store);
  }

  /** The engine's owner tells what it is making ready. */
  onStage(stage: Stage): void {
    const name = this.#model ? shortName(this.#model) : 'the model';
    this.run.tell(
      stage.kind === 'engine'
        ? { words: 'Starting the engine', share: undefined }
        : stage.share < 1
          ? { words: `Reading ${name}`, share: stage.share }
          : { words: `Preparing ${name}`, share: undefined },
    );
  }

  get #model(): Manifest | undefined {
    const { saved, models } = this.store.state;
    return predictors(models).find(({ id }) => id === saved.subject?.modelId);
  }

  /** What is known was made on another device than the next run will use. */
  forget(): void {
    this.#known.clear();
  }

  /** For the place in the branches where the person is. Never rejects: what goes wrong is in the state. */
  async start(subject: Subject): Promise<void> {
    const model = this.#model;
    const signal = this.run.begin(`Running ${model ? shortName(model) : 'the model'}`);
    this.store.update({ isWriting: false });
    try {
      if (!model) {
        throw new EngineError('model-missing', 'No model that predicts is installed.');
      }
      await (fillsMasks(model) ? this.#fill(subject, signal) : this.#predict(subject, signal));
    } catch (cause) {
      if (signal.aborted) {
        return;
      }
      const error = asEngineError(cause);
      this.store.update({ work: undefined, error });
      void this.host.report({ code: error.code, message: error.message });
    }
  }

  async #predict(subject: Subject, signal: AbortSignal): Promise<void> {
    const { saved } = this.store.state;
    const { modelId, segments } = subject;
    const branches = branchesOf(saved);
    void this.speller.spell(
      modelId,
      branches.nodes.map(({ id }) => id),
    );
    const request = {
      modelId,
      text: segments[0].text,
      appended: appendedIds(branches),
      top: 1,
      logitLens: saved.lens,
    };
    void this.#tokenize(subject, signal);
    const isNew = !this.#known.has(keyOf({ ...request, trackedToken: saved.watched }));
    let known = await this.#ask({ ...request, trackedToken: saved.watched }, signal);
    // Which token is the most probable is known only now; what it reads is there already.
    const [best] = known.distribution.ids;
    if (saved.lens && saved.watched === undefined && best !== undefined) {
      known = await this.#ask({ ...request, trackedToken: best }, signal);
    }
    const { prediction, distribution, device } = known;
    if (signal.aborted) {
      return;
    }
    const shown = {
      kind: 'next',
      subject,
      at: branches.at,
      prediction,
      distribution,
      device,
    } as const;
    this.store.update({ work: undefined, shown, device, pointed: undefined });
    this.onShown();
    void this.speller.spell(modelId, [
      ...distribution.ids.subarray(0, mostBars),
      ...(prediction.lens ?? []).flatMap(({ candidates }) => candidates.map(({ id }) => id)),
    ]);
    if (isNew) {
      const { source, runMs } = prediction;
      void this.host.analysed({ modelId, device, tokenCount: source.length, runMs });
    }
  }

  /** Before the first prediction, the text as the model reads it: the tokenizer is there long before the model. */
  async #tokenize(subject: Subject, signal: AbortSignal): Promise<void> {
    const { modelId, segments } = subject;
    const [{ text }] = segments;
    if (this.store.state.shown || text.length > longestToCut) {
      return;
    }
    try {
      const { tokens } = await this.client.tokenize({ modelId, text }, { signal });
      if (!signal.aborted) {
        this.store.update({ tokenized: { subject, tokens } });
      }
    } catch {
      // What failed is told by the run, which needs the same files.
    }
  }

  async #ask(request: Parameters<EngineClient['predict']>[0], signal: AbortSignal): Promise<Known> {
    const key = keyOf(request);
    let known = this.#known.get(key);
    if (!known) {
      const prediction = await this.client.predict(request, { signal });
      const device = this.client.device ?? { device: prediction.device, reason: '' };
      known = { prediction, distribution: distributionOf(prediction.logits.values), device };
      this.#known.set(key, known);
    }
    return known;
  }

  async #fill(subject: Subject, signal: AbortSignal): Promise<void> {
    const { modelId, segments } = subject;
    const { masked } = this.store.state.saved;
    const analysis = await this.client.analyze(
      { modelId, text: segments[0].text, masked, top: topOfMask, attention: false },
      { signal },
    );
    if (signal.aborted) {
      return;
    }
    const device = this.client.device ?? { device: analysis.device, reason: '' };
    this.store.update({
      work: undefined,
      shown: { kind: 'masks', subject, masked, analysis, device },
      device,
      pointed: undefined,
    });
    this.onShown();
    const { source, runMs } = analysis;
    void this.host.analysed({ modelId, device, tokenCount: source.length, runMs });
  }
}

const keyOf = ({
  modelId,
  text,
  appended,
  logitLens,
  trackedToken: watched,
}: Parameters<EngineClient['predict']>[0]): string =>
  JSON.stringify([modelId, text, appended, logitLens, logitLens ? watched : undefined]);
