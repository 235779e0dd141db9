/** The whole page as a template. */
import { html, nothing, type TemplateResult } from 'lit';
import { deviceNames } from '../../src/common/protocol/engine/types';
import { visibleText } from '../../src/common/text/tokenText';
import type { ExplainedToken, Explanation, LayerRank } from '../../src/common/protocol/pages/why';
import { errorNotice } from '../elements/errorNotice';
import { menu, menuItem } from '../elements/menu';
import { staleNotice } from '../elements/staleNotice';
import { progress, working } from '../common/progress';
import type { Actions } from './actions';
import type { Rows } from './rows';
import { chosenOf, type WhyState } from './whyState';
import { decidedAt, decisionInWords, lineOf, tokenInWords } from './labels';
import { labelOf } from './tokenTexts';
import { percent } from '../../src/common/text/percent';
import { count, duration, ordinal } from '../common/numbers';
import { alternativeBox, effectTable, omissionControls, sweepTable } from './whatIfTemplate';

const againTitle = 'Explain the Last Completion';

/** The whole page. */
export function template(
  state: WhyState,
  rows: Rows | undefined,
  actions: Actions,
): TemplateResult {
  const { saved, shown, error, work, isStarted } = state;
  const isDimmed = work?.isSlow === true && shown !== undefined;
  return html`${progress(work)} ${header(state, actions)}
    ${staleNotice(state.isStale, actions.showSelection)}
    <main class="sheet" aria-busy=${work !== undefined}>
      ${
        error
          ? errorNotice(error, actions, againTitle)
          : shown && rows
            ? html`<div class=${`stage${isDimmed ? ' dimmed' : ''}`}>
                ${explained(state, shown.explanation, rows, actions)}
              </div>`
            : saved.subject || !isStarted
              ? waiting(state)
              : emptyNotice(actions)
      }
    </main>`;
}

function explained(
  state: WhyState,
  explanation: Explanation,
  rows: Rows,
  actions: Actions,
): TemplateResult {
  const chosen = chosenOf(state);
  const token = explanation.tokens[chosen];
  return html`<section aria-labelledby="written">
      <h2 id="written">What it wrote</h2>
      <p class="quiet explain">
        ${
          explanation.isSampled
            ? 'Each token was drawn, the more probable ones more often. The stronger its colour, the more probable it was.'
            : 'Each token is the most probable one in its place. The stronger its colour, the more probable it was.'
        }
        ${
          explanation.offered.start > 0
            ? 'What you had typed last is written again first, so that half a word is gone on with.'
            : nothing
        }
        ${
          explanation.offered.end < explanation.text.length
            ? 'What is framed by dots was written too, and not offered.'
            : nothing
        }
      </p>
      ${rows.written.element}
    </section>
    ${
      token
        ? html`<section class="token-told" aria-live="polite" aria-label="The chosen token">
            <p class="sentence-of-token">${tokenInWords(explanation, chosen)}</p>
            <div class="columns">
              ${alternatives(token, state, actions)}
              ${layers(state.ranks.has(chosen), state.ranks.get(chosen))}
            </div>
            ${alternativeBox(state, actions)}
          </section>`
        : nothing
    }
    <section aria-labelledby="looked">
      <div class="looked-head">
        <h2 id="looked">Where it looked</h2>
        <span class="spacer"></span>
        ${choice('Layer', explanation.layers, state.saved.layer, actions.chooseLayer)}
        ${choice('Head', explanation.heads, state.saved.head, actions.chooseHead)}
      </div>
      <p class="quiet explain">
        This is the prompt, to the letter:
        ${count(explanation.promptTokens.length, 'token')}${
          explanation.dropped > 0
            ? `; ${count(explanation.dropped, 'token')} before it were not read`
            : ''
        }.
        Attention shows where it read, not why it decided; what changes without a part of it, is
        measured by leaving it out. What follows it then moves up.
      </p>
      ${omissionControls(state, explanation, actions)} ${rows.prompt.element}
      <!-- Below the row: a sentence that grows under the pointer must not move what is pointed at. -->
      <p class="line">${lineOf(state)}</p>
      ${effectTable(state, explanation, actions)} ${sweepTable(state)}
    </section>`;
}

/** The most probable tokens in this place, as bars. */
const alternatives = (
  { candidates, token, probability, rank }: ExplainedToken,
  { whatIf }: WhyState,
  actions: Actions,
) => {
  const isAmong = candidates.some(({ id }) => id === token.id);
  const rows = [
    ...candidates,
    ...(isAmong ? [] : [{ id: token.id, text: token.text, probability }]),
  ];
  return html`<table class="bars">
    <caption class="quiet">
      Could have been: choose one to see what would follow
    </caption>
    <tbody>
      ${rows.map(
        (one, index) =>
          html`<tr class=${one.id === token.id ? 'taken' : ''}>
            <td class="place quiet">${index < candidates.length ? index + 1 : (rank ?? '…')}</td>
            <th scope="row" class="code">
              ${
                one.id === token.id
                  ? html`<bdi>${labelOf(one.text)}</bdi>`
                  : html`<button
                      class="link"
                      aria-pressed=${whatIf.asked?.tokenId === one.id}
                      @click=${() => actions.writeFrom(one.id, one.text)}
                    >
                      <bdi>${labelOf(one.text)}</bdi>
                    </button>`
              }
            </th>
            <td class="bar" aria-hidden="true">
              <span style=${`width: ${(100 * one.probability).toFixed(1)}%`}></span>
            </td>
            <td class="number" title=${one.probability.toPrecision(6)}>
              ${percent(one.probability)}
            </td>
          </tr>`,
      )}
    </tbody>
  </table>`;
};

/** Where the token stood after each layer. Its place is kept until that is known. */
function layers(isKnown: boolean, ranks: readonly LayerRank[] | undefined): TemplateResult {
  if (isKnown && (!ranks || ranks.length === 0)) {
    return html`<div class="layers">
      <p class="quiet">This model’s graph does not tell what each layer would say.</p>
    </div>`;
  }
  const decided = ranks && decidedAt(ranks);
  return html`<div class="layers" aria-busy=${!isKnown}>
    <p
      class="quiet"
      title="The logit lens: the state after a layer, read as if it were the last (nostalgebraist 2020)."
    >
      Through the layers
    </p>
    <div
      class="strip"
      role="img"
      aria-label=${ranks ? decisionInWords(ranks) : 'Reading the layers'}
    >
      ${(ranks ?? []).map(
        ({ rank, probability, first }, layer) =>
          html`<span
            class=${`cell${rank === 1 ? ' first' : ''}${layer === decided ? ' decided' : ''}`}
            style=${`--share: ${(1 / (1 + Math.log2(rank))).toFixed(3)}`}
            title=${`${layer === 0 ? 'Embedding' : `Layer ${layer}`}: the ${ordinal(rank)}, ${percent(probability)}${rank === 1 ? '' : `; first is “${visibleText(first)}”`}`}
          ></span>`,
      )}
    </div>
    <p class="decision">${ranks ? decisionInWords(ranks) : ''}</p>
  </div>`;
}

/** A menu of all, or one of so many, counted from 1 as everywhere on screen. */
const choice = (
  name: string,
  amount: number,
  chosen: number | undefined,
  choose: (index: number | undefined) => void,
) =>
  html`<label class="choice"
    >${name}
    <select
      @change=${(event: Event) => {
        const { value } = event.target as HTMLSelectElement; // Its own event.
        choose(value === '' ? undefined : Number(value));
      }}
    >
      <option value="" ?selected=${chosen === undefined}>all</option>
      ${Array.from(
        { length: amount },
        (_, index) =>
          html`<option value=${index} ?selected=${chosen === index}>${index + 1}</option>`,
      )}
    </select></label
  >`;

/** Nothing to look at yet: one sentence, one button. */
const emptyNotice = (actions: Actions) =>
  html`<div class="notice">
    <p>Let a completion come as you write; here you see why it came.</p>
    <vscode-button @click=${actions.showSelection}>${againTitle}</vscode-button>
  </div>`;

/** Before the first answer: the text it will be of, and its place kept. */
const waiting = ({ saved: { subject } }: WhyState) =>
  html`<section class="stage waiting" aria-label="Text">
    <p class="text-to-come code quiet" dir="auto">
      ${visibleText(
        subject?.segments
          .map(({ text }) => text)
          .join('')
          .slice(-600) ?? '',
      ).replaceAll('·', ' ')}
    </p>
  </section>`;

/** One row: what is explained, by what, and everything else behind one button. */
function header(state: WhyState, actions: Actions): TemplateResult {
  const { saved, shown, work, models } = state;
  const { subject } = saved;
  const name = models.find(({ id }) => id === subject?.modelId)?.name ?? subject?.modelId;
  const explanation = shown?.subject === subject ? shown?.explanation : undefined;
  return html`<header class="header">
    <h1 class="model">Why This Completion?</h1>
    ${
      subject
        ? html`<span class="label quiet" title=${`${subject.label}, ${name ?? ''}`}
            ><bdi>${subject.label}</bdi> · <bdi>${name}</bdi></span
          >`
        : nothing
    }
    <span class="spacer"></span>
    ${
      work?.isSlow
        ? working(work, actions.cancel)
        : explanation
          ? html`<span
              class="device quiet nowrap"
              title=${explanation.device?.reason ?? 'The engine that completes'}
              >${deviceNames[explanation.device?.device ?? 'wasm']} ·
              ${duration(explanation.runMs)}</span
            >`
          : nothing
    }
    ${menu(
      'Copy and text',
      html`${menuItem('Copy as Markdown', actions.copyMarkdown, !shown || state.error !== undefined, true)}
      ${menuItem('Open as Text', actions.openText, !shown || state.error !== undefined)}`,
    )}
  </header>`;
}
