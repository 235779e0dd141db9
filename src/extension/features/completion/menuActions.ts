import * as vscode from 'vscode';
import type { Settings } from '../../settings/settings';
import type { Completion } from './completion';
import type { CompletionModel } from './completionModels';
import { snoozes, type MenuAction } from './menu';
import type { Outcome } from './outcome';
import { nothingWords } from './outcomeWords';
import type { Snooze } from './snooze';

const { t } = vscode.l10n;

/** What the entries of the menu act on. */
export interface MenuParts {
  readonly completion: Completion;
  readonly snooze: Snooze;
  readonly settings: Settings;
  readonly log: vscode.LogOutputChannel;
  readonly outcome: Outcome | undefined;
  readonly smaller: CompletionModel | undefined;
}

/** Does what was chosen in the menu. */
export async function doMenuAction(action: MenuAction, parts: MenuParts): Promise<void> {
  const { completion, snooze, settings, log, outcome, smaller } = parts;
  switch (action) {
    case 'turn-on':
      await completion.toggle();
      break;
    case 'turn-off':
      await settings.setCompletion('enabled', false);
      break;
    case 'offer-anyway':
      await settings.setCompletion('evenWhenSlow', true);
      break;
    case 'only-when-asked':
      await settings.setCompletion('when', 'whenAsked');
      break;
    case 'as-you-type':
      await settings.setCompletion('when', 'asYouType');
      break;
    case 'end-snooze':
      snooze.end();
      break;
    case 'snooze-5':
    case 'snooze-15':
    case 'snooze-60':
      snooze.begin(snoozes[action]);
      break;
    case 'language-on':
    case 'language-off':
      await completion.toggleForLanguage();
      break;
    case 'smaller-model':
      await (smaller && settings.setCompletion('model', smaller.id));
      break;
    case 'choose-model':
      await completion.chooseModel();
      break;
    case 'why-nothing':
      await sayWhyNothing(outcome);
      break;
    case 'why-this':
      await completion.why();
      break;
    case 'statistics':
      await completion.showStatistics();
      break;
    case 'clear-statistics':
      completion.clearStatistics();
      break;
    case 'settings':
      await vscode.commands.executeCommand(
        'workbench.action.openSettings',
        'lmEvolution.completion',
      );
      break;
    case 'show-log':
      log.show();
      break;
  }
}

/** With a way to ask all the same where that helps. */
async function sayWhyNothing(outcome: Outcome | undefined): Promise<void> {
  if (outcome?.kind !== 'nothing') {
    return;
  }
  const ask = t('Ask by Hand');
  const choice = await vscode.window.showInformationMessage(
    nothingWords(outcome.why),
    ...(outcome.why === 'text-follows' ? [ask] : []),
  );
  if (choice === ask) {
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
  }
}
