/** What a page says while the text that it shows has changed in its document. */
import { html, nothing, type TemplateResult } from 'lit';

/** One line, with the means to look at the text as it is now; nothing where it is as it was. */
export const staleNotice = (
  isStale: boolean,
  takeAgain: () => void,
): TemplateResult | typeof nothing =>
  isStale
    ? html`<div class="cut stale" role="status">
        <span>The text has changed since: what is here cannot be pointed out in the document.</span>
        <button class="text-button" @click=${takeAgain}>Take It Again</button>
      </div>`
    : nothing;
