/** The pin of the page of attention: whether it keeps its text or follows the caret. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../elements/icons';
import type { Actions } from './actions';
import type { AttentionState } from './attentionState';

/** A toggle, and a word where there is nothing to follow. */
export function pin(
  { saved, caretHasText }: AttentionState,
  actions: Actions,
): TemplateResult | typeof nothing {
  const { isPinned, subject } = saved;
  const title = isPinned
    ? 'Pinned to this text: press to follow the sentence at the caret'
    : 'Follows the sentence at the caret: press to pin this text';
  return subject
    ? html`<span class="pin"
        ><button
          class="icon-button"
          title=${title}
          aria-label="Pin this text"
          aria-pressed=${isPinned}
          @click=${() => actions.pin(!isPinned)}
        >
          ${icon(isPinned ? 'pinned' : 'pin')}
        </button>
        ${
          isPinned || caretHasText
            ? nothing
            : html`<span class="quiet nowrap" role="status">No text at the caret</span>`
        }</span
      >`
    : nothing;
}

/** The model that reads what is at the caret; undefined while the page keeps its text. */
export const followingModel = ({ saved }: AttentionState): string | undefined =>
  !saved.isPinned ? saved.subject?.modelId : undefined;
