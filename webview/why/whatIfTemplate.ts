/** The parts of the page for "what if": another text, what a part of the prompt does, and all parts ranked. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Explanation } from '../../src/common/protocol/pages/why';
import { percent } from '../../src/common/text/percent';
import { visibleText } from '../../src/common/text/tokenText';
import { thousands } from '../common/numbers';
import { segmented } from '../elements/choices';
import type { Actions } from './actions';
import { labelOf, writtenText } from './tokenTexts';
import { chosenOf, type WhyState } from './whyState';
import { partKinds, partsOf, tokensToRead } from './promptParts';
import { bitsLost, partKindOf } from './whatIfState';
import {
  agreementInWords,
  bitsLabel,
  effectInWords,
  rankedInfluences,
  sweepInWords,
  sweepOf,
} from './whatIfLabels';

/** What the model would have written from another token on. */
export function alternativeBox({ whatIf }: WhyState, actions: Actions): TemplateResult {
  const { asked, alternative } = whatIf;
  if (!asked) {
    return html`${nothing}`;
  }
  const isOther = alternative && alternative.text.trim() !== textOf(alternative.tokens).trim();
  return html`<div class="alternative" role="region" aria-label="From another token">
    <p>From “${labelOf(asked.text)}” on it would have written${alternative ? ':' : ' …'}</p>
    ${
      alternative
        ? html`<p class="code written-text" dir="auto">
              ${alternative.tokens.map(
                ({ text, probability }) =>
                  html`<span class="piece" title=${percent(probability)}>${text}</span>`,
              )}
            </p>
            ${
              isOther && !alternative.obstacle
                ? html`<p class="quiet">
                    Of it, <span class="code">${visibleText(alternative.text)}</span> would stand in
                    the document.
                  </p>`
                : nothing
            }
            ${alternative.obstacle ? html`<p class="quiet">${alternative.obstacle}</p>` : nothing}`
        : nothing
    }
    <div class="buttons">
      <vscode-button
        ?disabled=${!alternative || alternative.obstacle !== undefined}
        @click=${actions.take}
        >Use This Text</vscode-button
      >
      <button class="text-button" @click=${actions.closeAlternative}>Close</button>
    </div>
  </div>`;
}

const textOf = (tokens: readonly { readonly text: string }[]) =>
  tokens.map(({ text }) => text).join('');

/** What a click leaves out, and the button that leaves out each part in turn. */
export function omissionControls(
  state: WhyState,
  explanation: Explanation,
  actions: Actions,
): TemplateResult {
  const kind = partKindOf(explanation, state.saved.part);
  const parts = partsOf(explanation, kind);
  const { sweep } = state.whatIf;
  return html`<div class="omission-controls">
    <span class="quiet">A click leaves out a</span>
    ${segmented(
      'What a click leaves out',
      partKinds.map(value => ({ value, title: value })),
      kind,
      actions.choosePart,
    )}
    ${
      sweep?.isRunning
        ? html`<progress
              class="sweep-progress"
              aria-label="Parts left out"
              max=${sweep.parts.length}
              .value=${sweep.effects.size}
            ></progress>
            <button class="text-button" @click=${actions.cancelSweep}>Cancel</button>`
        : html`<button
            class="text-button"
            title=${`Reads ${thousands(tokensToRead(parts, explanation.tokens.length))} tokens`}
            @click=${actions.sweep}
          >
            Leave out each of ${thousands(parts.length)} in turn
          </button>`
    }
    ${
      sweep
        ? segmented(
            'What the colours of the prompt show',
            [
              { value: 'attention', title: 'Colour: attention' },
              { value: 'effect', title: 'effect' },
            ],
            state.saved.colour,
            actions.chooseColour,
          )
        : nothing
    }
  </div>`;
}

/** The probability of each written token with and without what is left out. */
export function effectTable(
  state: WhyState,
  explanation: Explanation,
  actions: Actions,
): TemplateResult {
  const { leftOut, effect } = state.whatIf;
  if (leftOut.length === 0) {
    return html`${nothing}`;
  }
  return html`<div class="effect" aria-live="polite" aria-busy=${effect === undefined}>
    <p>
      ${effectInWords(state)}
      <button class="text-button" @click=${actions.takeAllBack}>Put It Back</button>
    </p>
    <div class="table-box" tabindex="0" role="region" aria-label="Each written token">
      <table class="bars moves">
        <caption class="quiet">
          Probability with all of the prompt (line) and without this (bar)
        </caption>
        <tbody>
          ${explanation.tokens.map((token, index) => {
            const after = effect?.probabilities[index];
            const isChosen = index === chosenOf(state);
            return html`<tr class=${isChosen ? 'taken' : ''}>
              <th scope="row" class="code">
                <bdi>${labelOf(writtenText(explanation, token))}</bdi>
              </th>
              <td class="bar" aria-hidden="true">
                <div class="track">
                  <span style=${`width: ${(100 * (after ?? 0)).toFixed(1)}%`}></span>
                  <i style=${`inset-inline-start: ${(100 * token.probability).toFixed(1)}%`}></i>
                </div>
              </td>
              <td class="number">
                ${percent(token.probability)} → ${after === undefined ? '…' : percent(after)}
              </td>
              <td class="number bits">${bitsLabel(bitsLost(explanation, effect, index))}</td>
            </tr>`;
          })}
        </tbody>
      </table>
    </div>
  </div>`;
}

/** As many parts as one reads. */
const maxRows = 12;

/** The parts of the prompt by what they do for the chosen token, beside their attention. */
export function sweepTable(state: WhyState): TemplateResult {
  const known = sweepOf(state);
  if (!known) {
    return html`${nothing}`;
  }
  const { sweep, influences, agreement } = known;
  const rows = rankedInfluences(influences).slice(0, maxRows);
  const top = Math.max(0.1, ...rows.map(({ bits = 0 }) => Math.abs(bits)));
  // The first, on which attention rests, would leave nothing to see of the others.
  const compared = influences.slice(agreement?.isWithoutSink ? 1 : 0);
  const topAttention = Math.max(0.001, ...compared.map(({ attention = 0 }) => attention));
  return html`<div class="sweep">
    <p class="quiet" role="status">${sweepInWords(state, sweep)}</p>
    <p class="agreement">${agreementInWords(sweep, influences, agreement)}</p>
    ${
      rows.length > 0
        ? html`<table class="bars influences">
            <caption class="quiet">
              What the chosen token loses without it, and the attention that goes to it
            </caption>
            <tbody>
              ${rows.map(
                ({ text, bits = 0, attention }) =>
                  html`<tr>
                    <th scope="row" class="code" title=${visibleText(text)}>
                      <bdi>${labelOf(text)}</bdi>
                    </th>
                    <td class=${`bar${bits < 0 ? ' gains' : ''}`} aria-hidden="true">
                      <span style=${`width: ${((100 * Math.abs(bits)) / top).toFixed(1)}%`}></span>
                    </td>
                    <td class="number bits">${bitsLabel(bits)}</td>
                    <td class="bar attention" aria-hidden="true">
                      <span
                        style=${`width: ${Math.min(100, (100 * (attention ?? 0)) / topAttention).toFixed(1)}%`}
                      ></span>
                    </td>
                    <td class="number">${attention === undefined ? '…' : percent(attention)}</td>
                  </tr>`,
              )}
            </tbody>
          </table>`
        : nothing
    }
  </div>`;
}
