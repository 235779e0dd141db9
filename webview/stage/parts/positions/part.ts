import { html, nothing, type TemplateResult } from 'lit';
import * as v from 'valibot';
import type { ValueId } from '../../../../src/common/content/lesson';
import type { PartState } from '../../../../src/common/protocol/pages/stage';
import { createSurface } from '../../../charts/canvas';
import { hex } from '../../../charts/colorScale';
import { lineChart } from '../../../charts/lineChart';
import { cautionOf, nothingWritten } from '../../../common/caution';
import { memo } from '../../../common/memo';
import { decimal } from '../../../common/numbers';
import { signedImage } from '../../../charts/signedImage';
import type { Theme } from '../../../common/theme';
import type { LivePart, PartContext, PartView } from '../../part/livePart';
import { splitWords } from '../../part/longerText';
import { readableUnits } from '../../part/readableUnits';
import { followTokens, shuffleWords, type MovedToken, type ShuffledText } from './shuffledWords';
import { sinusoids } from './sinusoids';
import { cosine, mean } from '../../math/vectors';
import { joinRows } from '../../part/vectorRows';
import { frame } from '../../part/frame';
import { atRest, PartStore, stateOf, type RunningState } from '../../part/partStore';
import { slider } from '../../part/controls';

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
  /** What became of the words when they were shuffled. */
  readonly shuffle: Shuffle | undefined;
}

/** The same words in order and in another one, and what the Transformer makes of each. */
interface Shuffle {
  readonly texts: ShuffledText;
  /** Translations, in order and shuffled. */
  readonly french: readonly [inOrder: string, mixed: string];
  readonly tokens: readonly (MovedToken & { readonly label: string })[];
  readonly caution: string | undefined;
}

export const positions = (context: PartContext): LivePart => new Positions(context);

/** The sinusoids, by their formula; and what the order of words does, by the model. */
class Positions implements LivePart {
  readonly title = 'How a word knows its place';
  readonly #store;
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
    this.#store = new PartStore<State>(
      {
        ...atRest,
        settings: { ...saved, pair: Math.min(saved.pair, this.#width / 2 - 1) },
        shuffle: undefined,
      },
      () => context.changed(),
    );
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
    return decimal(sinusoids(position, this.#width)[dimension]);
  }

  show(sentence: string): void {
    this.#sentence = sentence;
    this.#store.update({ shuffle: undefined });
  }

  cancel(): void {
    this.#store.cancel();
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
    await this.#store.run('Reading and translating in two orders', async signal => {
      const texts = shuffleWords(this.#sentence, ++this.#shuffles);
      const read = (text: string) =>
        this.context.client.analyze(
          { modelId, text, hiddenStates: true, attention: false },
          { signal },
        );
      const inOrder = await read(texts.text);
      const mixed = await read(texts.shuffled);
      const units = readableUnits(inOrder.source, texts.text, 'source');
      const tokens = followTokens(texts, inOrder, mixed).map(token => ({
        ...token,
        label: units[token.before]?.label ?? '',
      }));
      const french = [inOrder.targetText ?? '', mixed.targetText ?? ''] as const;
      return { shuffle: { texts, french, tokens, caution: cautionOf(texts.text, inOrder) } };
    });
  }

  template({ theme, width }: PartView): TemplateResult {
    const { work, error, settings: set, shuffle } = this.#store.state;
    return frame(
      {
        ...{ work, error },
        words: this.words,
        cancel: () => this.cancel(),
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
        ${this.#model ? this.#order(shuffle) : nothing}`,
    );
  }

  #order(shuffle: Shuffle | undefined): TemplateResult {
    const canShuffle = splitWords(this.#sentence).length > 2;
    return html`<h3>The same words with each other’s positions</h3>
      <p class="prose">
        Positions are all that tells this network the order: to give each word the position of
        another is the same as to write the words in another order. The first word keeps its own.
        ${
          canShuffle
            ? html`<button class="text-button" @click=${() => void this.#shuffle()}>
                Shuffle and translate
              </button>`
            : html`<span class="quiet">Three words are needed to shuffle them.</span>`
        }
      </p>
      ${shuffle ? shuffleResult(shuffle) : nothing}`;
  }
}

function shuffleResult({ texts, french, tokens, caution }: Shuffle): TemplateResult {
  const last = (tokens[0]?.moved.length ?? 1) - 1;
  const meanAt = (layer: number) => mean(tokens.map(({ moved }) => moved[layer] ?? 0));
  const unexplained = Math.max(0, ...tokens.map(token => token.unexplained));
  return html`${
      caution === undefined ? nothing : html`<p class="quiet small prose caution">${caution}</p>`
    }
    <dl class="eras">
      ${(
        [
          ['In order', texts.text, french[0]],
          ['Shuffled', texts.shuffled, french[1]],
        ] as const
      ).map(
        ([name, text, written]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${text}<br /><span lang="fr">${written || nothingWritten}</span></dd>
          </div>`,
      )}
    </dl>
    <p class="prose">
      By the shuffle the words’ states moved, as a share of their length, by ${meanAt(0).toFixed(2)}
      where they go in and by ${meanAt(last).toFixed(2)} after the last layer. Going in they differ
      by the sinusoids of the two places and nothing else (to ${unexplained.toExponential(0)});
      everything after follows from that. Without positions all would be 0.
    </p>
    <div class="table-scroll" tabindex="0" role="region" aria-label="What moved each token">
      <table class="numbers">
        <thead>
          <tr>
            <th scope="col">Token</th>
            <th scope="col">Place</th>
            <th scope="col">Shuffled</th>
            <th scope="col">Going in</th>
            <th scope="col" colspan="2">After layer ${last}</th>
          </tr>
        </thead>
        <tbody>
          ${tokens.map(
            ({ label, before, after, moved }) =>
              html`<tr>
                <th scope="row" class="code">${label}</th>
                <td class="number">${before}</td>
                <td class="number">${after}</td>
                <td class="number">${(moved[0] ?? 0).toFixed(2)}</td>
                <td class="number">${(moved[last] ?? 0).toFixed(2)}</td>
                <td class="bar-cell">
                  <meter
                    min="0"
                    max="1.5"
                    .value=${Math.min(1.5, moved[last] ?? 0)}
                    aria-hidden="true"
                  ></meter>
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

/** So many CSS pixels that each dimension has the same, where there is room. */
const wholePixels = (dimensions: number, room: number): number =>
  Math.max(1, Math.floor(Math.min(room, 640) / dimensions)) * Math.min(dimensions, room);

/** Of all places that are shown: they stay while the sliders move. */
const tableOf = memo((width: number) =>
  Array.from({ length: rows }, (_, place) => sinusoids(place, width)),
);

const imageOf = memo((width: number, theme: Theme) =>
  signedImage(joinRows(tableOf(width)), width, rows, 1, theme),
);

function paintSinusoids(
  width: number,
  position: number,
  pair: number,
  theme: Theme,
  room: number,
): HTMLCanvasElement {
  const height = rows * rowHeight;
  const { canvas, context } = createSurface(room, height);
  context.imageSmoothingEnabled = false;
  context.drawImage(imageOf(width, theme), 0, 0, room, height);
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
  const table = tableOf(width);
  const own = table[position] ?? sinusoids(position, width);
  const points = table.map((other, place) => ({ x: place, y: cosine(own, other) }));
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
