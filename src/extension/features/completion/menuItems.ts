import * as vscode from 'vscode';
import type { CompletionModel } from './completionModels';
import { snoozes, type MenuAction } from './menu';
import type { CompletionState } from './state';
import { askKey, sentencesOf, shortWords, type Names } from './stateWords';

const { t } = vscode.l10n;

/** What the entries say, besides what they do. */
export interface MenuWords extends Names {
  readonly state: CompletionState;
  /** The next smaller model. */
  readonly smaller: CompletionModel | undefined;
  /** Why nothing was offered, as a sentence. */
  readonly nothing: string | undefined;
}

export interface MenuItem extends vscode.QuickPickItem {
  readonly action?: MenuAction;
}

/** Shows a list to choose from. */
export type ShowList = <T extends vscode.QuickPickItem>(
  items: readonly T[],
  options: vscode.QuickPickOptions,
) => Thenable<T | undefined>;

/** The entries, a line between the groups. */
export const menuItems = (
  groups: readonly (readonly MenuAction[])[],
  words: MenuWords,
): MenuItem[] =>
  groups.flatMap((group, index) => [
    ...(index > 0 ? [{ label: '', kind: vscode.QuickPickItemKind.Separator }] : []),
    ...group.map(action => itemOf(action, words)),
  ]);

/** Asks what to do about completion; undefined where the person has thought better of it. */
export async function chooseFromMenu(
  groups: readonly (readonly MenuAction[])[],
  words: MenuWords,
  showList: ShowList,
): Promise<MenuAction | undefined> {
  const choice = await showList(menuItems(groups, words), {
    title: t('Completion: {0}', shortWords(words.state, words)),
    placeHolder: sentencesOf(words.state, words),
    matchOnDescription: true,
  });
  return choice?.action;
}

function itemOf(action: MenuAction, { model, language, smaller, nothing }: MenuWords): MenuItem {
  const item = (icon: string, label: string, description?: string): MenuItem => ({
    action,
    label: `$(${icon}) ${label}`,
    ...(description !== undefined && { description }),
  });
  switch (action) {
    case 'turn-on':
      return item('sparkle', t('Turn On'), t('{0} offers text as you write', model));
    case 'turn-off':
      return item('circle-slash', t('Turn Off'), t('in all documents'));
    case 'offer-anyway':
      return item('sparkle', t('Offer Anyway'), t('as you type, however long it takes'));
    case 'only-when-asked':
      return item('keyboard', t('Only When Asked'), t('{0} asks', askKey));
    case 'as-you-type':
      return item('sparkle', t('As You Type'));
    case 'end-snooze':
      return item('bell', t('End Snooze'));
    case 'snooze-5':
    case 'snooze-15':
    case 'snooze-60':
      return item('bell-slash', t('Snooze for {0} Minutes', snoozes[action]));
    case 'language-on':
      return item('sparkle', t('On for {0}', language));
    case 'language-off':
      return item('exclude', t('Off for {0}', language));
    case 'smaller-model':
      return item('arrow-down', t('Smaller Model'), smaller?.name);
    case 'choose-model':
      return item('chip', t('Choose Model…'), model);
    case 'why-nothing':
      return item('question', t('Why Nothing Was Offered'), nothing);
    case 'why-this':
      return item('lightbulb', t('Why This Completion?'));
    case 'statistics':
      return item('graph', t('Statistics'));
    case 'clear-statistics':
      return item('clear-all', t('Clear Statistics'));
    case 'settings':
      return item('settings-gear', t('Settings'));
    case 'show-log':
      return item('output', t('Show Log'));
  }
}
