/** Runs what a model reads of the text, and after that has the rest of it translated. */
import type { EngineClient } from '../../src/common/engineClient/engineClient';
import { maxAttentionTokens } from '../../src/common/attention/attention';
import type { AttentionOverride } from '../../src/common/protocol/engine/analyze';
import type { Manifest } from '../../src/common/protocol/manifest';
import type { HostApi } from '../../src/common/protocol/pages/host';
import type { Subject } from '../../src/common/protocol/pages/subject';
import type { Remote } from '../../src/common/protocol/rpc';
import { shortName } from '../common/models';
import type { RunStore } from '../common/runStore';
import type { AttentionState } from './attentionState';
import type { Shown } from './text/shown';
import { readTextOf } from './text/readText';
import type { SentenceTranslator } from './sentenceTranslator';
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
    private readonly translator: SentenceTranslator,
    private readonly onShown: () => void,
  ) {}

  /**
   * Never rejects: what goes wrong is in the state.
   *
   * @param given a row of attention to use instead of the model's own, in the translation that is shown.
   */
  async start(subject: Subject, given?: AttentionOverride): Promise<void> {
    const { saved, models, settings, shown: before } = this.store.state;
    const model = models.find(({ id }) => id === subject.modelId);
    const read = { ...readTextOf(subject, model, saved.sentence), beams: settings.beams };
    const { text, textPair, place } = read;
    const request = { modelId: subject.modelId, text, textPair };
    const words = given
      ? 'Writing on from this word'
      : `Running ${model ? shortName(model) : 'the model'}`;
    const done = await this.store.run(words, async signal => {
      if (!given && text.length + (textPair?.length ?? 0) <= maxTokenizedAhead) {
        const loading = this.client().load(subject.modelId, { signal });
        loading.catch(() => undefined); // Waited for below.
        // Needs the tokenizer alone, which is there long before the model.
        const { tokens } = await this.client().tokenize(request, { signal });
        signal.throwIfAborted();
        this.store.update({ tokenized: { subject, tokens: tokens.map(place) } });
        await loading;
        this.store.tell({ words: `${words} on ${tokensRead(tokens.length, model)}` });
      }
      const analysis = await this.client().analyze(
        {
          ...request,
          windowStart: saved.windowStart,
          beams: settings.beams,
          // A row that is set by hand belongs to the translation on the page, which is kept up to that word.
          targetText: given && before?.analysis.targetText,
          attentionOverride: given,
        },
        { signal },
      );
      const device = this.client().device ?? { device: analysis.device, reason: '' };
      const own = before?.given?.own ?? before?.analysis.targetText ?? '';
      const shown: Shown = {
        ...{ subject, read, device },
        analysis: { ...analysis, source: analysis.source.map(place) },
        given: given && { override: given, own },
      };
      return { shown, device, preview: undefined, pointed: undefined, inside: undefined };
    });
    const { shown } = this.store.state;
    if (done && shown) {
      this.onShown();
      const { analysis, device } = shown;
      const { modelId, source, runMs } = analysis;
      void this.host.analysed({ modelId, device, tokenCount: source.length, runMs });
      await this.translator.run(shown, done);
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
