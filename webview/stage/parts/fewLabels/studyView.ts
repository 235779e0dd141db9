/** What labels are worth, as measured when the network of 2018 was trained. */
import { html, nothing, type TemplateResult } from 'lit';
import type { LabelStudy } from '../../../../src/common/content/evaluation';
import { lineChart } from '../../../charts/lineChart';
import { memo } from '../../../common/memo';
import { thousands } from '../../../common/numbers';
import { percent } from '../../../../src/common/text/percent';
import type { Theme } from '../../../common/theme';
import type { PartView } from '../../part/livePart';

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
