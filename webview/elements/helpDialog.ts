/** The help of a page as a dialog. */
import { html, type TemplateResult } from 'lit';
import { icon } from './icons';

const dialogId = 'help';

export function openHelp(): void {
  const dialog = document.getElementById(dialogId);
  if (dialog instanceof HTMLDialogElement) {
    dialog.showModal();
  }
}

export interface Paper {
  readonly title: string;
  readonly url: string;
}

export type HelpKey = readonly [keys: string, meaning: string];

/** What a page says and what it does not say, opened from its menu. @param words paragraphs, before the papers. */
export const helpDialog = (
  words: TemplateResult,
  papers: readonly Paper[],
  keys: readonly HelpKey[],
  openLink: (url: string) => void,
): TemplateResult =>
  html`<dialog id=${dialogId} class="help" aria-labelledby="help-title">
    <form method="dialog">
      <button class="icon-button close" aria-label="Close" title="Close">${icon('close')}</button>
    </form>
    <h2 id="help-title">What am I looking at?</h2>
    ${words}
    <ul>
      ${papers.map(
        ({ title, url }) =>
          html`<li>
            <a
              href=${url}
              @click=${(event: Event) => {
                event.preventDefault();
                openLink(url);
              }}
              >${title}</a
            >
          </li>`,
      )}
    </ul>
    <h3>Keys</h3>
    <dl>
      ${keys.map(
        ([key, meaning]) =>
          html`<dt>${key}</dt>
            <dd>${meaning}</dd>`,
      )}
    </dl>
  </dialog>`;
