/** The line of tokens that were appended, the place that is shown, and the controls with which the model writes on. */
import { html, nothing, type TemplateResult } from 'lit';
import { focusableIn, moveFocus } from '../elements/focusKeys';
import { icon } from '../elements/icons';
import { visibleText } from '../../src/common/text/tokenText';
import type { Actions } from './actions';
import { drawn } from './bars';
import { ahead, type Branches, pathTo } from './branches';
import { maxBeams, maxTokens, type NextState, type Pace } from './nextState';
import { readableText, textTokens, type TextTokensView } from './textTokens';
import { spelled } from './tokenLabels';
import { live } from 'lit/directives/live.js';
import { segmented } from '../elements/choices';
import { count, thousands } from '../common/numbers';

/** Of the text before, in UTF-16 units: it is in the document too. */
const maxTextBefore = 600;

/** What is drawn of the text; as plain text before its tokens are known. */
export type TextView = Omit<TextTokensView, 'read' | 'from'> & {
  readonly read: TextTokensView['read'] | undefined;
};

/** The text so far: its end as it stands, what was appended as buttons, the place of the next token. */
export function textSoFar(
  text: string,
  branches: Branches,
  { spellings, ...view }: TextView,
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
    ${isCut ? html`<span class="quiet">…</span>` : nothing}<span class="before"
      >${
        view.read
          ? textTokens(
              { ...view, spellings, read: view.read, from: text.length - maxTextBefore },
              actions,
            )
          : readable(isCut ? text.slice(-maxTextBefore) : text)
      }</span
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
  return html`${readableText(text.slice(0, end))}<span class="quiet"
      >${visibleText(text.slice(end))}</span
    >`;
}

/** Back and forward along the branches, and what to do with what was written. */
export function positionBar(
  branches: Branches,
  {
    canInsert,
    replaced,
    isTreeOpen,
    pace,
    place,
    textLength,
  }: {
    readonly canInsert: boolean;
    /** What stands in the document where it would be inserted, up to the caret. */
    readonly replaced: string;
    readonly isTreeOpen: boolean;
    readonly pace: Pace | undefined;
    /** Of the token that is looked at, among so many of the text. */
    readonly place: number | undefined;
    readonly textLength: number;
  },
  actions: Actions,
): TemplateResult {
  const written = pathTo(branches, branches.at).length;
  // White space and a word that was begun are gone on with; more than that is taken away, and said.
  const replacesWords = /\S\s+\S/u.test(replaced);
  const further = ahead(branches).length;
  return html`<div class="walk">
    <button
      class="icon-button"
      aria-label="One token back"
      title="One token back (Left arrow in the bars)"
      aria-disabled=${place === undefined ? written === 0 && textLength < 2 : place < 2}
      @click=${actions.back}
    >
      ${icon('chevron-left')}
    </button>
    <button
      class="icon-button"
      aria-label="One token on"
      title="One token on (Right arrow in the bars)"
      aria-disabled=${place === undefined && further === 0}
      @click=${actions.forward}
    >
      ${icon('chevron-right')}
    </button>
    <span class="quiet nowrap"
      >${
        place !== undefined
          ? `Token ${thousands(place + 1)} of ${thousands(textLength)}`
          : written === 0
            ? 'Nothing appended'
            : `${count(written, 'token')} appended`
      }</span
    >
    ${
      place === undefined
        ? written === 0
          ? nothing
          : html`<button
              class="text-button"
              title="Looks at what follows the text itself; what was appended stays"
              @click=${() => actions.goTo(-1)}
            >
              Back to the Text
            </button>`
        : html`<button
            class="text-button"
            title="Looks at the caret again (Escape)"
            @click=${() => actions.look(undefined)}
          >
            Back to the Caret
          </button>`
    }
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
      title=${
        replacesWords
          ? `Writes what was appended into the document, in the place of the ${count(replaced.length, 'character')} up to the caret`
          : 'Writes what was appended into the document, after the text'
      }
      @click=${actions.insert}
    >
      ${replacesWords ? 'Replace the Rest' : 'Insert into Document'}
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

const choices = [
  { value: 'greedy', title: 'Greedy' },
  { value: 'sample', title: 'Sample' },
  { value: 'beam', title: 'Beam' },
] as const;

const meanings = {
  greedy: 'The most probable token each time.',
  sample: 'Tokens are drawn from the distribution as temperature and filters leave it.',
  beam: 'The most probable sequences are kept side by side; temperature and filters do nothing.',
} as const;

/** How to write on by itself: the strategy, how much, and the button. */
export function writing({ saved, isWriting, shown }: NextState, actions: Actions): TemplateResult {
  const { strategy } = saved;
  return html`<section class="writing" aria-label="Write on">
    <span title=${meanings[strategy]}
      >${segmented('Strategy', choices, strategy, actions.setStrategy)}</span
    >
    ${number('Tokens', 'length', saved.length, 1, maxTokens, actions)}
    ${strategy === 'sample' ? number('Seed', 'seed', saved.seed, 0, 2 ** 31 - 1, actions) : nothing}
    ${strategy === 'beam' ? number('Beams', 'beams', saved.beams, 1, maxBeams, actions) : nothing}
    ${
      isWriting
        ? html`<vscode-button appearance="secondary" @click=${actions.stop}>Stop</vscode-button>`
        : html`<vscode-button
            title=${meanings[strategy]}
            ?disabled=${shown?.kind !== 'next'}
            @click=${actions.write}
            >Write</vscode-button
          >`
    }
  </section>`;
}

/** "32 tokens, 31 a second". */
export function paceInWords({ tokens, ms, timed }: Pace): string {
  const words = count(tokens, 'token');
  return timed > 0 && ms > 0 ? `${words}, ${((timed / ms) * 1000).toFixed(1)} a second` : words;
}

function number(
  title: string,
  name: 'length' | 'seed' | 'beams',
  value: number,
  least: number,
  most: number,
  actions: Actions,
): TemplateResult {
  return html`<label class="number-field"
    >${title}
    <input
      class="number"
      type="number"
      min=${least}
      max=${most}
      step="1"
      .value=${live(String(value))}
      @change=${(event: Event) => {
        const field = event.currentTarget;
        if (field instanceof HTMLInputElement) {
          const next = field.valueAsNumber;
          if (Number.isInteger(next) && next >= least && next <= most) {
            actions.setNumber(name, next);
          } else {
            field.value = String(value);
          }
        }
      }}
    />
  </label>`;
}
