import { maxAttentionTokens } from '../../src/common/math/attentionLimit';
import type { Analysis } from '../../src/common/protocol/engine/analyze';
import type { EngineClient } from '../../src/common/engineClient/engineClient';
import { asEngineError, type EngineError } from '../../src/common/errors';
import type { Manifest } from '../../src/common/protocol/manifest';
import type { HostApi } from '../../src/common/protocol/pages/host';
import type { Subject } from '../../src/common/protocol/pages/subject';
import type { Remote } from '../../src/common/protocol/rpc';
import { count, thousands } from '../common/numbers';
import { OneRun } from '../common/latestRun';
import type { Stage } from '../common/pageRuntime';
import type { Store } from '../common/store';
import type { AttentionState } from './attentionState';

/** UTF-16 units. Longer texts are not tokenized ahead only to say how many tokens there are. */
const longestToCount = 20_000;

const longestRead = (model: Manifest) =>
  model.family === 'decoder-only' ? maxAttentionTokens(model) : model.contextLength;

/** Runs one analysis at a time. */
export class Run {
  readonly #run: OneRun;

  constructor(
    private readonly store: Store<AttentionState>,
    private readonly client: EngineClient,
    private readonly host: Remote<HostApi>,
    /** Called when the state holds the new analysis. */
    private readonly onShown: () => void,
  ) {
    this.#run = new OneRun(store);
  }

  /** The engine's owner tells what it is making ready. */
  onStage(stage: Stage): void {
    this.#run.tell(
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

  /** Of more tokens than a model can read at once, a window is read. */
  #readOf(tokens: number): string {
    const { saved, models } = this.store.state;
    const model = models.find(({ id }) => id === saved.subject?.modelId);
    const context = model ? longestRead(model) : tokens;
    const all = count(tokens, 'token');
    return tokens > context ? `${thousands(context)} of ${all}` : all;
  }

  get #modelName(): string {
    const { saved, models } = this.store.state;
    const name = models.find(({ id }) => id === saved.subject?.modelId)?.name ?? 'the model';
    return name.replace(/ \(.*\)$/, '');
  }

  /** Ends the run; its place says so. */
  cancel(): void {
    this.#run.cancel();
  }

  /** Analyses the subject of the state. Never rejects: what goes wrong is in the state. */
  async start(subject: Subject, windowStart: number): Promise<void> {
    const signal = this.#run.begin(`Running ${this.#modelName}`);
    try {
      const [a, b] = this.#readsPairs ? subject.segments : [subject.segments[0]];
      const request = { modelId: subject.modelId, text: a.text, textPair: b?.text };
      if (a.text.length + (b?.text.length ?? 0) <= longestToCount) {
        const loading = this.client.load(subject.modelId, { signal });
        loading.catch(() => undefined); // Waited for below.
        // Needs the tokenizer alone, which is there long before the model.
        const { tokens } = await this.client.tokenize(request, { signal });
        if (!signal.aborted) {
          this.store.update({ tokenized: { subject, tokens } });
        }
        await loading;
        this.#run.tell({ words: `Running ${this.#modelName} on ${this.#readOf(tokens.length)}` });
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
      await this.#translateByOthers(a.text, analysis, signal);
    } catch (cause) {
      if (signal.aborted) {
        return;
      }
      const error = asEngineError(cause);
      this.store.update({ work: undefined, error });
      void this.host.report({ code: error.code, message: error.message });
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
}
