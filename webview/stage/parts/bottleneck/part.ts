import { html, nothing, type TemplateResult } from 'lit';
import * as v from 'valibot';
import type { ValueId } from '../../../../src/common/content/lesson';
import type { PartState } from '../../../../src/common/protocol/pages/stage';
import type { TranslationEvaluation } from '../../../../src/common/content/evaluation';
import { lineChart } from '../../../charts/lineChart';
import { memo } from '../../../common/memo';
import { count, duration } from '../../../common/numbers';
import { cautionOf, nothingWritten } from '../../../common/caution';
import type { Theme } from '../../../common/theme';
import type { LivePart, PartContext, PartView } from '../../part/livePart';
import { firstSentences, mostSentences } from '../../part/longerText';
import { frame } from '../../part/frame';
import { translatorsOf, type Translator } from '../../part/translators';
import { atRest, PartStore, stateOf, type RunningState } from '../../part/partStore';
import { choices, slider } from '../../part/controls';

/** How long the slider must rest before models run, in ms. */
const restMs = 120;

/** As in the other parts of the stage, and as the chart below was measured: one sentence has one translation. */
const strategy = { kind: 'beam', beams: 5 } as const;

const settings = v.object({
  sentences: v.fallback(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(12)), 1),
  metric: v.fallback(v.picklist(['bleu', 'chrf']), 'bleu'),
});

interface Written {
  readonly text: string;
  readonly runMs: number;
  /** Which words of the text it hardly knows. */
  readonly caution: string | undefined;
}

interface State extends RunningState {
  readonly settings: v.InferOutput<typeof settings>;
  /** What is translated, and by whom; a translator that is not done yet is absent. */
  readonly text: string;
  readonly written: Readonly<Record<string, Written>>;
  /** By translator; undefined until they have been read. */
  readonly quality: Readonly<Record<string, TranslationEvaluation>> | undefined;
}

export const bottleneck = (context: PartContext): LivePart => new Bottleneck(context);

/** What becomes of a sentence that grows longer: live, and as measured on held-out text. */
class Bottleneck implements LivePart {
  readonly title = 'The longer the sentence';
  readonly #store;
  readonly #translators: readonly Translator[];
  /** The same list as long as it is: the chart is drawn anew with another one. */
  readonly #known = memo((quality: Readonly<Record<string, TranslationEvaluation>>) =>
    this.#translators.filter(({ id }) => quality[id]),
  );
  readonly #chart = memo(chartOf);
  #sentence = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly context: PartContext) {
    this.#translators = translatorsOf(context.models);
    this.#store = new PartStore<State>(
      {
        ...atRest,
        settings: v.parse(settings, context.settings ?? {}),
        text: '',
        written: {},
        quality: undefined,
      },
      () => context.changed(),
    );
  }

  get #here(): readonly Translator[] {
    return this.#translators.filter(({ manifest }) => manifest);
  }

  get state(): PartState {
    const isShown = Object.keys(this.#store.state.written).length > 0;
    return stateOf(this.#store.state, this.#here.length === 0, isShown);
  }

  get words(): string {
    const { text } = this.#store.state;
    return text === ''
      ? 'The translators write your sentence in French, and ever more with it.'
      : `The same text to each: ${count(wordsOf(text), 'word')}. Each was trained on the same sentences, with as many parameters.`;
  }

  get values(): Partial<Record<ValueId, string>> {
    const { text } = this.#store.state;
    const first = this.#translators[0]?.manifest;
    return {
      'bottleneck.words': text === '' ? '…' : count(wordsOf(text), 'word'),
      // Hidden state and cell of each layer are all that crosses.
      'bottleneck.context': first
        ? `${2 * first.layers * first.hiddenSize} numbers`
        : 'its model is not in this version',
    };
  }

  show(sentence: string): void {
    this.#sentence = sentence;
    this.#translate();
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

  #set(change: Partial<State['settings']>): void {
    const next = { ...this.#store.state.settings, ...change };
    this.#store.update({ settings: next });
    this.context.keep(next);
  }

  #translate(): void {
    const text = firstSentences(this.#sentence, this.#store.state.settings.sentences);
    void this.#run1(text);
  }

  async #run1(text: string): Promise<void> {
    if (this.#here.length === 0) {
      this.#store.update({ text });
      return;
    }
    await this.#store.run('Translating', async signal => {
      this.#store.update({ text, written: {} });
      for (const { id, title } of this.#here) {
        this.#store.tell({ words: `${title} is translating` });
        const generation = await this.context.client.generate(
          { modelId: id, text, strategy, loopGuard: true },
          { signal },
        );
        signal.throwIfAborted();
        const { written } = this.#store.state;
        const { text: french, runMs } = generation;
        const made = { text: french, runMs, caution: cautionOf(text, generation) };
        this.#store.update({ written: { ...written, [id]: made } });
      }
      return {};
    });
  }

  template({ theme, width }: PartView): TemplateResult {
    const { work, error, settings: set, text, written, quality } = this.#store.state;
    const missing = this.#translators.flatMap(({ title, manifest }) => (manifest ? [] : [title]));
    // They learned from the same sentences: what one says of the words holds of all.
    const { caution } = Object.values(written)[0] ?? {};
    const longest = mostSentences(this.#sentence);
    const value = Math.min(set.sentences, longest);
    return html`${frame(
      {
        ...{ work, error, missing },
        words: this.words,
        cancel: () => this.cancel(),
        retry: () => this.#translate(),
      },
      html`${slider({
          label: 'Length',
          min: 1,
          max: Math.max(2, longest),
          step: 1,
          value,
          told: `${count(value, 'sentence')}, ${count(wordsOf(text), 'word')}`,
          onInput: sentences => {
            this.#set({ sentences });
            this.#store.update({ text: firstSentences(this.#sentence, sentences) });
            clearTimeout(this.#timer);
            this.#timer = setTimeout(() => this.#translate(), restMs);
          },
        })}
        <dl class="eras">
          <div>
            <dt>Your text</dt>
            <dd>${text}</dd>
            ${caution === undefined ? nothing : html`<dd class="quiet small caution">${caution}</dd>`}
          </div>
          ${this.#here.map(({ id, title }) => {
            const made = written[id];
            return html`<div>
              <dt>
                ${title} <span class="quiet small">${made ? duration(made.runMs) : nothing}</span>
              </dt>
              <dd lang="fr" class=${made?.text ? '' : 'quiet'}>
                ${made ? made.text || nothingWritten : '…'}
              </dd>
            </div>`;
          })}
        </dl>`,
    )}
    ${quality && Object.keys(quality).length > 0 ? this.#measured(quality, theme, width) : nothing}`;
  }

  #measured(quality: Readonly<Record<string, TranslationEvaluation>>, theme: Theme, width: number) {
    const { metric } = this.#store.state.settings;
    const known = this.#known(quality);
    return html`<h3>As measured on held-out text</h3>
      ${choices(
        'Measure',
        [
          ['bleu', 'BLEU'],
          ['chrf', 'chrF'],
        ],
        metric,
        chosen => this.#set({ metric: chosen }),
      )}
      <div class="chart">${this.#chart(quality, known, metric, theme, width)}</div>
      <p class="quiet small prose">
        Everyday sentences joined to longer texts, 300 for each length, decoded with 5 beams by the
        files that are shipped. Higher is better. One vector has to hold it all only in the LSTM of
        2014.
      </p>
      <details>
        <summary>The numbers</summary>
        ${numbersTable(quality, known, metric)}
      </details>`;
  }
}

const wordsOf = (text: string) =>
  text.split(/\s+/).filter(word => /[\p{L}\p{N}]/u.test(word)).length;

function chartOf(
  quality: Readonly<Record<string, TranslationEvaluation>>,
  known: readonly Translator[],
  metric: 'bleu' | 'chrf',
  theme: Theme,
  width: number,
): Element {
  return lineChart({
    series: known.map(({ id, title }) => ({
      name: title,
      points: (quality[id]?.beam5.joined ?? []).map(({ words: [first, last], ...score }) => ({
        x: (first + last) / 2,
        y: score[metric],
      })),
    })),
    xLabel: 'words of the text',
    yLabel: metric === 'bleu' ? 'BLEU' : 'chrF',
    words: `${metric === 'bleu' ? 'BLEU' : 'chrF'} against length for ${known.map(({ title }) => title).join(', ')}. The numbers are in the table below.`,
    theme,
    width: Math.min(width, 760),
    height: 240,
  });
}

function numbersTable(
  quality: Readonly<Record<string, TranslationEvaluation>>,
  known: readonly Translator[],
  metric: 'bleu' | 'chrf',
): TemplateResult {
  const [first] = known;
  const buckets = (first && quality[first.id]?.beam5.joined) ?? [];
  return html`<table class="numbers">
    <thead>
      <tr>
        <th scope="col">Words</th>
        ${known.map(({ title }) => html`<th scope="col">${title}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${buckets.map(
        ({ words: [from, to] }, index) =>
          html`<tr>
            <th scope="row">${from}–${to}</th>
            ${known.map(
              ({ id }) =>
                html`<td class="number">
                  ${quality[id]?.beam5.joined[index]?.[metric].toFixed(1) ?? '…'}
                </td>`,
            )}
          </tr>`,
      )}
      ${(['whole', 'parts'] as const).map(
        way =>
          html`<tr>
            <th scope="row">
              30–40, ${way === 'whole' ? 'translated whole' : 'sentence by sentence'}
            </th>
            ${known.map(
              ({ id }) =>
                html`<td class="number">
                  ${quality[id]?.beam5.wholeOrParts[way][metric].toFixed(1) ?? '…'}
                </td>`,
            )}
          </tr>`,
      )}
    </tbody>
  </table>`;
}
