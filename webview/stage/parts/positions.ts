import { html, nothing, type TemplateResult } from 'lit';
import * as v from 'valibot';
import type { ValueId } from '../../../src/shared/lesson';
import type { PartState } from '../../../src/shared/pageApi';
import { createSurface } from '../../drawing/canvas';
import { hex } from '../../drawing/colorScale';
import { lineChart } from '../../drawing/lineChart';
import { memo } from '../../page/memo';
import { OneRun } from '../../page/oneRun';
import { asEngineError } from '../../page/page';
import { signedImage } from '../../drawing/signedImage';
import { createStore } from '../../page/store';
import type { Theme } from '../../page/theme';
import type { LivePart, PartContext, PartView } from '../part';
import { likeness, sinusoids } from '../sinusoids';
import { frame } from './frame';
import { atRest, stateOf, type RunningState } from './partStore';
import { slider } from './slider';

const rows = 64;
const rowHeight = 4;
/** Width where no Transformer is here. */
const usualWidth = 256;

const settings = v.object({
  position: v.fallback(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(rows - 1)), 5),
  pair: v.fallback(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1023)), 8),
});

interface State extends RunningState {
  readonly settings: v.InferOutput<typeof settings>;
  /** The same words in order and in another one, and what the Transformer makes of each. */
  readonly orders: readonly { readonly text: string; readonly french: string }[];
}

export const positions = (context: PartContext): LivePart => new Positions(context);

/** The sinusoids, by their formula; and what the order of words does, by the model. */
class Positions implements LivePart {
  readonly title = 'How a word knows its place';
  readonly #store;
  readonly #run;
  readonly #model;
  readonly #width: number;
  readonly #picture = memo(paintSinusoids);
  readonly #chart = memo(likenessChart);
  #sentence = '';
  #shuffles = 0;

  constructor(private readonly context: PartContext) {
    this.#model = context.models.find(({ architecture }) => architecture === 'transformer');
    this.#width = this.#model?.hiddenSize ?? usualWidth;
    const saved = v.parse(settings, context.settings ?? {});
    this.#store = createStore<State>(
      {
        ...atRest,
        settings: { ...saved, pair: Math.min(saved.pair, this.#width / 2 - 1) },
        orders: [],
      },
      () => context.changed(),
    );
    this.#run = new OneRun(this.#store);
  }

  get state(): PartState {
    return stateOf(this.#store.state, false, true);
  }

  get words(): string {
    const { position, pair } = this.#store.state.settings;
    const wave = 2 * Math.PI * 10000 ** ((2 * pair) / this.#width);
    return `Dimensions ${2 * pair} and ${2 * pair + 1} turn once in ${wave < 1000 ? wave.toFixed(1) : wave.toFixed(0)} words; at place ${position} they are ${this.#at(2 * pair)} and ${this.#at(2 * pair + 1)}.`;
  }

  get values(): Partial<Record<ValueId, string>> {
    const { position, pair } = this.#store.state.settings;
    return {
      'positions.position': String(position),
      'positions.pair': `${pair}: sin ${this.#at(2 * pair)}, cos ${this.#at(2 * pair + 1)}`,
    };
  }

  #at(dimension: number): string {
    const { position } = this.#store.state.settings;
    return (sinusoids(position, this.#width)[dimension] ?? 0).toFixed(2);
  }

  show(sentence: string): void {
    this.#sentence = sentence;
    this.#store.update({ orders: [] });
  }

  cancel(): void {
    this.#run.cancel();
    this.#store.update({ error: undefined });
  }

  #set(change: Partial<State['settings']>): void {
    const next = { ...this.#store.state.settings, ...change };
    this.#store.update({ settings: next });
    this.context.keep(next);
  }

  async #shuffle(): Promise<void> {
    const modelId = this.#model?.id;
    if (modelId === undefined) {
      return;
    }
    const signal = this.#run.begin('Translating in two orders');
    try {
      const texts = [this.#sentence, shuffled(this.#sentence, ++this.#shuffles)];
      const orders = [];
      for (const text of texts) {
        const { text: french } = await this.context.client.generate(
          { modelId, text, strategy: { kind: 'greedy' }, loopGuard: true },
          { signal },
        );
        orders.push({ text, french });
      }
      if (!signal.aborted) {
        this.#store.update({ work: undefined, orders });
      }
    } catch (cause) {
      if (!signal.aborted) {
        this.#store.update({ work: undefined, error: asEngineError(cause) });
      }
    }
  }

  template({ theme, width }: PartView): TemplateResult {
    const { work, error, settings: set, orders } = this.#store.state;
    return frame(
      {
        ...{ work, error },
        words: this.words,
        cancel: () => this.#run.cancel(),
        retry: () => void this.#shuffle(),
      },
      html`<div class="sliders">
          ${slider({
            label: 'Place of the word',
            min: 0,
            max: rows - 1,
            step: 1,
            value: set.position,
            told: String(set.position),
            onInput: position => this.#set({ position }),
          })}
          ${slider({
            label: 'Pair of dimensions',
            min: 0,
            max: this.#width / 2 - 1,
            step: 1,
            value: set.pair,
            told: String(set.pair),
            onInput: pair => this.#set({ pair }),
          })}
        </div>
        <figure class="picture">
          ${this.#picture(this.#width, set.position, set.pair, theme, wholePixels(this.#width, width))}
          <figcaption class="quiet small">
            Each row is what is added to the word at one place, from place 0 at the top to
            ${rows - 1}; each column is one of ${this.#width} dimensions, from quick to slow. By the
            formula: nothing here was learned.
          </figcaption>
        </figure>
        <h3>How alike place ${set.position} is to the others</h3>
        <div class="chart">${this.#chart(this.#width, set.position, theme, width)}</div>
        ${
          this.#model
            ? html`<h3>The same words in another order</h3>
                <p class="prose">
                  Without positions both would be the same bag of words to attention.
                  <button class="text-button" @click=${() => void this.#shuffle()}>
                    Shuffle and translate
                  </button>
                </p>
                ${
                  orders.length > 0
                    ? html`<dl class="eras">
                        ${orders.map(
                          ({ text, french }, index) =>
                            html`<div>
                              <dt>${index === 0 ? 'In order' : 'Shuffled'}</dt>
                              <dd>${text}<br /><span lang="fr">${french}</span></dd>
                            </div>`,
                        )}
                      </dl>`
                    : nothing
                }`
            : nothing
        }`,
    );
  }
}

/** So many CSS pixels that each dimension has the same, where there is room. */
const wholePixels = (dimensions: number, room: number): number =>
  Math.max(1, Math.floor(Math.min(room, 640) / dimensions)) * Math.min(dimensions, room);

/** The words in an order that depends on the seed alone; never the one they had, where there is another. */
function shuffled(text: string, seed: number): string {
  const words = text.split(/\s+/).filter(word => word !== '');
  let state = seed * 2_654_435_761;
  for (let index = words.length - 1; index > 0; index--) {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + index) >>> 0;
    const other = state % (index + 1);
    [words[index], words[other]] = [words[other] ?? '', words[index] ?? ''];
  }
  const mixed = words.join(' ');
  return mixed === text ? words.reverse().join(' ') : mixed;
}

function paintSinusoids(
  width: number,
  position: number,
  pair: number,
  theme: Theme,
  room: number,
): HTMLCanvasElement {
  const height = rows * rowHeight;
  const { canvas, context } = createSurface(room, height);
  const values = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    values.set(sinusoids(row, width), row * width);
  }
  context.imageSmoothingEnabled = false;
  context.drawImage(signedImage(values, width, rows, 1, theme), 0, 0, room, height);
  context.strokeStyle = hex(theme.foreground);
  context.lineWidth = 1;
  context.strokeRect(0.5, position * rowHeight + 0.5, room - 1, rowHeight - 1);
  const column = (2 * pair * room) / width;
  context.strokeRect(column + 0.5, 0.5, Math.max(2, (2 * room) / width), height - 1);
  canvas.setAttribute('role', 'img');
  canvas.setAttribute(
    'aria-label',
    `Sinusoids of ${rows} places in ${width} dimensions; place ${position} and pair ${pair} are marked`,
  );
  return canvas;
}

function likenessChart(width: number, position: number, theme: Theme, room: number): Element {
  const own = sinusoids(position, width);
  const points = Array.from({ length: rows }, (_, place) => ({
    x: place,
    y: likeness(own, sinusoids(place, width)),
  }));
  return lineChart({
    series: [{ name: '', points, isSmooth: true }],
    xLabel: 'place',
    yLabel: 'cosine',
    yDomain: [0, 1],
    words: `Likeness of place ${position} to each other place: 1 at itself, less the farther away.`,
    theme,
    width: Math.min(room, 640),
    height: 160,
  });
}
