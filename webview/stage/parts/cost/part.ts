/** Time of reading and memory of attention against length, measured here and now. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Manifest } from '../../../../src/common/protocol/manifest';
import type { PartState } from '../../../../src/common/protocol/pages/stage';
import { lineChart } from '../../../charts/lineChart';
import { memo } from '../../../common/store';
import { shortName } from '../../../common/models';
import type { Theme } from '../../../common/theme';
import { figureWidth, frame } from '../../part/frame';
import {
  atRest,
  type LivePart,
  type PartContext,
  PartStore,
  type PartView,
  type RunningState,
  stateOf,
} from '../../part/livePart';
import { isLstmTranslator } from '../../part/translators';
import { duration, thousands } from '../../../common/numbers';

/** Lengths of the source in tokens, about; the longest is what the models can read. */
const lengths = [8, 16, 32, 64, 96, 128, 192, 250];
/** The quickest of these runs counts: the others were disturbed. */
const repeats = 3;

interface Point {
  readonly tokens: number;
  readonly ms: number;
  /** The size of the attention weights that the run gave back, in bytes; 0 for an LSTM. */
  readonly bytes: number;
}

interface Measured {
  readonly manifest: Manifest;
  readonly points: readonly Point[];
}

interface State extends RunningState {
  readonly measured: readonly Measured[];
  readonly isDone: boolean;
}

export const cost = (context: PartContext): LivePart => new Cost(context);

class Cost implements LivePart {
  readonly title = 'Parallel or one by one, and the square';
  readonly #store;
  readonly #models: readonly Manifest[];
  readonly #time = memo(timeChart);
  readonly #memory = memo(memoryChart);
  #sentence = '';

  constructor(private readonly context: PartContext) {
    const { models } = context;
    // One of each kind: the recurrence of 2014 if it is here, else that of 2015.
    const lstm =
      models.find(isLstmTranslator) ??
      models.find(({ architecture }) => architecture === 'lstm-attention');
    const transformer = models.find(({ architecture }) => architecture === 'transformer');
    this.#models = [lstm, transformer].flatMap(model => model ?? []);
    this.#store = new PartStore<State>({ ...atRest, measured: [], isDone: false }, () =>
      context.changed(),
    );
  }

  get #transformer(): Manifest | undefined {
    return this.#models.find(({ architecture }) => architecture === 'transformer');
  }

  get state(): PartState {
    const { measured } = this.#store.state;
    return stateOf(this.#store.state, this.#models.length === 0, measured.length > 0);
  }

  get words(): string {
    const { measured, isDone } = this.#store.state;
    const last = measured.find(({ manifest }) => manifest === this.#transformer)?.points.at(-1);
    if (!last) {
      return 'Both networks read the same text, longer and longer; the clock runs on this machine.';
    }
    return `${isDone ? 'Measured' : 'So far'}: at ${last.tokens} tokens the Transformer reads in ${duration(last.ms)} and its encoder’s attention fills ${kilobytes(last.bytes)}.`;
  }

  readonly values = {};

  show(sentence: string): void {
    this.#sentence = sentence;
  }

  cancel(): void {
    this.#store.cancel();
  }

  async #measure(): Promise<void> {
    const { client } = this.context;
    await this.#store.run('Getting ready', async signal => {
      this.#store.update({ measured: [], isDone: false });
      for (const [index, manifest] of this.#models.entries()) {
        await client.load(manifest.id, { signal });
        let points: readonly Point[] = [];
        const seen = new Set<number>();
        for (const [step, length] of lengths.entries()) {
          this.#store.tell({
            words: `${shortName(manifest)} reads ${length} tokens`,
            share: (index + step / lengths.length) / this.#models.length,
          });
          const point = await this.#read(manifest, length, signal);
          signal.throwIfAborted();
          if (!seen.has(point.tokens)) {
            seen.add(point.tokens);
            points = [...points, point];
          }
          const others = this.#store.state.measured.filter(one => one.manifest !== manifest);
          this.#store.update({ measured: [...others, { manifest, points }] });
        }
      }
      return { isDone: true };
    });
  }

  async #read({ id, architecture }: Manifest, length: number, signal: AbortSignal): Promise<Point> {
    const words = this.#sentence.split(/\s+/).filter(word => word !== '');
    // A word is a token at least: what exceeds the model's window is cut off.
    const text = Array.from({ length }, (_, index) => words[index % words.length] ?? 'a').join(' ');
    const { client } = this.context;
    const cut = await client.tokenize({ modelId: id, text }, { signal });
    const end = cut.tokens[length - 1]?.end ?? text.length;
    // One word of a given translation: all but a step or two of the time is reading.
    const request = { modelId: id, text: text.slice(0, Math.max(1, end)), targetText: 'a' };
    let ms = Infinity;
    let tokens = 0;
    for (let repeat = 0; repeat < repeats; repeat++) {
      const { runMs, source } = await client.analyze({ ...request, attention: false }, { signal });
      ms = Math.min(ms, runMs);
      tokens = source.length;
    }
    const bytes =
      architecture === 'transformer'
        ? ((await client.analyze(request, { signal })).attentions.find(
            ({ kind }) => kind === 'encoder',
          )?.weights.byteLength ?? 0)
        : 0;
    return { tokens, ms, bytes };
  }

  template({ theme, width }: PartView): TemplateResult {
    const { work, error, measured, isDone } = this.#store.state;
    const half = figureWidth(2, width);
    return frame(
      {
        ...{ work, error },
        words: this.words,
        cancel: () => this.cancel(),
        retry: () => void this.#measure(),
      },
      html`<p>
          <vscode-button
            appearance=${measured.length > 0 ? 'secondary' : 'primary'}
            ?disabled=${work !== undefined || this.#models.length === 0}
            @click=${() => void this.#measure()}
            >${isDone ? 'Measure Again' : 'Measure'}</vscode-button
          >
        </p>
        ${
          measured.length > 0
            ? html`<div class="charts">
                  <div class="chart">${this.#time(measured, theme, half)}</div>
                  <div class="chart">${this.#memory(measured, theme, half)}</div>
                </div>
                ${table(measured)}`
            : nothing
        }
        <p class="quiet small prose">
          Each point is the quickest of ${repeats} runs, with a step or two of the decoder in it. On
          one thread nothing can run side by side, so what the clock shows here is work. What a
          graphics card gains is in the last column: steps that must wait for each other.
        </p>`,
    );
  }
}

const kilobytes = (bytes: number) => `${thousands(Math.round(bytes / 1000))} kB`;

function timeChart(measured: readonly Measured[], theme: Theme, width: number): Element {
  return lineChart({
    series: measured.map(({ manifest, points }) => ({
      name: shortName(manifest),
      points: points.map(({ tokens, ms }) => ({ x: tokens, y: ms })),
    })),
    xLabel: 'tokens',
    yLabel: 'time in ms',
    words: 'Time of reading against length. The numbers are in the table below.',
    theme,
    width,
    height: 220,
  });
}

function memoryChart(measured: readonly Measured[], theme: Theme, width: number): Element {
  const own = measured.find(({ points }) => points.some(({ bytes }) => bytes > 0));
  const points = own?.points ?? [];
  const { layers = 0, heads = 0 } = own?.manifest ?? {};
  const maxTokens = points.at(-1)?.tokens ?? 0;
  const formula = Array.from({ length: 33 }, (_, index) => {
    const n = (maxTokens * index) / 32;
    return { x: n, y: (4 * layers * heads * n * n) / 1000 };
  });
  return lineChart({
    series: [
      {
        name: 'measured',
        points: points.map(({ tokens, bytes }) => ({ x: tokens, y: bytes / 1000 })),
      },
      { name: `4·${layers}·${heads}·n²`, points: formula, isDashed: true },
    ],
    xLabel: 'tokens n',
    yLabel: 'attention in kB',
    words: `Memory of the encoder’s attention against length, measured, beside 4 bytes times ${layers} layers times ${heads} heads times n squared.`,
    theme,
    width,
    height: 220,
  });
}

function table(measured: readonly Measured[]): TemplateResult {
  return html`<details>
    <summary>The numbers</summary>
    <table class="numbers">
      <thead>
        <tr>
          <th scope="col">Network</th>
          <th scope="col">Tokens</th>
          <th scope="col">Time</th>
          <th scope="col">Attention</th>
          <th scope="col">Steps in sequence</th>
        </tr>
      </thead>
      <tbody>
        ${measured.flatMap(({ manifest, points }) =>
          points.map(
            ({ tokens, ms, bytes }) =>
              html`<tr>
                <th scope="row">${shortName(manifest)}</th>
                <td class="number">${tokens}</td>
                <td class="number">${duration(ms)}</td>
                <td class="number">${bytes > 0 ? kilobytes(bytes) : 'none'}</td>
                <td class="number">${thousands(manifest.layers * (bytes > 0 ? 1 : tokens))}</td>
              </tr>`,
          ),
        )}
      </tbody>
    </table>
  </details>`;
}
