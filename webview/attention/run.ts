import type { Analysis } from '../../src/shared/engineApi';
import type { EngineClient } from '../../src/shared/engineClient';
import { EngineError } from '../../src/shared/errors';
import type { HostApi, Subject } from '../../src/shared/pageApi';
import type { Remote } from '../../src/shared/rpc';
import { count } from '../numbers';
import { asEngineError } from '../page';
import type { Stage } from '../pageRuntime';
import type { Store } from '../store';
import { longMs, slowMs, type Work } from '../work';
import type { AttentionState } from './attentionState';

/** UTF-16 units. Longer texts are not tokenized ahead only to say how many tokens there are. */
const longestToCount = 20_000;

/** Runs one analysis at a time: a newer one ends the older, whose answer can then change nothing. */
export class Run {
  #controller: AbortController | undefined;

  constructor(
    private readonly store: Store<AttentionState>,
    private readonly client: EngineClient,
    private readonly host: Remote<HostApi>,
    /** Called when the state holds the new analysis. */
    private readonly onShown: () => void,
  ) {}

  /** The engine's owner tells what it is making ready. */
  onStage(stage: Stage): void {
    this.#tell(
      stage.kind === 'engine'
        ? { words: 'Starting the engine', share: undefined }
        : stage.share < 1
          ? { words: `Reading ${this.#modelName}`, share: stage.share }
          : { words: `Preparing ${this.#modelName}`, share: undefined },
    );
  }

  /** Only an encoder knows of a sentence B. */
  get #readsPairs(): boolean {
    const { saved, models } = this.store.state;
    return models.find(({ id }) => id === saved.subject?.modelId)?.family === 'encoder-only';
  }

  get #modelName(): string {
    const { saved, models } = this.store.state;
    const name = models.find(({ id }) => id === saved.subject?.modelId)?.name ?? 'the model';
    return name.replace(/ \(.*\)$/, '');
  }

  /** Ends the run; its place says so. */
  cancel(): void {
    this.#controller?.abort();
    this.#controller = undefined;
    this.store.update({
      work: undefined,
      error: new EngineError('cancelled', 'cancelled by the person'),
    });
  }

  /** Analyses the subject of the state. Never rejects: what goes wrong is in the state. */
  async start(subject: Subject, windowStart: number): Promise<void> {
    this.#controller?.abort();
    const controller = new AbortController();
    this.#controller = controller;
    const { signal } = controller;
    this.store.update({
      error: undefined,
      work: { words: `Running ${this.#modelName}`, isSlow: false, isLong: false },
    });
    const timers = [
      setTimeout(() => this.#tell({ isSlow: true }), slowMs),
      setTimeout(() => this.#tell({ isLong: true }), longMs),
    ];
    const stopTimers = () => timers.forEach(clearTimeout);
    signal.addEventListener('abort', stopTimers);
    try {
      const [a, b] = this.#readsPairs ? subject.segments : [subject.segments[0]];
      const request = { modelId: subject.modelId, text: a.text, textPair: b?.text };
      if (a.text.length + (b?.text.length ?? 0) <= longestToCount) {
        await this.client.load(subject.modelId, { signal });
        const { tokens } = await this.client.tokenize(request, { signal });
        this.#tell({ words: `Running ${this.#modelName} on ${count(tokens.length, 'token')}` });
      }
      const analysis = await this.client.analyze({ ...request, windowStart }, { signal });
      if (signal.aborted) {
        return;
      }
      const device = this.client.device ?? { device: analysis.device, reason: '' };
      this.store.update({
        work: undefined,
        shown: { subject, analysis, device },
        device,
        preview: undefined,
        pointed: undefined,
      });
      this.onShown();
      const { modelId, source, runMs } = analysis;
      void this.host.analysed({ modelId, device, tokenCount: source.length, runMs });
      stopTimers();
      await this.#translateByOthers(a.text, analysis, signal);
    } catch (cause) {
      if (signal.aborted) {
        return;
      }
      const error = asEngineError(cause);
      this.store.update({ work: undefined, error });
      void this.host.report({ code: error.code, message: error.message });
    } finally {
      stopTimers();
    }
  }

  /** After the picture, what the other translators make of the same text; each as it is done. */
  async #translateByOthers(text: string, analysis: Analysis, signal: AbortSignal): Promise<void> {
    const { modelId, targetText, dropped } = analysis;
    if (targetText === undefined) {
      return;
    }
    const before = this.store.state.translated;
    const known = before?.text === text ? before.byModel : [];
    const byModel = new Map<string, string | EngineError | undefined>(known).set(
      modelId,
      targetText,
    );
    const tell = () => this.store.update({ translated: { text, byModel: new Map(byModel) } });
    // Where the picture is of a part of the text, they would translate another.
    const others = dropped > 0 ? [] : this.store.state.models.filter(({ languages }) => languages);
    for (const { id } of others) {
      byModel.set(id, byModel.get(id));
    }
    tell();
    for (const { id } of others) {
      if (byModel.get(id) === undefined) {
        byModel.set(id, await this.#translate(id, text, signal));
        if (signal.aborted) {
          return;
        }
        tell();
      }
    }
  }

  async #translate(
    modelId: string,
    text: string,
    signal: AbortSignal,
  ): Promise<string | EngineError> {
    const strategy = { kind: 'beam', beams: 5 } as const;
    try {
      return (await this.client.generate({ modelId, text, strategy }, { signal })).text;
    } catch (cause) {
      return asEngineError(cause);
    }
  }

  #tell(news: Partial<Work>): void {
    const { work } = this.store.state;
    if (work) {
      this.store.update({ work: { ...work, ...news } });
    }
  }
}
