import { html, type TemplateResult } from 'lit';
import { icon } from '../icons';
import type { Actions } from './actions';

const dialogId = 'help';

export function openHelp(): void {
  const dialog = document.getElementById(dialogId);
  if (dialog instanceof HTMLDialogElement) {
    dialog.showModal();
  }
}

const papers = [
  {
    title: 'Jain & Wallace 2019, “Attention is not Explanation”',
    url: 'https://arxiv.org/abs/1902.10186',
  },
  {
    title: 'Wiegreffe & Pinter 2019, “Attention is not not Explanation”',
    url: 'https://arxiv.org/abs/1908.04626',
  },
  {
    title: 'Clark et al. 2019, “What Does BERT Look At?”',
    url: 'https://arxiv.org/abs/1906.04341',
  },
];

const keys: readonly (readonly [keys: string, meaning: string])[] = [
  ['Arrow keys', 'move over heads, tokens and cells'],
  ['Space', 'keep a head or a token; again to let it go'],
  ['Shift+Space', 'add it to those kept, and see their average'],
  ['Enter', 'show the token in the editor'],
  ['Escape', 'let everything go'],
];

/** What the picture says and what it does not say; opened from the menu. */
export function help(actions: Actions): TemplateResult {
  return html`<dialog id=${dialogId} class="help" aria-labelledby="help-title">
    <form method="dialog">
      <button class="icon-button close" aria-label="Close" title="Close">${icon('close')}</button>
    </form>
    <h2 id="help-title">What am I looking at?</h2>
    <p>
      For every token the model decides how much to take from every other token. These shares are
      its attention: a row of the picture is one token that looks, a column one that is looked at,
      and each row sums to 100 %. Every layer does this with several heads at once, each in its own
      way.
    </p>
    <p>
      All numbers are of this run, on your text. A word made of several tokens receives the sum of
      their shares and gives the mean. Nothing is rescaled unless you ask for it.
    </p>
    <h3>Attention is not explanation</h3>
    <p>
      A large weight says where a head took its values from, not why the model decided as it did:
      other weights can lead to the same result, and heads often rest on a separator when they have
      nothing to do.
    </p>
    <ul>
      ${papers.map(
        ({ title, url }) =>
          html`<li>
            <a
              href=${url}
              @click=${(event: Event) => {
                event.preventDefault();
                actions.openLink(url);
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
}
