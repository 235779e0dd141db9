/** The same text through every model that can take it, one under the other. */
import * as v from 'valibot';
import { html, nothing, type TemplateResult } from 'lit';
import type { Manifest } from '../../../../src/common/protocol/manifest';
import type { PartState } from '../../../../src/common/protocol/pages/stage';
import { shortName } from '../../../common/models';
import { cautionOf, nothingWritten } from '../../../common/caution';
import {
  atRest,
  type LivePart,
  type PartContext,
  PartStore,
  type PartView,
  type RunningState,
  stateOf,
} from '../../part/livePart';
import { frame } from '../../part/frame';
import { isLarge, megabytes, translatorsOf } from '../../part/translators';
import { slider } from '../../part/controls';
import { count, duration } from '../../../common/numbers';

const maxNewTokens = 48;
/** How long the slider must rest before models run, in ms. */
const restMs = 200;

const settings = v.object({
  beams: v.fallback(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(8)), 5),
});

/** What a model made of the text. */
interface EraResult {
  readonly text: string;
  /** "fr" for a translation. */
  readonly language: string | undefined;
  readonly runMs: number;
  /** Says which words of the text it hardly knows. */
  readonly caution?: string | undefined;
}

interface State extends RunningState {
  readonly beams: number;
  /** By model. */
  readonly results: Readonly<Record<string, EraResult>>;
}

export const eras = (context: PartContext): LivePart => new Eras(context);

class Eras implements LivePart {
  readonly title = 'One text, every era';
  readonly #store;
  readonly #models: readonly Manifest[];
  #text = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly context: PartContext) {
    this.#models = [...context.models].sort((a, b) => a.year - b.year);
    const { beams } = v.parse(settings, context.settings ?? {});
    this.#store = new PartStore<State>({ ...atRest, beams, results: {} }, () => context.changed());
  }

  get state(): PartState {
    const { results } = this.#store.state;
    return stateOf(this.#store.state, this.#models.length === 0, Object.keys(results).length > 0);
  }

  get words(): string {
    const done = Object.keys(this.#store.state.results).length;
    return done === 0
      ? 'Every model of the story that is here takes your text, the oldest first.'
      : `${count(done, 'model')} of ${this.#models.length} took your text.`;
  }

  readonly values = {};

  show(sentence: string): void {
    this.#text = sentence;
    this.#store.update({ results: {} });
    void this.#take(this.#models.filter(model => !isLarge(model)));
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#store.cancel();
  }

  async #take(models: readonly Manifest[]): Promise<void> {
    await this.#store.run('Getting ready', async signal => {
      for (const manifest of models) {
        this.#store.tell({ words: `${titleOf(manifest)} takes your text` });
        const result = await this.#make(manifest, signal);
        signal.throwIfAborted();
        this.#store.update({ results: { ...this.#store.state.results, [manifest.id]: result } });
      }
      return {};
    });
  }

  async #make(
    { id, family, files, languages, hiddenSize }: Manifest,
    signal: AbortSignal,
  ): Promise<EraResult> {
    const { client } = this.context;
    const text = this.#text;
    if (family === 'encoder-only') {
      const { source, runMs } = await client.analyze(
        { modelId: id, text, attention: false, hiddenStates: true },
        { signal },
      );
      const words = `${count(source.length, 'token')}, each as ${hiddenSize} numbers that know both sides of it.`;
      return { text: words, language: undefined, runMs };
    }
    const { beams } = this.#store.state;
    const generation = await client.generate(
      family === 'encoder-decoder'
        ? {
            ...{ modelId: id, text, loopGuard: true },
            strategy: beams === 1 ? { kind: 'greedy' } : { kind: 'beam', beams },
          }
        : {
            ...{ modelId: id, maxNewTokens, loopGuard: true, strategy: { kind: 'greedy' } },
            ...(files.chat ? { messages: [{ role: 'user', content: text }] } : { text }),
          },
      { signal },
    );
    return {
      text: generation.text.trim(),
      language: languages?.target,
      runMs: generation.runMs,
      caution: cautionOf(text, generation),
    };
  }

  template(_view: PartView): TemplateResult {
    const { work, error, beams, results } = this.#store.state;
    // The translators learned from the same sentences: what one says of the words holds of all.
    const { caution } = Object.values(results).find(one => one.caution !== undefined) ?? {};
    const missing = translatorsOf(this.context.models).flatMap(({ title, manifest }) =>
      manifest ? [] : [title],
    );
    return frame(
      {
        ...{ work, error, missing, caution },
        words: this.words,
        cancel: () => this.cancel(),
        retry: () => this.show(this.#text),
      },
      html`${slider({
          label: 'Beams of the translators',
          min: 1,
          max: 8,
          step: 1,
          value: beams,
          valueText: beams === 1 ? '1, greedy' : String(beams),
          onInput: value => {
            this.#store.update({ beams: value });
            this.context.keep({ beams: value });
            clearTimeout(this.#timer);
            this.#timer = setTimeout(
              () =>
                void this.#take(this.#models.filter(({ family }) => family === 'encoder-decoder')),
              restMs,
            );
          },
        })}
        <dl class="eras">
          ${this.#models.map(model => {
            const result = results[model.id];
            return html`<div>
              <dt>
                ${titleOf(model)} · ${doesOf(model)} · ${megabytes(model)}
                ${result ? html`· ${duration(result.runMs)}` : nothing}
              </dt>
              <dd lang=${result?.language ?? nothing} class=${result ? '' : 'quiet'}>
                ${
                  result
                    ? result.text || nothingWritten
                    : isLarge(model)
                      ? html`<button
                          class="text-button"
                          ?disabled=${work !== undefined}
                          @click=${() => void this.#take([model])}
                        >
                          Let it take the text too
                        </button>`
                      : '…'
                }
              </dd>
            </div>`;
          })}
        </dl>`,
    );
  }
}

const titleOf = (model: Manifest): string => `${model.year} ${shortName(model)}`;

/** What it can do with a text, and what it cannot. */
const doesOf = ({ family, files }: Manifest): string =>
  family === 'encoder-decoder'
    ? 'translates, and nothing else'
    : family === 'encoder-only'
      ? 'understands, and does not write'
      : files.chat
        ? 'answers, and may be wrong'
        : 'goes on, and does not answer';
