/** What stands above the picture: what a reader must know of it. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../elements/icons';
import type { Actions } from './actions';
import type { AttentionState } from './attentionState';
import type { Shown } from './text/shown';
import { unknownIn, unknownWords } from '../matrix/units';
import { count, thousands } from '../common/numbers';

export const selectTitle = 'Show Attention for the Selection';

/** Nothing to look at yet: one sentence, one button. */
export function emptyNotice(actions: Actions): TemplateResult {
  return html`<div class="notice">
    <p>Select some text in an editor to see which words a model looks at while it reads them.</p>
    <vscode-button @click=${actions.showSelection}>${selectTitle}</vscode-button>
  </div>`;
}

/** What of the text is not in the picture, and the means to move along it. */
export function cutNotice(
  { analysis, subject, read }: Shown,
  state: AttentionState,
  actions: Actions,
): TemplateResult | typeof nothing {
  const { start, count: size, total } = analysis.window;
  const isWindowed = size < total;
  const inPair = analysis.dropped - (total - size);
  const unknown = unknownIn(analysis);
  const isWhole = !isWindowed && inPair <= 0 && subject.cutLength === 0;
  if (isWhole && unknown === 0) {
    return nothing;
  }
  const last = total - size;
  const at = Math.min(state.saved.windowStart, last);
  return html`<div class="cut">
    ${
      isWindowed
        ? html`<button
              class="icon-button"
              aria-label="Back along the text"
              title="Back along the text"
              ?disabled=${at === 0}
              @click=${() => actions.moveWindow(Math.max(0, at - Math.ceil(size / 2)))}
            >
              ${icon('chevron-left')}
            </button>
            <input
              type="range"
              min="0"
              max=${last}
              .value=${String(at)}
              aria-label="First token shown"
              aria-valuetext=${`Token ${thousands(start + 1)} of ${thousands(total)}`}
              @change=${(event: Event) => {
                if (event.target instanceof HTMLInputElement) {
                  actions.moveWindow(event.target.valueAsNumber);
                }
              }}
            />
            <button
              class="icon-button"
              aria-label="On along the text"
              title="On along the text"
              ?disabled=${at === last}
              @click=${() => actions.moveWindow(Math.min(last, at + Math.ceil(size / 2)))}
            >
              ${icon('chevron-right')}
            </button>
            <span
              >${thousands(size)} of ${count(total, 'token')}
              ${read.sentence ? 'of this sentence' : ''} shown, from number
              ${thousands(start + 1)}</span
            >`
        : nothing
    }
    ${unknown > 0 ? html`<span>${unknownWords(unknown)}</span>` : nothing}
    ${inPair > 0 ? html`<span>${count(inPair, 'token')} of sentence B left out.</span>` : nothing}
    ${
      subject.cutLength > 0
        ? html`<span
            >${
              subject.isAtCaret
                ? html`The sentence is too long to follow whole:
                  ${count(subject.cutLength, 'character')} away from the caret were left out.`
                : html`The selection was too long to take whole: its last
                  ${count(subject.cutLength, 'character')} were left out.`
            }</span
          >`
        : nothing
    }
  </div>`;
}
