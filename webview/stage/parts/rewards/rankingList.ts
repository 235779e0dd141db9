/** A list of answers that the user puts in order. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../../../elements/icons';
import type { Answer } from './answers';
import { ordinal } from '../../../common/numbers';

/** Of a drag that is under way, the place that it began at. */
let dragged: number | undefined;

/**
 * Answers in the order in which the user likes them, the best first: moved by buttons, or dragged.
 *
 * @param onMove undefined while the order stands still.
 */
export const rankingList = (
  answers: readonly Answer[],
  onMove: ((from: number, to: number) => void) | undefined,
): TemplateResult =>
  html`<ol class="ranking" aria-label="Answers, the best first">
    ${answers.map(({ text, isWhole }, place) => {
      const button = (direction: 'up' | 'down', to: number) =>
        html`<button
          class="icon-button"
          data-move=${direction}
          aria-label=${`Move the ${ordinal(place + 1)} answer ${direction}`}
          aria-disabled=${to < 0 || to >= answers.length ? 'true' : nothing}
          @click=${({ currentTarget }: Event) => {
            if (onMove && to >= 0 && to < answers.length) {
              onMove(place, to);
              follow(currentTarget, to, direction);
            }
          }}
        >
          ${icon(`chevron-${direction}`)}
        </button>`;
      return html`<li
        draggable=${onMove ? 'true' : 'false'}
        @dragstart=${() => (dragged = place)}
        @dragend=${() => (dragged = undefined)}
        @dragover=${(event: Event) => dragged !== undefined && event.preventDefault()}
        @drop=${(event: Event) => {
          if (onMove && dragged !== undefined) {
            event.preventDefault();
            onMove(dragged, place);
          }
        }}
      >
        <span class="rank quiet">${ordinal(place + 1)}</span>
        <p>${text}${isWhole ? nothing : html`<span class="quiet"> […]</span>`}</p>
        ${onMove ? html`<span class="moves">${button('up', place - 1)}${button('down', place + 1)}</span>` : nothing}
      </li>`;
    })}
  </ol>`;

/** The focus goes along with the answer, at once: a place keeps its element, and the answer is painted into it. */
function follow(target: EventTarget | null, to: number, direction: 'up' | 'down'): void {
  const list = target instanceof Element ? target.closest('ol') : null;
  const button = list?.children[to]?.querySelector(`[data-move="${direction}"]`);
  if (button instanceof HTMLElement) {
    button.focus();
  }
}
