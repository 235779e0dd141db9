/** The line of tokens that were appended, and the place that is shown. */
import { html, nothing, type TemplateResult } from 'lit';
import { focusableIn, moveFocus } from '../elements/focusKeys';
import { icon } from '../elements/icons';
import { count } from '../common/numbers';
import { visibleText } from '../../src/common/text/tokenText';
import type { Actions } from './actions';
import { drawn } from './bars';
import { ahead, pathTo, type Branches } from './branches';
import type { Pace } from './nextState';
import { spelled, type Spellings } from './tokenLabels';
import { paceInWords } from './writing';

/** Of the text before, in UTF-16 units: it is in the document too. */
const maxTextBefore = 600;

/** The text so far: its end as it stands, what was appended as buttons, the place of the next token. */
export function textSoFar(
  text: string,
  branches: Branches,
  spellings: Spellings,
  actions: Actions,
): TemplateResult {
  const path = pathTo(branches, branches.at);
  const further = ahead(branches);
  const chip = (node: number, kind: string) => {
    const token = spelled(spellings, branches.nodes[node]?.id ?? 0);
    return html`<button
        class=${`token chip ${kind}`}
        tabindex=${node === branches.at ? 0 : -1}
        aria-current=${node === branches.at ? 'step' : nothing}
        title=${kind === 'ahead' ? 'Go on to here' : 'Go back to here'}
        @click=${() => actions.goTo(node)}
      >
        ${drawn(token)}</button
      >${token.label.endsWith('↵') ? html`<br />` : nothing}`;
  };
  const isCut = text.length > maxTextBefore;
  return html`<div class="so-far code" dir="auto">
    ${isCut ? html`<span class="quiet">…</span>` : nothing}<span
      class="before"
      role="presentation"
      @click=${() => actions.goTo(-1)}
      >${readable(isCut ? text.slice(-maxTextBefore) : text)}</span
    ><span
      class="appended"
      role="toolbar"
      aria-label="Tokens that were appended"
      @keydown=${(event: KeyboardEvent) => onKey(event, actions)}
      >${path.map(node => chip(node, 'taken'))}<span class="caret" aria-hidden="true"></span
      >${further.map(node => chip(node, 'ahead'))}</span
    >
  </div>`;
}

/** As it reads, but for white space at its end, which decides what follows. */
function readable(text: string): TemplateResult {
  const end = text.search(/\s*$/u);
  const lines = text.slice(0, end).split(/\r\n|\r|\n/u);
  const plain = lines.map(line => line.split(' ').map(visibleText).join(' ')).join('\n');
  return html`${plain}<span class="quiet">${visibleText(text.slice(end))}</span>`;
}

/** Back and forward along the branches, and what to do with what was written. */
export function positionBar(
  branches: Branches,
  {
    canInsert,
    isTreeOpen,
    pace,
  }: {
    readonly canInsert: boolean;
    readonly isTreeOpen: boolean;
    readonly pace: Pace | undefined;
  },
  actions: Actions,
): TemplateResult {
  const written = pathTo(branches, branches.at).length;
  const further = ahead(branches).length;
  return html`<div class="walk">
    <button
      class="icon-button"
      aria-label="One token back"
      title="One token back (Left arrow in the bars)"
      aria-disabled=${written === 0}
      @click=${actions.back}
    >
      ${icon('chevron-left')}
    </button>
    <button
      class="icon-button"
      aria-label="One token on"
      title="One token on (Right arrow in the bars)"
      aria-disabled=${further === 0}
      @click=${actions.forward}
    >
      ${icon('chevron-right')}
    </button>
    <span class="quiet nowrap"
      >${written === 0 ? 'Nothing appended' : `${count(written, 'token')} appended`}</span
    >
    <button
      class="text-button"
      aria-expanded=${isTreeOpen}
      aria-disabled=${branches.nodes.length === 0}
      @click=${actions.toggleTree}
    >
      Branches
    </button>
    <button
      class="text-button"
      aria-disabled=${!canInsert}
      title="Writes what was appended into the document, after the text"
      @click=${actions.insert}
    >
      Insert into Document
    </button>
    ${pace ? html`<span class="quiet nowrap pace">${paceInWords(pace)}</span>` : nothing}
  </div>`;
}

function onKey(event: KeyboardEvent, actions: Actions): void {
  if (moveFocus(event, focusableIn(event, '.chip'), 'across')) {
    return;
  }
  if (event.key === 'Backspace') {
    event.preventDefault();
    actions.back();
  }
}
