/** The item of completion in the status bar, and its menu. */
import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import { markdownText } from '../../workbench/markdown';
import { deviceNames } from '../../../common/protocol/engine/types';
import { askKey, type CompletionState, type DisplayNames, sentencesOf, shortWords } from './state';
import { acceptanceRate, median, type Statistics } from './statistics';
import { type NoOfferReason, noOfferSentences } from './cursorContext';
import { percent } from '../../../common/text/percent';

const { t } = vscode.l10n;

/** Delay before the item shows that text is generated, in ms: otherwise it would flicker with each key. */
const patienceMs = 150;

const icons: Readonly<Record<CompletionState['kind'], string>> = {
  off: 'circle-slash',
  'needs-consent': 'question',
  'no-model': 'error',
  'off-for-language': 'exclude',
  loading: 'loading~spin',
  generating: 'loading~spin',
  failed: 'warning',
  snoozed: 'bell-slash',
  'on-request': 'keyboard',
  'too-slow': 'watch',
  ready: 'sparkle',
};

/** What the item shows. */
export interface ItemContent extends DisplayNames {
  readonly state: CompletionState;
  readonly statistics: Statistics;
  /** Why the newest request brought nothing. */
  readonly reason: NoOfferReason | undefined;
}

/** Shows in the status bar whether text is offered; a click opens the menu. */
export class CompletionItem extends Disposable {
  readonly #item = this.register(
    vscode.window.createStatusBarItem(
      'lmEvolution.completion',
      vscode.StatusBarAlignment.Right,
      92,
    ),
  );
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.#item.name = t('Completion by a language model');
    this.#item.command = 'lmEvolution.completion.menu';
    this.register({ dispose: () => clearTimeout(this.#timer) });
  }

  /** The text of the item, for tests. */
  get text(): string {
    return this.#item.text;
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.#item.hide();
  }

  show(content: ItemContent): void {
    clearTimeout(this.#timer);
    if (content.state.kind === 'generating') {
      this.#timer = setTimeout(() => this.#draw(content), patienceMs);
    } else {
      this.#draw(content);
    }
  }

  #draw(content: ItemContent): void {
    const { state } = content;
    this.#item.text = `$(${icons[state.kind]}) ${shortWords(state, content)}`;
    this.#item.backgroundColor =
      state.kind === 'failed' || state.kind === 'no-model'
        ? new vscode.ThemeColor('statusBarItem.warningBackground')
        : undefined;
    this.#item.tooltip = tooltip(content);
    this.#item.accessibilityInformation = {
      label: t('Completion: {0} Click for the menu.', sentencesOf(state, content)),
      role: 'button',
    };
    this.#item.show();
  }
}

function tooltip(content: ItemContent): vscode.MarkdownString {
  const { state, statistics, reason } = content;
  const details = new vscode.MarkdownString('', true);
  const paragraphs = [
    sentencesOf(state, content),
    ...(reason !== undefined && isAtWork(state) ? [noOfferSentences(t)[reason]] : []),
    t('Click for the menu.'),
  ];
  details.appendMarkdown(paragraphs.map(markdownText).join('\n\n'));
  const [first, rate] = [median(statistics.firstTokenMs), median(statistics.tokensPerSecond)];
  const accepted = acceptanceRate(statistics);
  const lines = [
    ...(first === undefined
      ? []
      : [[t('Time to the first token'), t('{0} ms', Math.round(first))]]),
    ...(rate === undefined ? [] : [[t('Tokens per second'), rate.toFixed(1)]]),
    ...(accepted === undefined
      ? []
      : [[t('Accepted, of {0} shown', statistics.shown), percent(accepted)]]),
    ...(statistics.device === undefined ? [] : [[t('Device'), deviceNames[statistics.device]]]),
  ];
  if (lines.length > 0) {
    details.appendMarkdown(
      `\n\n| | |\n| --- | ---: |\n${lines.map(([name, value]) => `| ${name ?? ''} | ${value ?? ''} |`).join('\n')}`,
    );
  }
  const link = (label: string, command: string) => `[${label}](command:lmEvolution.${command})`;
  const links = [
    ...(state.kind === 'off' ? [] : [link(t('Why This Completion?'), 'whyThisCompletion')]),
    ...(lines.length > 0
      ? [
          link(t('Statistics'), 'showCompletionStatistics'),
          link(t('Clear Statistics'), 'clearCompletionStatistics'),
        ]
      : []),
  ];
  details.isTrusted = {
    enabledCommands: [
      'lmEvolution.whyThisCompletion',
      'lmEvolution.showCompletionStatistics',
      'lmEvolution.clearCompletionStatistics',
    ],
  };
  return details.appendMarkdown(`\n\n${links.join(' · ')}`);
}

/** Whether the state does not itself explain that nothing is offered. */
const isAtWork = ({ kind }: CompletionState): boolean =>
  kind === 'ready' || kind === 'on-request' || kind === 'too-slow' || kind === 'snoozed';

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
