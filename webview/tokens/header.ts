import { html, nothing, type TemplateResult } from 'lit';
import { menu, menuChoice, menuItem } from '../elements/menu';
import { count } from '../common/numbers';
import { working } from '../common/progress';
import type { Actions } from './actions';
import type { TokensState } from './tokensState';

/** One row: what is looked at, how long it is, and everything else behind one button. */
export function header(state: TokensState, actions: Actions): TemplateResult {
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
