/** The look of "Inside one head": the weights, the table of one query, and its vectors. */
import { html, nothing, type TemplateResult } from 'lit';
import { memo } from '../../../common/store';
import { deviceNames } from '../../../../src/common/protocol/engine/types';
import { createMatrixFigures, createStepFigures } from '../../../insideHead/headFigures';
import type { HeadRun, Selection } from '../../../insideHead/headRun';
import { checkWords, notesOf } from '../../../insideHead/headWords';
import { stepTable } from '../../../insideHead/stepTable';
import { matrixView, type MatrixView } from '../../../matrix/matrixView';
import { attentionMap, cellUnder } from '../../part/attentionMap';
import { choices, numberChoices } from '../../part/controls';
import { wideFrom } from '../../part/frame';
import type { PartView } from '../../part/livePart';
import { type InsideHeadState, kinds, type Settings, type TranslatorRun } from './state';
import { duration } from '../../../common/numbers';

export interface InsideHeadActions {
  set(change: Partial<Settings>): void;
  select(selection: Partial<Pick<InsideHeadState, 'query' | 'key'>>): void;
}

export function createView(
  actions: InsideHeadActions,
): (
  run: TranslatorRun,
  selection: Selection,
  kind: Settings['kind'],
  view: PartView,
) => TemplateResult {
  const map = attentionMap('inside-head', 360);
  const weights = memo(weightsOf);
  const [matrices, figures] = [createMatrixFigures(), createStepFigures()];
  return (run, selection, kind, { theme, width }) => {
    const { headIndex, queryIndex, keyIndex } = selection;
    const { attention, analysis, queries, keys, inside } = run;
    const [layers, heads] = attention.shape;
    const isWide = width >= wideFrom;
    const matrix = weights(run, headIndex);
    const picture = map.draw(matrix, theme, isWide ? width * 0.46 : width);
    picture.light({ queries: [queryIndex], key: keyIndex, locked: [] });
    return html`<div class="row-of-buttons">
        ${choices('Which attention', kinds, kind, chosen => actions.set({ kind: chosen }))}
        ${numberChoices('Layer', layers, inside.layer, layer => actions.set({ layer }))}
        ${numberChoices('Head', heads, headIndex, head => actions.set({ head }))}
      </div>
      <p class="translation-line" lang=${inside.kind === 'encoder' ? nothing : 'fr'}>
        ${queries.map(
          ({ label }, index) =>
            html`<button
              class="step-word code"
              aria-pressed=${index === queryIndex}
              @click=${() => actions.select({ query: index, key: undefined })}
            >
              ${label}
            </button>`,
        )}
      </p>
      <div class=${isWide ? 'beside' : 'under'}>
        <div>
          <div
            class="picture"
            role="img"
            aria-label=${`Weights of this head, ${queries.length} queries by ${keys.length} keys. The table has the numbers of one query.`}
            @click=${(event: MouseEvent) => {
              const cell = cellUnder(event, picture);
              if (cell) {
                actions.select({ query: cell.query ?? queryIndex, key: cell.key });
              }
            }}
          >
            ${picture.element}
          </div>
          <p class="quiet small legend-line">
            ${map.legend(matrix.largest, theme)} ${duration(analysis.runMs)},
            ${deviceNames[analysis.device]}
          </p>
        </div>
        <div>
          ${stepTable(selection, key => actions.select({ key }))}
          ${notesOf(selection).map(note => html`<p class="quiet small prose">${note}</p>`)}
        </div>
      </div>
      ${matrices(selection, theme, width)} ${figures(selection, theme, width)}
      <p class="quiet small prose">${checkWords(selection)}</p>`;
  };
}

/** The weights of a head. */
function weightsOf(
  { inside: { layer }, attention: { kind, shape, weights }, queries, keys }: HeadRun,
  head: number,
): MatrixView {
  const [, heads, rows, columns] = shape;
  const start = (layer * heads + head) * rows * columns;
  const own = weights.slice(start, start + rows * columns);
  const axes = { queries, keys, looksBack: kind === 'decoder' };
  return matrixView(own, [rows, columns], axes, false);
}
