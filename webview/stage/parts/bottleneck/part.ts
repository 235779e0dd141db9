/** What becomes of a sentence that grows longer: live, and as measured on held-out text. */
import { html, nothing, type TemplateResult } from 'lit';
import type { ValueId } from '../../../../src/common/content/lesson';
import type { PartState } from '../../../../src/common/protocol/pages/stage';
import { cautionOf } from '../../../common/caution';
import { slider } from '../../part/controls';
import { frame } from '../../part/frame';
import {
  atRest,
  type LivePart,
  type PartContext,
  PartStore,
  type PartView,
  stateOf,
} from '../../part/livePart';
import { firstSentences, maxSentences } from '../../part/longerText';
import { type Translator, translatorsOf } from '../../part/translators';
import { type BottleneckState, countWords, parseSettings, type Settings } from './state';
import { createMeasuredView, translationList } from './view';
import { count } from '../../../common/numbers';

/** How long the slider must rest before models run, in ms. */
const restMs = 120;

/** As in the other parts of the stage, and as the chart below was measured: one sentence has one translation. */
const strategy = { kind: 'beam', beams: 5 } as const;

export const bottleneck = (context: PartContext): LivePart => new Bottleneck(context);

class Bottleneck implements LivePart {
  readonly title = 'The longer the sentence';
  readonly #store;
  readonly #translators: readonly Translator[];
  readonly #measured = createMeasuredView(metric => this.#set({ metric }));
  #sentence = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly context: PartContext) {
    this.#translators = translatorsOf(context.models);
    this.#store = new PartStore<BottleneckState>(
      {
        ...atRest,
        settings: parseSettings(context.settings),
        ...{ text: '', translations: {}, quality: undefined },
      },
      () => context.changed(),
    );
  }

  get #here(): readonly Translator[] {
    return this.#translators.filter(({ manifest }) => manifest);
  }

  get state(): PartState {
    const isShown = Object.keys(this.#store.state.translations).length > 0;
    return stateOf(this.#store.state, this.#here.length === 0, isShown);
  }

  get words(): string {
    const { text } = this.#store.state;
    return text === ''
      ? 'The translators write your sentence in French, and ever more with it.'
      : `The same text to each: ${count(countWords(text), 'word')}. Each was trained on the same sentences, with as many parameters.`;
  }

  get values(): Partial<Record<ValueId, string>> {
    const { text } = this.#store.state;
    const first = this.#translators[0]?.manifest;
    return {
      'bottleneck.words': text === '' ? '…' : count(countWords(text), 'word'),
      // Hidden state and cell of each layer are all that crosses.
      'bottleneck.context': first
        ? `${2 * first.layers * first.hiddenSize} numbers`
        : 'its model is not in this version',
    };
  }

  show(sentence: string): void {
    this.#sentence = sentence;
    void this.#translate();
    if (!this.#store.state.quality) {
      void this.#readQuality();
    }
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#store.cancel();
  }

  async #readQuality(): Promise<void> {
    const read = await Promise.all(
      this.#translators.map(async ({ id, manifest }) => {
        const quality =
          manifest && (await this.context.host.quality({ modelId: id }).catch(() => undefined));
        return quality ? ([[id, quality]] as const) : [];
      }),
    );
    this.#store.update({ quality: Object.fromEntries(read.flat()) });
  }

  #set(change: Partial<Settings>): void {
    const settings = { ...this.#store.state.settings, ...change };
    this.#store.update({ settings });
    this.context.keep(settings);
  }

  async #translate(): Promise<void> {
    const text = firstSentences(this.#sentence, this.#store.state.settings.sentences);
    if (this.#here.length === 0) {
      this.#store.update({ text });
      return;
    }
    await this.#store.run('Translating', async signal => {
      this.#store.update({ text, translations: {} });
      for (const { id, title } of this.#here) {
        this.#store.tell({ words: `${title} is translating` });
        const generation = await this.context.client.generate(
          { modelId: id, text, strategy, loopGuard: true },
          { signal },
        );
        signal.throwIfAborted();
        const { text: french, runMs } = generation;
        const translation = { text: french, runMs, caution: cautionOf(text, generation) };
        const { translations } = this.#store.state;
        this.#store.update({ translations: { ...translations, [id]: translation } });
      }
      return {};
    });
  }

  /** Shows the longer text at once, and translates it when the slider rests. */
  #lengthen(sentences: number): void {
    this.#set({ sentences });
    this.#store.update({ text: firstSentences(this.#sentence, sentences) });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#translate(), restMs);
  }

  template(view: PartView): TemplateResult {
    const { work, error, settings, text, translations, quality } = this.#store.state;
    const missing = this.#translators.flatMap(({ title, manifest }) => (manifest ? [] : [title]));
    const max = maxSentences(this.#sentence);
    const value = Math.min(settings.sentences, max);
    return html`${frame(
      {
        ...{ work, error, missing, words: this.words },
        cancel: () => this.cancel(),
        retry: () => void this.#translate(),
      },
      html`${slider({
        ...{ label: 'Length', min: 1, max: Math.max(2, max), value },
        valueText: `${count(value, 'sentence')}, ${count(countWords(text), 'word')}`,
        onInput: sentences => this.#lengthen(sentences),
      })}
      ${translationList(text, this.#here, translations)}`,
    )}
    ${
      quality && Object.keys(quality).length > 0
        ? this.#measured(this.#translators, quality, settings.metric, view)
        : nothing
    }`;
  }
}
