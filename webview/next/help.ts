import { html, type TemplateResult } from 'lit';
import { helpDialog, type HelpKey, type Paper } from '../elements/helpDialog';
import type { Actions } from './actions';

export { openHelp } from '../elements/helpDialog';

const papers: readonly Paper[] = [
  {
    title: 'Holtzman et al. 2019, “The Curious Case of Neural Text Degeneration” (top-p)',
    url: 'https://arxiv.org/abs/1904.09751',
  },
  {
    title: 'Fan et al. 2018, “Hierarchical Neural Story Generation” (top-k)',
    url: 'https://arxiv.org/abs/1805.04833',
  },
  {
    title: 'Nguyen et al. 2024, “Turning Up the Heat: Min-p Sampling”',
    url: 'https://arxiv.org/abs/2407.01082',
  },
  {
    title: 'nostalgebraist 2020, “interpreting GPT: the logit lens”',
    url: 'https://www.lesswrong.com/posts/AcKRB8wDpdaN6v6ru/interpreting-gpt-the-logit-lens',
  },
];

const keys: readonly HelpKey[] = [
  ['Up, Down', 'move over the tokens that could come next'],
  ['Enter', 'append the token and look at what follows'],
  ['Left, Right', 'one token back, one token on again'],
  ['Arrow keys', 'move over appended tokens and branches; Enter goes there'],
];

/** What the bars say and what they do not say; opened from the menu. */
export const help = (actions: Actions): TemplateResult =>
  helpDialog(
    html`<p>
        A language model gives every token of its vocabulary a number, the logit; the softmax makes
        probabilities of them. The bars are those probabilities for what comes right after the text,
        of this run, over the whole vocabulary.
      </p>
      <p>
        Temperature and filters change what is drawn from, not what the model thinks: the second
        number says what is left after them. Moving one runs no model.
      </p>`,
    papers,
    keys,
    actions.openLink,
  );
