/** Runs the text through the model, and after that through the other translators. */
import type { EngineClient } from '../../src/common/engineClient/engineClient';
import { asEngineError, type EngineError } from '../../src/common/errors';
import { maxAttentionTokens } from '../../src/common/attention/attention';
import type { Analysis } from '../../src/common/protocol/engine/analyze';
import type { Manifest } from '../../src/common/protocol/manifest';
import type { HostApi } from '../../src/common/protocol/pages/host';
import type { Subject } from '../../src/common/protocol/pages/subject';
import type { Remote } from '../../src/common/protocol/rpc';
import { shortName } from '../common/models';
import type { RunStore } from '../common/runStore';
import type { AttentionState } from './attentionState';
import { count, thousands } from '../common/numbers';

/** UTF-16 units. Longer texts are not tokenized ahead only to say how many tokens there are. */
const maxTokenizedAhead = 20_000;

/** Runs one analysis at a time. */
export class Analyzer {
  /** @param onShown is called when the state holds the new analysis. */
  constructor(
    private readonly store: RunStore<AttentionState>,
    private readonly client: () => EngineClient,
    private readonly host: Remote<HostApi>,
    private readonly onShown: () => void,
  ) {}

  /** Never rejects: what goes wrong is in the state. */
  async start(subject: Subject): Promise<void> {
    const { saved, models } = this.store.state;
    const model = models.find(({ id }) => id === subject.modelId);
    // Only an encoder knows of a sentence B.
    const isPair = model?.family === 'encoder-only';
    const [a, b] = isPair ? subject.segments : [subject.segments[0]];
    const request = { modelId: subject.modelId, text: a.text, textPair: b?.text };
    const words = `Running ${model ? shortName(model) : 'the model'}`;
    const done = await this.store.run(words, async signal => {
      if (a.text.length + (b?.text.length ?? 0) <= maxTokenizedAhead) {
        const loading = this.client().load(subject.modelId, { signal });
        loading.catch(() => undefined); // Waited for below.
        // Needs the tokenizer alone, which is there long before the model.
        const { tokens } = await this.client().tokenize(request, { signal });
        signal.throwIfAborted();
        this.store.update({ tokenized: { subject, tokens } });
        await loading;
        this.store.tell({ words: `${words} on ${tokensRead(tokens.length, model)}` });
      }
      const analysis = await this.client().analyze(
        { ...request, windowStart: saved.windowStart },
        { signal },
      );
      const device = this.client().device ?? { device: analysis.device, reason: '' };
      const shown = { subject, analysis, device };
      return { shown, device, preview: undefined, pointed: undefined };
    });
    const { shown } = this.store.state;
    if (done && shown) {
      this.onShown();
      const { analysis, device } = shown;
      const { modelId, source, runMs } = analysis;
      void this.host.analysed({ modelId, device, tokenCount: source.length, runMs });
      await this.#translateByOthers(a.text, analysis, done);
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
    const show = () => this.store.update({ translated: { text, byModel: new Map(byModel) } });
    // Where the picture is of a part of the text, they would translate another.
    const others = dropped > 0 ? [] : this.store.state.models.filter(({ languages }) => languages);
    for (const { id } of others) {
      byModel.set(id, byModel.get(id));
    }
    show();
    for (const { id } of others) {
      if (byModel.get(id) === undefined) {
        byModel.set(id, await this.#translate(id, text, signal));
        if (signal.aborted) {
          return;
        }
        show();
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
      return (await this.client().generate({ modelId, text, strategy }, { signal })).text;
    } catch (cause) {
      return asEngineError(cause);
    }
  }
}

/** Of more tokens than a model can read at once, a window is read. */
function tokensRead(tokens: number, model: Manifest | undefined): string {
  const max =
    model?.family === 'decoder-only' ? maxAttentionTokens(model) : (model?.contextLength ?? tokens);
  const all = count(tokens, 'token');
  return tokens > max ? `${thousands(max)} of ${all}` : all;
}
