/** The look of "Which word each word looked at": the matrix, the table of one step, and the states that its context is made of. */
import { html, nothing, type TemplateResult } from 'lit';
import { reachOf } from '../../../charts/canvas';
import { byItself } from '../../../elements/attentionRow';
import { memo } from '../../../common/store';
import type { Theme } from '../../../common/theme';
import { deviceNames } from '../../../../src/common/protocol/engine/types';
import type { Unit } from '../../../matrix/units';
import { attentionMap, cellUnder } from '../../part/attentionMap';
import { wideFrom } from '../../part/frame';
import type { PartView } from '../../part/livePart';
import { joinRows, paintRows, type VectorRows } from '../../../matrix/vectorRows';
import {
  type AlignedRun,
  type AlignmentCell,
  type AlignmentState,
  type Averaged,
  averagedOf,
  cellOf,
  maxDifference,
  scoresOf,
} from './state';
import { percent } from '../../../../src/common/text/percent';
import { decimal, duration } from '../../../common/numbers';

export interface AlignmentActions {
  select(selection: Partial<Pick<AlignmentState, 'row' | 'key'>>): void;
  /** Puts all the weight of the step on a source token, and writes on. */
  setByHand(key: number): void;
  takeBack(): void;
}

export function createView(
  actions: AlignmentActions,
): (run: AlignedRun, state: AlignmentState, view: PartView) => TemplateResult {
  const map = attentionMap('alignment', 420);
  const context = createContextFigure();
  return (run, state, { theme, width }) => {
    const { row } = state;
    const { view, analysis, given, own } = run;
    const isWide = width >= wideFrom;
    const picture = map.draw(view, theme, isWide ? width * 0.58 : width);
    const cell = cellOf(state);
    picture.light({
      ...{ queries: [row], key: cell?.keyIndex, locked: given ? [given.position] : [] },
    });
    return html`<p class="translation-line" lang="fr">
        ${view.queries.map(
          ({ label }, index) =>
            html`<button
              class="step-word code"
              aria-pressed=${index === row}
              @click=${() => actions.select({ row: index, key: undefined })}
            >
              ${label}
            </button>`,
        )}
      </p>
      ${given ? html`<p class="quiet">${byItself(own, () => actions.takeBack())}</p>` : nothing}
      <div class=${isWide ? 'beside' : 'under'}>
        <div>
          <div
            class="picture"
            role="img"
            aria-label=${`Alignment matrix, ${view.queries.length} target words by ${view.keys.length} source words. The table beside it has the numbers of one row.`}
            @click=${(event: MouseEvent) => {
              const clicked = cellUnder(event, picture);
              if (clicked) {
                actions.select({ row: clicked.query ?? row, key: clicked.key });
              }
            }}
          >
            ${picture.element}
          </div>
          <p class="quiet small legend-line">
            ${map.legend(view.largest, theme)} ${duration(analysis.runMs)},
            ${deviceNames[analysis.device]}
          </p>
        </div>
        ${stepTable(run, row, cell, actions)}
      </div>
      ${cell ? context(run, row, cell, theme, width) : nothing}`;
  };
}

/** The scores and weights of one step. */
function stepTable(
  { view, analysis }: AlignedRun,
  row: number,
  cell: AlignmentCell | undefined,
  actions: AlignmentActions,
): TemplateResult {
  const scores = scoresOf(analysis, row);
  const line = ({ label }: Unit, index: number) => {
    const weight = view.weights[row * view.keys.length + index] ?? 0;
    return html`<tr
      class=${index === cell?.keyIndex ? 'pointed' : ''}
      @pointerenter=${() => actions.select({ key: index })}
    >
      <th scope="row" class="code">${label}</th>
      <td class="number">${decimal(scores?.[index])}</td>
      <td class="number">${percent(weight)}</td>
      <td class="bar-cell"><meter min="0" max="1" .value=${weight} aria-hidden="true"></meter></td>
      <td>
        <button
          class="text-button"
          aria-label=${`Look here, at “${label}”: put all the weight of this step on it and write on`}
          title="Put all the weight of this step here, and write on"
          @click=${() => actions.setByHand(index)}
        >
          Look here
        </button>
      </td>
    </tr>`;
  };
  return html`<div class="step">
    <h3>The step that wrote <span class="code">${view.queries[row]?.label}</span></h3>
    <div
      class="table-scroll"
      tabindex="0"
      role="region"
      aria-label="Scores and weights of this step"
    >
      <table class="numbers">
        <thead>
          <tr>
            <th scope="col">Your word</th>
            <th scope="col">Score</th>
            <th scope="col" colspan="2">Weight</th>
            <th scope="col"><span class="unseen">Set by hand</span></th>
          </tr>
        </thead>
        <tbody @pointerleave=${() => actions.select({ key: undefined })}>
          ${view.keys.map(line)}
        </tbody>
      </table>
    </div>
  </div>`;
}

/** The states that the context is the mean of. */
function createContextFigure() {
  const averagedFrom = memo(averagedOf);
  const rowsFrom = memo(averagedRows);
  const paint = memo((rows: VectorRows, row: number, theme: Theme, width: number) =>
    paintRows(rows, { row }, theme, width),
  );
  return (
    { view, analysis }: AlignedRun,
    row: number,
    { keyIndex, weights }: AlignmentCell,
    theme: Theme,
    width: number,
  ) => {
    const averaged = averagedFrom(analysis, row);
    if (!averaged) {
      return nothing;
    }
    const rows = rowsFrom(averaged, view.keys);
    const { canvas } = paint(rows, keyIndex, theme, width);
    canvas.setAttribute(
      'aria-label',
      `States of ${view.keys.length} words and the context made of them, ${averaged.size} numbers each`,
    );
    return html`<figure class="picture">
      <h3>The context it read: ${averaged.size} numbers</h3>
      ${canvas}
      <figcaption class="quiet small">
        Above, the encoder’s state at each of your words; below, the context: their mean under the
        weights of this step. Blue above zero, orange below; full colour:
        ±${reachOf(rows.rows).toFixed(2)}. Worked out here, the mean differs from the graph’s
        context by at most ${maxDifference(averaged, weights).toExponential(0)}.
      </figcaption>
    </figure>`;
  };
}

const averagedRows = ({ states, context, size }: Averaged, keys: readonly Unit[]): VectorRows => ({
  rows: joinRows([states, context]),
  size,
  labels: [...keys.map(({ label }) => label), 'context'],
  seam: keys.length,
});
