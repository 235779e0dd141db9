/** The look of "The longer the sentence": the translations, and what was measured. */
import { html, nothing, type TemplateResult } from 'lit';
import { lineChart } from '../../../charts/lineChart';
import { nothingWritten } from '../../../common/caution';
import { memo } from '../../../common/store';
import type { Theme } from '../../../common/theme';
import { choices } from '../../part/controls';
import type { PartView } from '../../part/livePart';
import type { Translator } from '../../part/translators';
import type { BottleneckState, Qualities, Settings } from './state';
import { duration } from '../../../common/numbers';

export function translationList(
  text: string,
  translators: readonly Translator[],
  translations: BottleneckState['translations'],
): TemplateResult {
  // They learned from the same sentences: what one says of the words holds of all.
  const { caution } = Object.values(translations)[0] ?? {};
  return html`<dl class="eras">
    <div>
      <dt>Your text</dt>
      <dd>${text}</dd>
      ${caution === undefined ? nothing : html`<dd class="quiet small caution">${caution}</dd>`}
    </div>
    ${translators.map(({ id, title }) => {
      const translation = translations[id];
      return html`<div>
        <dt>
          ${title}
          <span class="quiet small">${translation ? duration(translation.runMs) : nothing}</span>
        </dt>
        <dd lang="fr" class=${translation?.text ? '' : 'quiet'}>
          ${translation ? translation.text || nothingWritten : '…'}
        </dd>
      </div>`;
    })}
  </dl>`;
}

/** What was measured on held-out text, as a chart and in numbers. */
export function createMeasuredView(
  setMetric: (metric: Settings['metric']) => void,
): (
  translators: readonly Translator[],
  quality: Qualities,
  metric: Settings['metric'],
  view: PartView,
) => TemplateResult {
  // The same list as long as the measurements are the same, or the chart would be drawn anew.
  const knownOf = memo((translators: readonly Translator[], quality: Qualities) =>
    translators.filter(({ id }) => quality[id]),
  );
  const chart = memo(qualityChart);
  return (translators, quality, metric, { theme, width }) => {
    const known = knownOf(translators, quality);
    return html`<h3>As measured on held-out text</h3>
      ${choices(
        'Measure',
        [
          ['bleu', 'BLEU'],
          ['chrf', 'chrF'],
        ],
        metric,
        setMetric,
      )}
      <div class="chart">${chart(quality, known, metric, theme, width)}</div>
      <p class="quiet small prose">
        Everyday sentences joined to longer texts, 300 for each length, decoded with 5 beams by the
        files that are shipped. Higher is better. One vector has to hold it all only in the LSTM of
        2014.
      </p>
      <details>
        <summary>The numbers</summary>
        ${numbersTable(quality, known, metric)}
      </details>`;
  };
}

function qualityChart(
  quality: Qualities,
  known: readonly Translator[],
  metric: Settings['metric'],
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
  quality: Qualities,
  known: readonly Translator[],
  metric: Settings['metric'],
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
