/** The candidates with all parts and without some, as bars; and two of them held against each other. */
import { html, nothing, type TemplateResult } from 'lit';
import { percent } from '../../../src/common/text/percent';
import { visibleText } from '../../../src/common/text/tokenText';
import { focusableIn, moveFocus } from '../../elements/focusKeys';
import type { AblationActions } from './ablationActions';
import type { Measured, NamedToken, Question } from './ablationState';
import { candidateRows, type CandidateRow, leastOf } from './effect';

/** Of each list, before and after. */
const maxRows = 5;

/** One row a token, both bars on one scale: the whole model's, and under it in the second colour what is left. */
export function candidateBars(
  { report, question }: Measured,
  heading: TemplateResult | string,
  actions: AblationActions,
): TemplateResult | typeof nothing {
  const [before] = report.before;
  const after = report.effects[0]?.after[0];
  if (!before) {
    return nothing;
  }
  const rows = candidateRows(before, after, question.watched, maxRows);
  const top = Math.max(...rows.flatMap(row => [row.before ?? 0, row.after ?? 0]), Number.MIN_VALUE);
  const hidden = [leastOf(before), after ? leastOf(after) : 1] as const;
  return html`<section class="effect-candidates" aria-label="Candidates before and after">
    <div class="effect-head quiet">
      <h2>${heading}</h2>
      <span class="before-title">${after ? 'before' : ''}</span>
      <span class="after-title">${after ? 'after' : ''}</span>
    </div>
    <ol
      @keydown=${(event: KeyboardEvent) => moveFocus(event, focusableIn(event, '.effect-row'), 'down')}
    >
      ${rows.map((row, place) => candidateRow(row, top, hidden, after !== undefined, place, actions))}
    </ol>
  </section>`;
}

function candidateRow(
  row: CandidateRow,
  top: number,
  [leastBefore, leastAfter]: readonly [number, number],
  hasAfter: boolean,
  place: number,
  actions: AblationActions,
): TemplateResult {
  const { text, before, after, isWatched } = row;
  const width = (share: number | undefined) => ((share ?? 0) / top).toFixed(4);
  return html`<li>
    <button
      class="effect-row"
      tabindex=${place === 0 ? 0 : -1}
      aria-pressed=${isWatched}
      title=${isWatched ? `“${text}” is watched` : `Watch “${text}”`}
      @click=${() => actions.watch({ id: row.id, text })}
    >
      <bdi class="code name">${text}</bdi>
      <span
        class=${`effect-track${hasAfter ? ' both' : ''}`}
        style=${`--before: ${width(before)}; --after: ${width(after)}`}
        aria-hidden="true"
        ><span class="before-bar"></span>${
          hasAfter ? html`<span class="after-bar"></span>` : nothing
        }</span
      >
      <span class="share">${share(before, leastBefore)}</span>
      <span class="share after">${hasAfter ? share(after, leastAfter) : ''}</span>
    </button>
  </li>`;
}

/** Of one that was not returned, what it is below. */
const share = (probability: number | undefined, least: number): string =>
  probability === undefined ? `<${percent(least).replace(/^</u, '')}` : percent(probability);

/** Two tokens, each chosen among the candidates or typed. */
export function contrastChoice(
  { contrast }: Question,
  measured: Measured | undefined,
  note: string | undefined,
  actions: AblationActions,
): TemplateResult {
  const predictions = [
    measured?.report.before[0],
    ...(measured?.report.effects.map(({ after }) => after[0]) ?? []),
  ];
  const known = new Map(
    predictions
      .flatMap(prediction => prediction?.candidates ?? [])
      .map(({ id, text }) => [id, { id, text: visibleText(text) }] as const),
  );
  const tokens = [...known.values()];
  return html`<div class="contrast">
    <span class="quiet" title="Compares the log-probabilities of two tokens, log p(A) − log p(B)"
      >Contrast</span
    >
    ${contrastEnd(contrast[0], 0, tokens, actions)} <span class="quiet">against</span>
    ${contrastEnd(contrast[1], 1, tokens, actions)}
    <datalist id="contrast-tokens">
      ${tokens.map(({ text }) => html`<option value=${text}></option>`)}
    </datalist>
    ${note === undefined ? nothing : html`<span class="quiet" role="status">${note}</span>`}
  </div>`;
}

const contrastEnd = (
  token: NamedToken | undefined,
  end: 0 | 1,
  tokens: readonly NamedToken[],
  actions: AblationActions,
): TemplateResult =>
  html`<input
    class="code"
    type="text"
    list="contrast-tokens"
    spellcheck="false"
    aria-label=${end === 0 ? 'Contrast this token' : 'against this token'}
    placeholder=${end === 0 ? 'this' : 'that'}
    .value=${token?.text ?? ''}
    @change=${(event: Event) => {
      if (event.target instanceof HTMLInputElement) {
        actions.contrast(end, event.target.value, tokens);
      }
    }}
  />`;
