/** The row at the top: the model, what is looked at, how it ran, and a menu with the help. */
import { html, nothing, type TemplateResult } from 'lit';
import { deviceNames } from '../../src/common/protocol/engine/types';
import { helpDialog, type HelpKey, openHelp, type Paper } from '../elements/helpDialog';
import { deviceChoices, menu, menuItem } from '../elements/menu';
import { modelPicker } from '../elements/choices';
import { working } from '../common/progress';
import type { Actions } from './actions';
import { predictors, titleOf } from '../common/models';
import { branchesOf, type NextState, readSubject } from './nextState';
import { count, duration } from '../common/numbers';

/** One row: the model, what is looked at, how it ran, and everything else behind one button. */
export function header(state: NextState, actions: Actions): TemplateResult {
  const { saved, shown } = state;
  const { subject } = saved;
  const models = predictors(state.models);
  const model = models.find(({ id }) => id === subject?.modelId);
  const tokens =
    shown?.kind === 'masks' ? shown.analysis.source.length : shown?.prediction.source.length;
  return html`<header class="header">
    <h1 class="model">
      ${
        models.length > 1 && subject
          ? modelPicker(models, subject.modelId, actions.chooseModel)
          : model
            ? titleOf(model)
            : 'Next Tokens'
      }
    </h1>
    ${
      subject
        ? html`<span class="label quiet" title=${subject.label}><bdi>${subject.label}</bdi></span>`
        : nothing
    }
    ${
      tokens !== undefined && shown?.subject === readSubject(saved)
        ? html`<span class="quiet nowrap">${count(tokens, 'token')}</span>`
        : nothing
    }
    <span class="spacer"></span>
    ${workOrDevice(state, actions)} ${nextMenu(state, actions)}
  </header>`;
}

/** While something runs, what it is; else where it ran and how long it took. */
function workOrDevice(
  { work, shown, device, error, isWriting }: NextState,
  actions: Actions,
): TemplateResult {
  if (work?.isSlow) {
    // Writing has a button of its own, beside what is written.
    return working(isWriting ? { ...work, isLong: false } : work, actions.cancel);
  }
  const used = shown?.device ?? device;
  if (!used || error) {
    return html``;
  }
  const runMs = shown?.kind === 'masks' ? shown.analysis.runMs : shown?.prediction.runMs;
  return html`<span class="device quiet nowrap" title=${used.reason}
    >${deviceNames[used.device]}${runMs === undefined ? '' : ` · ${duration(runMs)}`}</span
  >`;
}

function nextMenu(state: NextState, actions: Actions): TemplateResult {
  const { shown, settings, saved, device, error } = state;
  const isEmpty = !shown || error !== undefined;
  const hasNumbers = !isEmpty && shown.kind === 'next';
  const used = shown?.device ?? device;
  return html`${menu(
    'Export, device and help',
    html`${menuItem('Copy as Markdown', actions.copyMarkdown, isEmpty, true)}
      ${menuItem('Open as Text', actions.openText, isEmpty)}
      <div role="group" aria-label="Export">
        <div class="menu-title" aria-hidden="true">Export</div>
        ${menuItem('CSV Table', () => actions.exportAs('csv'), !hasNumbers)}
        ${menuItem('JSON Numbers', () => actions.exportAs('json'), !hasNumbers)}
      </div>
      <div role="separator"></div>
      ${menuItem('Forget All Branches', actions.clearBranches, branchesOf(saved).nodes.length === 0)}
      ${deviceChoices(settings.device, used, actions.setDevice)}
      <div role="separator"></div>
      ${menuItem('What Am I Looking At?', openHelp, false)}`,
  )}
  ${help(actions)}`;
}

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
const help = (actions: Actions): TemplateResult =>
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
