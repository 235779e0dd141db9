/** The whole page as a template. */
import { html, nothing, type TemplateResult } from 'lit';
import { errorAbove, errorNotice } from '../elements/errorNotice';
import { menu, menuChoice, menuItem } from '../elements/menu';
import type { Theme } from '../common/theme';
import { visibleText } from '../../src/common/text/tokenText';
import { staleNotice } from '../elements/staleNotice';
import { progress, working } from '../common/progress';
import type { Actions } from './actions';
import type { RowView } from './rowView';
import type { Shown, TokensState } from './tokensState';
import { words } from './labels';
import { count } from '../common/numbers';

const selectTitle = 'Show Tokens for the Selection';

/** The whole page. @param views one for each row. */
export function template(
  state: TokensState,
  views: readonly RowView[],
  theme: Theme,
  actions: Actions,
): TemplateResult {
  const { saved, shown, error, work } = state;
  const isDimmed = work?.isSlow === true && shown !== undefined;
  const rows = shown
    ? html`${words(state)}
        <div class=${`stage${isDimmed ? ' dimmed' : ''}`}>
          ${views.map((view, index) => {
            const row = shown.rows[index];
            return row && view.template(row, state, theme);
          })}
        </div>`
    : undefined;
  return html`${progress(work)} ${header(state, actions)}
    ${staleNotice(state.isStale, actions.showSelection)}
    ${shown && !error ? cutNotice(shown) : nothing}
    <main class="sheet" aria-busy=${work !== undefined}>
      ${
        error
          ? errorAbove(errorNotice(error, actions, selectTitle), rows)
          : (rows ?? (saved.subject || !state.isStarted ? waiting(state) : emptyNotice(actions)))
      }
    </main>`;
}

/** Nothing to look at yet: one sentence, one button. */
const emptyNotice = (actions: Actions) =>
  html`<div class="notice">
    <p>Select some text in an editor to see how the models cut it into tokens.</p>
    <vscode-button @click=${actions.showSelection}>${selectTitle}</vscode-button>
  </div>`;

/** What of the text was not taken. */
const cutNotice = ({ subject: { cutLength } }: Shown) =>
  cutLength === 0
    ? nothing
    : html`<div class="cut">
        <span
          >The selection was too long to take whole: its last ${count(cutLength, 'character')} were
          left out.</span
        >
      </div>`;

/** Before the first tokens: the text they will be of, and its place kept. */
const waiting = ({ saved: { subject } }: TokensState) =>
  html`<section class="stage waiting" aria-label="Text">
    <p class="text-to-come code quiet" dir="auto">
      ${visibleText(subject?.segments[0].text.slice(0, 600) ?? '').replaceAll('·', ' ')}
    </p>
  </section>`;

/** One row: what is looked at, how long it is, and everything else behind one button. */
function header(state: TokensState, actions: Actions): TemplateResult {
  const { saved, shown, work } = state;
  const { subject } = saved;
  return html`<header class="header">
    <h1 class="model">Tokens</h1>
    ${
      subject
        ? html`<span class="label quiet" title=${subject.label}><bdi>${subject.label}</bdi></span>`
        : nothing
    }
    ${
      shown && shown.subject === subject
        ? html`<span class="quiet nowrap">${count([...shown.text].length, 'character')}</span>`
        : nothing
    }
    <span class="spacer"></span>
    ${work?.isSlow ? working(work, actions.cancel) : nothing}
    ${menu(
      'Copy, text and ids',
      html`${menuItem('Copy as Markdown', actions.copyMarkdown, !shown || state.error !== undefined, true)}
        ${menuItem('Open as Text', actions.openText, !shown || state.error !== undefined)}
        <div role="group" aria-label="On each token">
          <div class="menu-title" aria-hidden="true">On Each Token</div>
          ${menuChoice('Nothing', !saved.ids, () => saved.ids && actions.toggleIds())}
          ${menuChoice('Its Id', saved.ids, () => !saved.ids && actions.toggleIds())}
        </div>`,
    )}
  </header>`;
}
