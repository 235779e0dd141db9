/** The training of "A few labels": texts to label, the curves, and what both heads say of the user's sentence. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Examples } from '../../../../src/common/content/lesson';
import type { Manifest } from '../../../../src/common/protocol/manifest';
import { lineChart } from '../../../charts/lineChart';
import { memo } from '../../../common/memo';
import { percent } from '../../../../src/common/text/percent';
import type { Theme } from '../../../common/theme';
import type { PartView } from '../../part/livePart';
import type { FewLabelsState, Label } from './state';

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
