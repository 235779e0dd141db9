/** What the page is doing, in words and as a bar. */
import { html, nothing, type TemplateResult } from 'lit';

/** What is happening, while something is. */
export interface Work {
  /** "Running BERT on 31 tokens". */
  readonly words: string;
  /** 0 to 1; undefined where it cannot be known. */
  readonly share?: number | undefined;
  /** After {@link slowMs}: the old picture is dimmed. */
  readonly isSlow: boolean;
  /** After {@link longMs}: it can be cancelled. */
  readonly isLong: boolean;
}

export const slowMs = 150;
export const longMs = 500;

/** A thin line at the very top while something runs. */
export const progress = (work: Work | undefined): TemplateResult =>
  html`<progress
    class=${`progress${work?.isSlow ? ' visible' : ''}`}
    aria-label=${work?.words ?? 'Ready'}
    aria-hidden=${work?.isSlow ? 'false' : 'true'}
    max="1"
    .value=${work?.share ?? 0}
    ?data-unknown=${work?.share === undefined}
  ></progress>`;

/** What is happening in words, with the means to end it. */
export const working = ({ words, isLong }: Work, cancel: () => void): TemplateResult =>
  html`<span class="work nowrap" role="status">${words}</span> ${
      isLong ? html`<button class="text-button" @click=${cancel}>Cancel</button>` : nothing
    }`;
