/** The menu of the status bar item: its entries, their order, and their words. */
import * as vscode from 'vscode';
import { noOfferSentences, type NoOfferReason } from './outcome';
import { askKey, sentencesOf, shortWords, type CompletionState, type DisplayNames } from './state';

const { t } = vscode.l10n;

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
  /** The newest request brought nothing, and the reason is known. */
  readonly hasReason: boolean;
  readonly hasShown: boolean;
  readonly hasStatistics: boolean;
}

/** The snoozes to choose from, in minutes. */
export const snoozes = { 'snooze-5': 5, 'snooze-15': 15, 'snooze-60': 60 } as const;

/** The entries in groups; the first entry answers the state, and is what Enter does. */
export function menuOf(
  state: CompletionState,
  facts: MenuFacts,
): readonly (readonly MenuAction[])[] {
  const { kind } = state;
  const statistics: readonly MenuAction[] = facts.hasStatistics
    ? ['statistics', 'clear-statistics']
    : [];
  if (kind === 'off' || kind === 'needs-consent') {
    return [
      ['turn-on'],
      [...statistics, 'settings'],
      ...(kind === 'needs-consent' ? [['turn-off'] as const] : []),
    ];
  }
  const isWorking = kind !== 'no-model' && kind !== 'off-for-language';
  const groups: MenuAction[][] = [
    firstOf(kind),
    isWorking
      ? [
          facts.isOnRequest ? 'as-you-type' : 'only-when-asked',
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
      ...statistics,
    ],
    ['settings', 'turn-off'],
  ];
  return groups.filter(group => group.length > 0);
}

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

/** What the words of the entries depend on. */
export interface MenuWords extends DisplayNames {
  readonly state: CompletionState;
  /** The name of the next smaller model. */
  readonly smallerModel: string | undefined;
  readonly reason: NoOfferReason | undefined;
}

interface MenuItem extends vscode.QuickPickItem {
  readonly action?: MenuAction;
}

/** Shows a list to choose from. */
export type ShowList = <T extends vscode.QuickPickItem>(
  items: readonly T[],
  options: vscode.QuickPickOptions,
) => Thenable<T | undefined>;

/** Asks what to do about completion. @returns undefined if the user closed the menu. */
export async function chooseFromMenu(
  groups: readonly (readonly MenuAction[])[],
  words: MenuWords,
  showList: ShowList,
): Promise<MenuAction | undefined> {
  const items = groups.flatMap((group, index): MenuItem[] => [
    ...(index > 0 ? [{ label: '', kind: vscode.QuickPickItemKind.Separator }] : []),
    ...group.map(action => itemOf(action, words)),
  ]);
  const choice = await showList(items, {
    title: t('Completion: {0}', shortWords(words.state, words)),
    placeHolder: sentencesOf(words.state, words),
    matchOnDescription: true,
  });
  return choice?.action;
}

function itemOf(
  action: MenuAction,
  { model, language, smallerModel, reason }: MenuWords,
): MenuItem {
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
      return item('keyboard', t('Only When Asked'), t('press {0} to ask', askKey));
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
      return item('arrow-down', t('Smaller Model'), smallerModel);
    case 'choose-model':
      return item('chip', t('Choose Model…'), model);
    case 'why-nothing':
      return item('question', t('Why Nothing Was Offered'), reason && noOfferSentences(t)[reason]);
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

/** Says why nothing was offered, with a button that asks for a suggestion if that helps. */
export async function explainNoOffer(reason: NoOfferReason): Promise<void> {
  const ask = t('Ask Anyway');
  const choice = await vscode.window.showInformationMessage(
    noOfferSentences(t)[reason],
    ...(reason === 'text-follows' ? [ask] : []),
  );
  if (choice === ask) {
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
  }
}
