/** The status bar item of completion. */
import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import { percent } from '../../../common/text/percent';
import { markdownText } from '../../workbench/markdown';
import { deviceNames } from '../../../common/text/deviceNames';
import { noOfferSentences, type NoOfferReason } from './outcome';
import { sentencesOf, shortWords, type CompletionState, type DisplayNames } from './state';
import { acceptanceRate, median, type Statistics } from './statistics';

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
