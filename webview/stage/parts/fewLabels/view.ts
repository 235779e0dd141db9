/** The look of "A few labels": what labels are worth, as measured in training; texts to label, the curves, and both heads' words on the user's sentence. */
import { html, nothing, type TemplateResult } from 'lit';
import type { LabelStudy } from '../../../../src/common/content/evaluation';
import { lineChart } from '../../../charts/lineChart';
import { memo } from '../../../common/store';
import type { Theme } from '../../../common/theme';
import type { PartView } from '../../part/livePart';
import type { Examples } from '../../../../src/common/content/lesson';
import type { Manifest } from '../../../../src/common/protocol/manifest';
import type { FewLabelsState, Label } from './state';
import { percent } from '../../../../src/common/text/percent';
import { thousands } from '../../../common/numbers';

type Start = 'pretrained' | 'scratch';
const starts = [
  ['pretrained', 'has read'],
  ['scratch', 'from scratch'],
] as const satisfies readonly (readonly [Start, string])[];

export function createStudyView(): (study: LabelStudy, view: PartView) => TemplateResult {
  const chart = memo(accuracyByLabels);
  return (study, { theme, width }) => {
    const cell = (of: LabelStudy[number][Start]) =>
      of === undefined
        ? '…'
        : `${of.seeds.map(percent).join(', ')}${of.seeds.length > 1 ? ` (mean ${percent(of.accuracy)})` : ''}`;
    return html`<h3>As measured on reviews of films</h3>
      <div class="chart">${chart(study, theme, width)}</div>
      <p class="quiet small prose">
        The network of 2018 in this extension, on 25,000 reviews of IMDB that it had not seen: once
        after reading general text and reviews without labels, once from random numbers. Each open
        mark is one training, each filled one is their mean.
        ${
          isWhole(study)
            ? nothing
            : html`Where there are one or two, they cannot tell how large the difference is.`
        }
      </p>
      <details>
        <summary>The numbers</summary>
        <table class="numbers">
          <thead>
            <tr>
              <th scope="col">Labels</th>
              ${starts.map(([, name]) => html`<th scope="col">${name}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${study.map(
              line =>
                html`<tr>
                  <th scope="row" class="number">${thousands(line.labels)}</th>
                  ${starts.map(([start]) => html`<td>${cell(line[start])}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </details>`;
  };
}

/** Whether there are three seeds or more for every number of labels, from both starts: only then a spread means something. */
const isWhole = (study: LabelStudy): boolean =>
  study.every(line => starts.every(([start]) => (line[start]?.seeds.length ?? 0) >= 3));

function accuracyByLabels(study: LabelStudy, theme: Theme, width: number): Element {
  const series = starts.map(([start, name]) => ({
    name,
    points: study.flatMap(({ labels: x, [start]: of }) =>
      of ? [{ x, y: 100 * of.accuracy }] : [],
    ),
    measured: study.flatMap(({ labels: x, [start]: of }) =>
      (of?.seeds ?? []).map(seed => ({ x, y: 100 * seed })),
    ),
  }));
  return lineChart({
    series: series.filter(({ points }) => points.length > 0),
    xLabel: 'labels to learn from',
    xType: 'log',
    // The steps between powers of ten are marked and have no room for their names.
    xFormat: x => (Number.isInteger(Math.log10(x)) ? thousands(x) : ''),
    yLabel: '% right on held-out reviews',
    yDomain: [40, 100], // By chance it is 50, and a little less now and then.
    words: `Accuracy against the number of labels: ${series.map(({ name, points }) => `${name} ${points.map(({ x, y }) => `${y.toFixed(1)} % with ${thousands(x)}`).join(', ')}`).join('; ')}.`,
    theme,
    width: Math.min(width, 760),
    height: 220,
  });
}

export interface TrainingActions {
  setLabels(labels: readonly Label[]): void;
  train(): void;
}

export function createTrainingView(
  actions: TrainingActions,
): (state: FewLabelsState, examples: Examples, model: Manifest, view: PartView) => TemplateResult {
  const chart = memo(curves);
  return ({ work, labels, progress, verdict }, examples, model, { theme, width }) => {
    const isTrainable = new Set(labels.filter(label => label !== null)).size === 2;
    const [bad, good] = examples.labels;
    return html`<p class="quiet small prose">
        The features are the mean of the last layer of ${model.name}, which has read much more than
        the small network of 2018 that is here. Its numbers stay as they are; only the head learns.
      </p>
      ${labelList(examples, labels, actions)}
      <p class="row-of-buttons">
        <vscode-button
          ?disabled=${!isTrainable || work !== undefined}
          @click=${() => actions.train()}
          >Train</vscode-button
        >
        <button
          class="text-button"
          @click=${() => actions.setLabels(examples.train.map(({ label }) => label))}
        >
          Take the labels offered
        </button>
        <button class="text-button" @click=${() => actions.setLabels(labels.map(() => null))}>
          Take all away
        </button>
        ${
          isTrainable
            ? nothing
            : html`<span class="quiet small">Both labels are needed, ${bad} and ${good}.</span>`
        }
      </p>
      ${
        progress.read.length > 0
          ? html`<div class="chart">${chart(progress, theme, width)}</div>`
          : nothing
      }
      ${
        verdict.read === undefined
          ? nothing
          : html`<p>
              Your sentence: <strong>${percent(verdict.read)}</strong> ${good} to the head that
              stands on reading, ${verdict.random === undefined ? '…' : percent(verdict.random)} to
              the other.
            </p>`
      }`;
  };
}

const labelList = (examples: Examples, labels: readonly Label[], { setLabels }: TrainingActions) =>
  html`<ul class="label-list">
    ${examples.train.map(
      ({ text }, index) =>
        html`<li>
          <span>${text}</span>
          <span class="choices" role="group" aria-label=${`Label of “${text}”`}>
            ${([0, 1] as const).map(
              label =>
                html`<button
                  class="choice-button"
                  aria-pressed=${labels[index] === label}
                  @click=${() =>
                    setLabels(labels.with(index, labels[index] === label ? null : label))}
                >
                  ${examples.labels[label]}
                </button>`,
            )}
          </span>
        </li>`,
    )}
  </ul>`;

function curves(progress: FewLabelsState['progress'], theme: Theme, width: number): Element {
  const series = (
    [
      ['read', 'has read'],
      ['random', 'random'],
    ] as const
  ).map(([kind, name]) => ({
    name,
    isSmooth: true,
    points: progress[kind].map(({ step, accuracy }) => ({ x: step, y: 100 * accuracy })),
  }));
  return lineChart({
    series: series.filter(({ points }) => points.length > 0),
    xLabel: 'step of training',
    yLabel: '% right on held-out texts',
    yDomain: [0, 100],
    words: 'Accuracy on held-out texts while the two heads are trained.',
    theme,
    width: Math.min(width, 760),
    height: 200,
  });
}
