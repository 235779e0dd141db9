/** The look of "How a word knows its place": the sinusoids, how alike places are, and the shuffled words. */
import { html, nothing, type TemplateResult } from 'lit';
import { createSurface, signedImage } from '../../../charts/canvas';
import { hex } from '../../../charts/colorScale';
import { lineChart } from '../../../charts/lineChart';
import { nothingWritten } from '../../../common/caution';
import { memo } from '../../../common/store';
import type { Theme } from '../../../common/theme';
import { cosine, mean } from '../../math/vectors';
import { slider } from '../../part/controls';
import type { PartView } from '../../part/livePart';
import { joinRows } from '../../../matrix/vectorRows';
import { sinusoids } from './sinusoids';
import { placeCount, type Settings, type ShuffleRun } from './state';

const rowHeight = 4;

export interface PositionsActions {
  set(change: Partial<Settings>): void;
  shuffle(): void;
}

export interface PositionsView {
  readonly settings: Settings;
  readonly shuffle: ShuffleRun | undefined;
  /** The width of the sinusoids, in dimensions. */
  readonly width: number;
  readonly hasModel: boolean;
  readonly canShuffle: boolean;
}

export function createView(
  actions: PositionsActions,
): (shown: PositionsView, view: PartView) => TemplateResult {
  const picture = memo(paintSinusoids);
  const chart = memo(cosineChart);
  return ({ settings, shuffle, width, hasModel, canShuffle }, { theme, width: room }) => {
    const { position, pair } = settings;
    return html`<div class="sliders">
        ${slider({
          ...{ label: 'Place of the word', min: 0, max: placeCount - 1, value: position },
          valueText: String(position),
          onInput: value => actions.set({ position: value }),
        })}
        ${slider({
          ...{ label: 'Pair of dimensions', min: 0, max: width / 2 - 1, value: pair },
          valueText: String(pair),
          onInput: value => actions.set({ pair: value }),
        })}
      </div>
      <figure class="picture">
        ${picture(width, position, pair, theme, wholePixels(width, room))}
        <figcaption class="quiet small">
          Each row is what is added to the word at one place, from place 0 at the top to
          ${placeCount - 1}; each column is one of ${width} dimensions, from quick to slow. By the
          formula: nothing here was learned.
        </figcaption>
      </figure>
      <h3>How alike place ${position} is to the others</h3>
      <div class="chart">${chart(width, position, theme, room)}</div>
      ${hasModel ? wordOrder(canShuffle, shuffle, actions) : nothing}`;
  };
}

const wordOrder = (
  canShuffle: boolean,
  shuffle: ShuffleRun | undefined,
  actions: PositionsActions,
): TemplateResult =>
  html`<h3>The same words with each other’s positions</h3>
    <p class="prose">
      Positions are all that this network knows of the order: to give each word the position of
      another is the same as to write the words in another order. The first word keeps its own.
      ${
        canShuffle
          ? html`<button class="text-button" @click=${() => actions.shuffle()}>
              Shuffle and translate
            </button>`
          : html`<span class="quiet">Three words are needed to shuffle them.</span>`
      }
    </p>
    ${shuffle ? shuffleResult(shuffle) : nothing}`;

function shuffleResult({ texts, french, tokens, caution }: ShuffleRun): TemplateResult {
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
    ${movedTable(tokens, last)}`;
}

const movedTable = (tokens: ShuffleRun['tokens'], last: number) =>
  html`<div class="table-scroll" tabindex="0" role="region" aria-label="What moved each token">
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

/** The width in CSS pixels in which each dimension has the same, where there is room. */
const wholePixels = (dimensions: number, room: number): number =>
  Math.max(1, Math.floor(Math.min(room, 640) / dimensions)) * Math.min(dimensions, room);

/** The sinusoids of all places in the picture: they stay while the sliders move. */
const tableOf = memo((width: number) =>
  Array.from({ length: placeCount }, (_, place) => sinusoids(place, width)),
);

const imageOf = memo((width: number, theme: Theme) =>
  signedImage(joinRows(tableOf(width)), width, placeCount, 1, theme),
);

function paintSinusoids(
  width: number,
  position: number,
  pair: number,
  theme: Theme,
  room: number,
): HTMLCanvasElement {
  const height = placeCount * rowHeight;
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
    `Sinusoids of ${placeCount} places in ${width} dimensions; place ${position} and pair ${pair} are marked`,
  );
  return canvas;
}

function cosineChart(width: number, position: number, theme: Theme, room: number): Element {
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
