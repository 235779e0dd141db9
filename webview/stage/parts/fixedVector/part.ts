/** How far the one vector moves when only the first words of a sentence are others, and how far for the last ones. */
import * as v from 'valibot';
import { html, nothing, type TemplateResult } from 'lit';
import type { PartState } from '../../../../src/common/protocol/pages/stage';
import { lineChart } from '../../../charts/lineChart';
import { memo } from '../../../common/store';
import type { Theme } from '../../../common/theme';
import { type ChangedText, changesAll, changeWords, textOf } from './changedWords';
import { firstWords, splitWords, unrelatedWords } from '../../part/longerText';
import {
  atRest,
  type LivePart,
  type PartContext,
  PartStore,
  type PartView,
  type RunningState,
  stateOf,
} from '../../part/livePart';
import { unroll } from '../../math/unrolledLstm';
import { distance, lengthOf, mean } from '../../math/vectors';
import { frame, picturePlace } from '../../part/frame';
import { isLstmTranslator } from '../../part/translators';
import { slider } from '../../part/controls';
import { count } from '../../../common/numbers';

/** Lengths of the sentence in words, one measurement each. */
const lengths = [4, 6, 8, 12, 16, 20, 30, 40] as const;

/** The number of pairs that replace the first two words, and the last two: one would be an accident. */
export const pairsTried = 3;

/**
 * The pairs to take from. No word is in two of them, so that the four words at the ends of a sentence rule out at most
 * four, and enough are left.
 */
const pairs = [
  ['Sadly', 'mistaken'],
  ['My', 'sister'],
  ['Every', 'evening'],
  ['Without', 'hesitation'],
  ['Three', 'students'],
  ['Some', 'farmers'],
  ['Nobody', 'here'],
] as const;

/** The pairs that change both words at either end of a sentence. */
export const pairsFor = (words: readonly string[]) =>
  pairs.filter(pair => changesAll(words, pair)).slice(0, pairsTried);

const settings = v.object({
  /** Index in `lengths`. */
  place: v.fallback(
    v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(lengths.length - 1)),
    3,
  ),
});

/** Distances from the vector of a sentence, as shares of that vector's length. */
interface Point {
  readonly length: number;
  /** The words that were put in. */
  readonly pairs: readonly (readonly string[])[];
  /** Distances with other first words, one for each pair. */
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly unrelated: number;
}

interface State extends RunningState {
  readonly place: number;
  readonly points: readonly Point[];
  /** The sentence that was measured. */
  readonly text: string;
  readonly isBackwards: boolean;
}

export const fixedVector = (context: PartContext): LivePart => new FixedVector(context);

class FixedVector implements LivePart {
  readonly title = 'Which words the one vector still tells apart';
  readonly values = {};
  readonly #store;
  readonly #model;
  readonly #chart = memo(distanceChart);
  #sentence = '';

  constructor(private readonly context: PartContext) {
    this.#model = context.models.find(isLstmTranslator);
    const { place } = v.parse(settings, context.settings ?? {});
    this.#store = new PartStore<State>(
      { ...atRest, place, points: [], text: '', isBackwards: false },
      () => context.changed(),
    );
  }

  get state(): PartState {
    return stateOf(this.#store.state, !this.#model, this.#store.state.points.length > 0);
  }

  get words(): string {
    if (!this.#model) {
      return 'Its model is not in this version.';
    }
    const point = this.#point();
    if (!point) {
      return 'Sentences that differ in two words alone: how far apart are the vectors that they become?';
    }
    const { isBackwards } = this.#store.state;
    const order = isBackwards
      ? 'This network reads from the end: your first words are the last that it reads.'
      : 'This network reads from the beginning: your last words are the last that it reads.';
    return `In ${count(point.length, 'word')}, other first words move the vector by ${share(mean(point.first))} of its length, other last words by ${share(mean(point.last))}, another sentence by ${share(point.unrelated)}. ${order}`;
  }

  #point(): Point | undefined {
    const { points, place } = this.#store.state;
    return points.find(({ length }) => length === lengths[place]);
  }

  show(sentence: string): void {
    this.#sentence = sentence;
    void this.#measure();
  }

  cancel(): void {
    this.#store.cancel();
  }

  async #measure(): Promise<void> {
    const modelId = this.#model?.id;
    if (modelId === undefined) {
      return;
    }
    const text = this.#sentence;
    let isBackwards = false;
    const vectorOf = async (read: string, signal: AbortSignal) => {
      // One word of a given translation: all but a step or two of the time is reading.
      const analysis = await this.context.client.analyze(
        { modelId, text: read, targetText: 'a', attention: false, hiddenStates: true },
        { signal },
      );
      const network = unroll(analysis);
      isBackwards = network?.isBackwards ?? false;
      return network?.context ?? new Float32Array();
    };
    await this.#store.run('Reading sentences that differ in two words', async signal => {
      const points: Point[] = [];
      for (const length of lengths) {
        const words = firstWords(text, length);
        const own = await vectorOf(textOf({ words }), signal);
        const shareTo = async (other: string) =>
          distance(own, await vectorOf(other, signal)) / Math.max(1e-9, lengthOf(own));
        const [first, last]: [number[], number[]] = [[], []];
        const tried = pairsFor(words);
        for (const others of tried) {
          first.push(await shareTo(textOf(changeWords(words, others, 'first'))));
          last.push(await shareTo(textOf(changeWords(words, others, 'last'))));
        }
        points.push({
          ...{ length, first, last, pairs: tried },
          unrelated: await shareTo(textOf({ words: unrelatedWords(text, length) })),
        });
        signal.throwIfAborted();
        this.#store.tell({ share: points.length / lengths.length });
      }
      return { points, text, isBackwards };
    });
  }

  template({ theme, width }: PartView): TemplateResult {
    const { work, error } = this.#store.state;
    const point = this.#point();
    return frame(
      {
        ...{ work, error },
        words: this.words,
        cancel: () => this.cancel(),
        retry: () => void this.#measure(),
      },
      point ? this.#body(point, theme, width) : picturePlace(this.#model),
    );
  }

  #body(point: Point, theme: Theme, width: number): TemplateResult {
    const { place, points, text } = this.#store.state;
    const words = firstWords(text, point.length);
    const added = point.length - splitWords(text).length;
    return html`${slider({
        label: 'Length of the sentence',
        min: 0,
        max: lengths.length - 1,
        step: 1,
        value: place,
        valueText: count(point.length, 'word'),
        onInput: chosen => {
          this.#store.update({ place: chosen });
          this.context.keep({ place: chosen });
        },
      })}
      <p class="prose">
        ${textOf({ words })}
        ${
          added > 0
            ? html`<span class="quiet small"
                >(yours, and ${count(added, 'word')} to lengthen it)</span
              >`
            : nothing
        }
      </p>
      <div
        class="table-scroll"
        tabindex="0"
        role="region"
        aria-label="Distances of each changed sentence"
      >
        <table class="numbers wrapping">
          <thead>
            <tr>
              <th scope="col">Other words</th>
              <th scope="col">First, distance</th>
              <th scope="col">Last, distance</th>
            </tr>
          </thead>
          <tbody>
            ${point.pairs.map(
              (others, index) =>
                html`<tr>
                  <th scope="row" class="code">${others.join(' ')}</th>
                  ${(['first', 'last'] as const).map(
                    end =>
                      html`<td>
                        <span class="distance">${share(point[end][index] ?? 0)}</span>
                        <span class="quiet small">${excerpt(changeWords(words, others, end))}</span>
                      </td>`,
                  )}
                </tr>`,
            )}
            <tr>
              <th scope="row">Mean</th>
              <td>${share(mean(point.first))}</td>
              <td>${share(mean(point.last))}</td>
            </tr>
          </tbody>
        </table>
      </div>
      <h3>By the length of the sentence</h3>
      <div class="chart">${this.#chart(points, point, theme, width)}</div>
      <p class="quiet small prose">
        The vector is all that the decoder is given: hidden state and cell of each layer. 0 is the
        same vector. Circles: the first two words are others; squares: the last two; dashed: a
        sentence that has nothing to do with yours.
      </p>`;
  }
}

const share = (value: number) => (value > 0 && value < 0.005 ? '<0.01' : value.toFixed(2));

/** The number of unchanged words on either side of those that were put in. */
const around = 3;

/** The words that were put in, with those beside them. */
function excerpt({ words, changed: [first, end] }: ChangedText): TemplateResult {
  const [from, to] = [Math.max(0, first - around), Math.min(words.length, end + around)];
  return html`${from > 0 ? '… ' : ''}${words.slice(from, first).join(' ')}
    <mark>${words.slice(first, end).join(' ')}</mark> ${words.slice(end, to).join(' ')}${
      to < words.length ? ' …' : ''
    }`;
}

function distanceChart(
  points: readonly Point[],
  chosen: Point,
  theme: Theme,
  width: number,
): Element {
  const line = (name: string, of: (point: Point) => number, isDashed = false) => ({
    name,
    isDashed,
    points: points.map(point => ({ x: point.length, y: of(point) })),
  });
  const [first, last] = [mean(chosen.first), mean(chosen.last)];
  return lineChart({
    series: [
      line('first words', point => mean(point.first)),
      line('last words', point => mean(point.last)),
      line('another sentence', point => point.unrelated, true),
    ],
    xLabel: 'words of the sentence',
    yLabel: 'distance, as a share of the vector’s length',
    marks: [
      { x: chosen.length, y: first, words: '' },
      { x: chosen.length, y: last, words: '' },
    ],
    words: `Distance of the vectors by the length of the sentence, from ${points[0]?.length} to ${points.at(-1)?.length} words: first words changed, from ${share(mean(points[0]?.first ?? []))} to ${share(mean(points.at(-1)?.first ?? []))}; last words changed, from ${share(mean(points[0]?.last ?? []))} to ${share(mean(points.at(-1)?.last ?? []))}.`,
    theme,
    width: Math.min(width, 760),
    height: 240,
  });
}
