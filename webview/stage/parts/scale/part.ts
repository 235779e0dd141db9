/** Loss by parameters and tokens, by the formula of Hoffmann et al.; nothing runs here but arithmetic. */
import * as v from 'valibot';
import { html, type TemplateResult } from 'lit';
import type { ValueId } from '../../../../src/common/content/lesson';
import type { Manifest } from '../../../../src/common/protocol/manifest';
import { lineChart, type Side } from '../../../charts/lineChart';
import { memo } from '../../../common/store';
import type { Theme } from '../../../common/theme';
import { computeOf, irreducible, lossOf, optimumOf } from './scalingLaw';
import type { LivePart, PartContext, PartView } from '../../part/livePart';
import { frame } from '../../part/frame';
import { slider } from '../../part/controls';

const power = (min: number, max: number) => v.pipe(v.number(), v.minValue(min), v.maxValue(max));

/** As powers of ten. */
const settings = v.object({
  parameters: v.fallback(power(6, 13), Math.log10(175e9)),
  tokens: v.fallback(power(7, 14), Math.log10(300e9)),
});

export const scale = (context: PartContext): LivePart => new Scale(context);

class Scale implements LivePart {
  readonly title = 'How large, and on how much text';
  readonly state = 'ready';
  #settings;
  readonly #chart = memo(chartOf);

  constructor(private readonly context: PartContext) {
    this.#settings = v.parse(settings, context.settings ?? {});
  }

  show(): void {
    // Nothing depends on the sentence.
  }

  cancel(): void {
    // Nothing runs.
  }

  get #numbers() {
    const parameters = 10 ** this.#settings.parameters;
    const tokens = 10 ** this.#settings.tokens;
    const compute = computeOf(parameters, tokens);
    const optimum = optimumOf(compute);
    return {
      ...{ parameters, tokens, compute, optimum },
      loss: lossOf(parameters, tokens),
      best: lossOf(optimum.parameters, optimum.tokens),
    };
  }

  get words(): string {
    const { parameters, tokens, loss, best, optimum } = this.#numbers;
    return `${amount(parameters)} parameters on ${amount(tokens)} tokens: loss ${loss.toFixed(3)}. The same compute does best with ${amount(optimum.parameters)} and ${amount(optimum.tokens)}: ${best.toFixed(3)}.`;
  }

  get values(): Partial<Record<ValueId, string>> {
    const { parameters, tokens, loss, compute } = this.#numbers;
    return {
      'scale.parameters': amount(parameters),
      'scale.tokens': amount(tokens),
      'scale.loss': loss.toFixed(3),
      'scale.compute': scientific(compute),
    };
  }

  #set(change: Partial<v.InferOutput<typeof settings>>): void {
    this.#settings = { ...this.#settings, ...change };
    this.context.keep(this.#settings);
    this.context.changed();
  }

  template({ theme, width }: PartView): TemplateResult {
    const { parameters, tokens, compute, optimum } = this.#numbers;
    const ratio = optimum.tokens / optimum.parameters;
    return frame(
      { words: this.words },
      html`<div class="sliders">
          ${slider({
            label: 'Parameters N',
            min: 6,
            max: 13,
            step: 0.02,
            value: this.#settings.parameters,
            valueText: amount(parameters),
            onInput: value => this.#set({ parameters: value }),
          })}
          ${slider({
            label: 'Tokens D',
            min: 7,
            max: 14,
            step: 0.02,
            value: this.#settings.tokens,
            valueText: amount(tokens),
            onInput: value => this.#set({ tokens: value }),
          })}
          ${slider({
            label: 'Compute C, at the optimum',
            min: 14,
            max: 28,
            step: 0.05,
            value: Math.log10(compute),
            valueText: `${scientific(compute)} operations`,
            onInput: value => {
              const best = optimumOf(10 ** value);
              this.#set({
                parameters: Math.min(13, Math.max(6, Math.log10(best.parameters))),
                tokens: Math.min(14, Math.max(7, Math.log10(best.tokens))),
              });
            },
          })}
          <p class="presets">
            ${presets.map(
              ({ name, parameters: n, tokens: d }) =>
                html`<button
                  class="text-button"
                  @click=${() => this.#set({ parameters: Math.log10(n), tokens: Math.log10(d) })}
                >
                  ${name}
                </button>`,
            )}
          </p>
        </div>
        <div class="chart">${this.#chart(parameters, tokens, theme, width)}</div>
        <p class="quiet small prose">
          The curve is all ways to spend the same compute. By this formula the optimum here has
          ${amount(ratio)} tokens for each parameter; the rule of about 20 is what the paper’s other
          two estimates come to. They agree on the main thing: both should grow together.
        </p>
        <h3>Model sizes, to scale</h3>
        ${sizes(this.context.models, width)}`,
    );
  }
}

/** Brown et al. 2020, table 2.1 and section 2.2; Hoffmann et al. 2022, table 1. */
const presets = [
  { name: 'GPT-3', parameters: 175e9, tokens: 300e9 },
  { name: 'Chinchilla', parameters: 70e9, tokens: 1.4e12 },
] as const;

/** Decades of parameters within which two marks are one: a thousandth, far less than a pixel. */
const sameDecades = Math.log10(1.001);

/** Decades within which the words of two marks would lie on each other if they stood above them. */
const nearDecades = 1.3;

/** The words of a mark stand away from the other mark if that is near. */
const sideOf = (apart: number): Side =>
  Math.abs(apart) > nearDecades ? 'above' : apart > 0 ? 'right' : 'left';

function chartOf(parameters: number, tokens: number, theme: Theme, width: number): Element {
  const compute = computeOf(parameters, tokens);
  const optimum = optimumOf(compute);
  const centre = Math.log10(optimum.parameters);
  const points = Array.from({ length: 81 }, (_, index) => {
    const n = 10 ** (centre - 2.5 + (index * 5) / 80);
    return { x: n, y: lossOf(n, compute / 6 / n) };
  });
  const own = { x: parameters, y: lossOf(parameters, tokens) };
  const best = { x: optimum.parameters, y: lossOf(optimum.parameters, optimum.tokens) };
  const apart = Math.log10(own.x / best.x);
  return lineChart({
    series: [{ name: 'same compute', points, isSmooth: true }],
    xLabel: 'parameters',
    yLabel: 'loss in nats a token',
    xType: 'log',
    xFormat: amount,
    yDomain: [irreducible, Math.min(6, Math.max(own.y, ...points.map(({ y }) => y))) + 0.2],
    marks:
      Math.abs(apart) < sameDecades
        ? [{ ...best, words: 'optimum, and your choice' }]
        : [
            { ...best, words: 'optimum', side: sideOf(-apart) },
            { ...own, words: 'your choice', side: sideOf(apart) },
          ],
    words: `Loss against parameters at ${scientific(compute)} operations. Your choice: ${own.y.toFixed(3)}; optimum: ${best.y.toFixed(3)}.`,
    theme,
    width: Math.min(width, 760),
    height: 240,
  });
}

/** Published sizes beside those of the models here. Radford et al. 2018, 2019; Devlin et al. 2018; Brown et al. 2020. */
const published = [
  { name: 'GPT-1, 2018', parameters: 117e6 },
  { name: 'BERT large, 2018', parameters: 340e6 },
  { name: 'GPT-2, 2019', parameters: 1.5e9 },
  { name: 'GPT-3, 2020', parameters: 175e9 },
] as const;

/** Squares whose area is the number of parameters. */
function sizes(models: readonly Manifest[], width: number): TemplateResult {
  const ours = models.map(({ name, parameters }) => ({
    name: `${name.split(' (')[0] ?? name}, here`,
    parameters,
  }));
  const all = [...ours, ...published].sort((a, b) => a.parameters - b.parameters);
  const max = Math.max(...all.map(({ parameters }) => parameters));
  const side = Math.min(280, width - 16);
  return html`<ul class="sizes">
    ${all.map(({ name, parameters }) => {
      const length = Math.max(1, side * Math.sqrt(parameters / max));
      return html`<li>
        <svg width=${length} height=${length} aria-hidden="true">
          <rect width="100%" height="100%" class="size-square"></rect>
        </svg>
        <span>${name}</span> <span class="quiet">${amount(parameters)}</span>
      </li>`;
    })}
  </ul>`;
}

const units = [
  [1e12, 'trillion'],
  [1e9, 'billion'],
  [1e6, 'million'],
  [1e3, 'thousand'],
] as const;

/** "175 billion". */
function amount(value: number): string {
  const [size, name] = units.find(([size]) => value >= size * 0.9995) ?? [1, ''];
  const share = value / size;
  return `${share.toFixed(share < 10 ? 1 : 0).replace(/\.0$/, '')} ${name}`.trim();
}

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** "3.2 × 10²³". */
function scientific(value: number): string {
  const exponent = Math.floor(Math.log10(value));
  const raised = [...String(exponent)].map(digit => superscripts[Number(digit)] ?? digit).join('');
  return `${(value / 10 ** exponent).toFixed(1)} × 10${raised}`;
}
