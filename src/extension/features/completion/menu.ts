/** The menu of the status bar. */

import * as vscode from 'vscode';
import { type CompletionState, askKey, sentencesOf, shortWords, type DisplayNames } from './state';
import type { CompletionModel } from './models';
import type { Settings } from '../../settings/settings';
import type { Completion } from './completion';
import { noOfferSentences, type Outcome } from './outcome';
import type { Snooze } from './snooze';

/** What can be done from the status bar. */
export type MenuAction =
  | 'turn-on'
  | 'turn-off'
  | 'offer-anyway'
  | 'only-when-asked'
  | 'as-you-type'
  | 'end-snooze'
  | 'snooze-5'
  | 'snooze-15'
  | 'snooze-60'
  | 'language-on'
  | 'language-off'
  | 'smaller-model'
  | 'choose-model'
  | 'why-nothing'
  | 'why-this'
  | 'statistics'
  | 'clear-statistics'
  | 'settings'
  | 'show-log';

/** What the entries depend on, besides the state. */
export interface MenuFacts {
  readonly isOnRequest: boolean;
  readonly hasLanguage: boolean;
  readonly hasSmallerModel: boolean;
  /** The newest request brought nothing. */
  readonly hasReason: boolean;
  readonly hasShown: boolean;
  readonly hasStatistics: boolean;
}

/** The snoozes that are offered, in minutes. */
export const snoozes = { 'snooze-5': 5, 'snooze-15': 15, 'snooze-60': 60 } as const;

/** The entries in groups; the first is what the state asks for, and what Enter does. */
export function menuOf(
  state: CompletionState,
  facts: MenuFacts,
): readonly (readonly MenuAction[])[] {
  const { kind } = state;
  if (kind === 'off' || kind === 'needs-consent') {
    return [
      ['turn-on'],
      [...lookingBack(facts), 'settings'],
      ...(kind === 'needs-consent' ? [['turn-off'] as const] : []),
    ];
  }
  const isWorking = kind !== 'no-model' && kind !== 'off-for-language';
  const groups: MenuAction[][] = [
    firstOf(kind),
    isWorking
      ? [
          ...(facts.isOnRequest ? (['as-you-type'] as const) : []),
          ...(facts.isOnRequest ? [] : (['only-when-asked'] as const)),
          ...(kind === 'snoozed' ? [] : (['snooze-5', 'snooze-15', 'snooze-60'] as const)),
          ...(facts.hasLanguage ? (['language-off'] as const) : []),
        ]
      : [],
    kind === 'no-model'
      ? []
      : [
          ...(kind === 'too-slow' && facts.hasSmallerModel ? (['smaller-model'] as const) : []),
          'choose-model',
        ],
    [
      ...(isWorking && facts.hasReason ? (['why-nothing'] as const) : []),
      ...(facts.hasShown ? (['why-this'] as const) : []),
      ...lookingBack(facts),
    ],
    ['settings', 'turn-off'],
  ];
  return groups.filter(group => group.length > 0);
}

const lookingBack = ({ hasStatistics }: MenuFacts): readonly MenuAction[] =>
  hasStatistics ? ['statistics', 'clear-statistics'] : [];

function firstOf(kind: CompletionState['kind']): MenuAction[] {
  switch (kind) {
    case 'no-model':
      return ['choose-model'];
    case 'off-for-language':
      return ['language-on'];
    case 'failed':
      return ['show-log'];
    case 'snoozed':
      return ['end-snooze'];
    case 'too-slow':
      return ['offer-anyway'];
    default:
      return [];
  }
}

const { t } = vscode.l10n;

/** What the entries say, besides what they do. */
export interface MenuWords extends DisplayNames {
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
    noOfferSentences(t)[outcome.why],
    ...(outcome.why === 'text-follows' ? [ask] : []),
  );
  if (choice === ask) {
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
  }
}
