import { html, type TemplateResult } from 'lit';

/** What is not run unasked, because its model is large: why, and a button that runs it. */
export const offer = (
  words: string,
  title: string,
  isBusy: boolean,
  accept: () => void,
): TemplateResult =>
  html`<div class="offer">
    <p class="prose">${words}</p>
    <vscode-button appearance="secondary" ?disabled=${isBusy} @click=${accept}
      >${title}</vscode-button
    >
  </div>`;
