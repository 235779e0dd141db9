/** From products to weights: the table of one query, a row for each key. */
import { html, nothing, type TemplateResult } from 'lit';
import { percent } from '../../src/common/text/percent';
import { count, decimal } from '../common/numbers';
import { nameOf } from '../matrix/units';
import { isMaskedAt, type Selection } from './headRun';

/** Up to here every key has a row; of more, those with the most weight and those about the chosen one. */
const maxRows = 40;
const strongestRows = 20;
const neighbours = 2;

/** Keys that have a row, in the order of the text. */
export function shownKeys({ steps: { weights }, keyIndex }: Selection): readonly number[] {
  const all = weights.map((_, key) => key);
  if (all.length <= maxRows) {
    return all;
  }
  const strongest = all.toSorted((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0));
  const kept = new Set(strongest.slice(0, strongestRows));
  return all.filter(key => kept.has(key) || Math.abs(key - keyIndex) <= neighbours);
}

/** @param choose is called with the key whose row is clicked. */
export function stepTable(selection: Selection, choose: (key: number) => void): TemplateResult {
  const { query, head, steps } = selection;
  const keys = shownKeys(selection);
  const hidden = steps.weights.length - keys.length;
  const shownWeight = keys.reduce((sum, key) => sum + (steps.weights[key] ?? 0), 0);
  return html`<div class="step">
    <h3>What <bdi class="code">${nameOf(query)}</bdi> takes from each</h3>
    <div class="table-scroll" tabindex="0" role="region" aria-label="From products to weights">
      <table class="numbers">
        <thead>
          <tr>
            <th scope="col">Key</th>
            ${
              head.scoreVector
                ? html`<th scope="col">v · tanh(q + k)</th>`
                : html`<th scope="col">q · k</th>
                    <th scope="col">÷ √${head.size}</th>`
            }
            ${head.isMasked ? html`<th scope="col">Mask</th>` : nothing}
            <th scope="col" colspan="2">Softmax</th>
          </tr>
        </thead>
        <tbody>
          ${keys.map(key => keyRow(selection, key, choose))}
        </tbody>
      </table>
    </div>
    ${
      hidden > 0
        ? html`<p class="quiet small">
            ${count(hidden, 'key')} with less weight ${hidden === 1 ? 'has' : 'have'} no row;
            together ${percent(Math.max(0, 1 - shownWeight))}.
          </p>`
        : nothing
    }
  </div>`;
}

function keyRow(
  selection: Selection,
  index: number,
  choose: (key: number) => void,
): TemplateResult | typeof nothing {
  const { run, steps, head, keyIndex } = selection;
  const key = run.keys[index];
  if (!key) {
    return nothing;
  }
  const weight = steps.weights[index] ?? 0;
  const isMasked = isMaskedAt(selection, index);
  const number = isMasked ? 'number quiet' : 'number';
  return html`<tr class=${index === keyIndex ? 'pointed' : ''}>
    <th scope="row">
      <button
        class="step-word code"
        aria-pressed=${index === keyIndex}
        @click=${() => choose(index)}
      >
        <bdi>${nameOf(key)}</bdi>
      </button>
    </th>
    <td class=${number}>${decimal(steps.products[index])}</td>
    ${head.scoreVector ? nothing : html`<td class=${number}>${decimal(steps.scores[index])}</td>`}
    ${
      head.isMasked
        ? html`<td class="number">${isMasked ? '−∞' : decimal(steps.masked[index])}</td>`
        : nothing
    }
    <td class="number">${isMasked ? 'masked' : percent(weight)}</td>
    <td class="bar-cell">
      ${
        isMasked
          ? nothing
          : html`<meter min="0" max="1" .value=${weight} aria-hidden="true"></meter>`
      }
    </td>
  </tr>`;
}
