import { html, type TemplateResult } from 'lit';
import { helpDialog, type HelpKey, type Paper } from '../elements/helpDialog';
import type { Actions } from './actions';

export { openHelp } from '../elements/helpDialog';

const papers: readonly Paper[] = [
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

const keys: readonly HelpKey[] = [
  ['Arrow keys', 'move over heads, tokens and cells'],
  ['Space', 'keep a head or a token; again to let it go'],
  ['Shift+Space', 'add it to those kept, and see their average'],
  ['Enter', 'show the token in the editor'],
  ['Escape', 'let everything go'],
];

/** What the picture says and what it does not say; opened from the menu. */
export const help = (actions: Actions): TemplateResult =>
  helpDialog(
    html`<p>
        For every token the model decides how much to take from every other token. These shares are
        its attention: a row of the picture is one token that looks, a column one that is looked at,
        and each row sums to 100 %. Every layer does this with several heads at once, each in its
        own way.
      </p>
      <p>
        All numbers are of this run, on your text. A word made of several tokens receives the sum of
        their shares and gives the mean. Nothing is rescaled unless you ask for it.
      </p>
      <h3>Attention is not explanation</h3>
      <p>
        A large weight says where a head took its values from, not why the model decided as it did:
        other weights can lead to the same result, and heads often rest on a separator when they
        have nothing to do.
      </p>`,
    papers,
    keys,
    actions.openLink,
  );
