/** What belongs to the picture of lines: which weights are left out, and which head has which colour. */
import { html, nothing, type TemplateResult } from 'lit';
import { percent } from '../../src/common/text/percent';
import { hex } from '../charts/colorScale';
import { kindStyles, maxKinds } from '../charts/palette';
import type { Theme } from '../common/theme';
import type { HeadLines } from '../matrix/headLines';
import { minShareFor } from '../matrix/lineView';
import type { Actions } from './actions';
import type { SavedState } from './attentionState';
import type { ViewModel } from './viewModel';

/** The largest limit that can be set, in per cent. */
const maxPercent = 50;

/** Under the lines: a slider for the smallest weight, and the heads by colour and dash. */
export function lineLegend(
  { view, heads }: ViewModel,
  saved: SavedState,
  theme: Theme,
  actions: Actions,
): TemplateResult {
  const tokens = Math.max(view.queries.length, view.keys.length);
  const minShare = saved.minShare ?? minShareFor(tokens);
  return html`<label class="threshold nowrap"
      ><span>Weights under ${percent(minShare)} are not drawn</span>
      <input
        type="range"
        min="0"
        max=${maxPercent}
        .value=${String(Math.round(minShare * 100))}
        aria-valuetext=${`Under ${percent(minShare)}`}
        @input=${(event: Event) => {
          if (event.target instanceof HTMLInputElement) {
            actions.arrange({ minShare: event.target.valueAsNumber / 100 });
          }
        }}
    /></label>
    ${heads.length === 0 ? nothing : headLegend(heads, theme)}`;
}

/** The heads of the picture; in colours where there are few, else in the order of the strips. */
function headLegend(heads: readonly HeadLines[], theme: Theme): TemplateResult {
  const styles = kindStyles(theme);
  return heads.length > maxKinds
    ? html`<p class="head-legend">
        Lines: the average. Squares beside a key, from left:
        ${heads.map(({ name }) => name).join(', ')}.
      </p>`
    : html`<ul class="head-legend" aria-label="Heads">
        ${heads.map(({ name }, index) => {
          const { color, dash } = styles[index] ?? { color: theme.accent, dash: [] };
          return html`<li>
            <svg width="28" height="8" aria-hidden="true">
              <line
                x1="0"
                y1="4"
                x2="28"
                y2="4"
                stroke=${hex(color)}
                stroke-width="2"
                stroke-dasharray=${dash.join(' ')}
              ></line></svg
            >${name}
          </li>`;
        })}
      </ul>`;
}
