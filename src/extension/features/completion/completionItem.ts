/** The status bar item of completion. */

import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import { percent } from '../../workbench/percent';
import { markdownText } from '../../workbench/markdown';
import { deviceNames } from '../../workbench/statusItem';
import { type CompletionState, sentencesOf, shortWords, type DisplayNames } from './state';
import { acceptanceRate, median, type Statistics } from './statistics';

const { t } = vscode.l10n;

/** Work that is done sooner is not said: the item would flicker with each key, in ms. */
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

/** What the item says. */
export interface ItemContent extends DisplayNames {
  readonly state: CompletionState;
  readonly statistics: Statistics;
  /** Why nothing was offered at the newest place, as a sentence. */
  readonly nothing: string | undefined;
}

/** Says in the status bar whether texts are offered; a click opens the menu. */
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

  /** What stands there, for tests. */
  get text(): string {
    return this.#item.text;
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.#item.hide();
  }

  show(shown: ItemContent): void {
    clearTimeout(this.#timer);
    if (shown.state.kind === 'generating') {
      this.#timer = setTimeout(() => this.#draw(shown), patienceMs);
    } else {
      this.#draw(shown);
    }
  }

  #draw(shown: ItemContent): void {
    const { state } = shown;
    this.#item.text = `$(${icons[state.kind]}) ${shortWords(state, shown)}`;
    this.#item.backgroundColor =
      state.kind === 'failed' || state.kind === 'no-model'
        ? new vscode.ThemeColor('statusBarItem.warningBackground')
        : undefined;
    this.#item.tooltip = tooltip(shown);
    this.#item.accessibilityInformation = {
      label: t('Completion: {0} Click for the menu.', sentencesOf(state, shown)),
      role: 'button',
    };
    this.#item.show();
  }
}

function tooltip(shown: ItemContent): vscode.MarkdownString {
  const { state, statistics, nothing } = shown;
  const details = new vscode.MarkdownString('', true);
  const paragraphs = [
    sentencesOf(state, shown),
    ...(nothing !== undefined && isAtWork(state) ? [nothing] : []),
    t('Click for all that can be done.'),
  ];
  details.appendMarkdown(paragraphs.map(markdownText).join('\n\n'));
  const [first, rate] = [median(statistics.firstTokenMs), median(statistics.tokensPerSecond)];
  const accepted = acceptanceRate(statistics);
  const lines = [
    ...(first === undefined
      ? []
      : [[t('Time to the first token'), t('{0} ms', Math.round(first))]]),
    ...(rate === undefined ? [] : [[t('Tokens a second'), rate.toFixed(1)]]),
    ...(accepted === undefined
      ? []
      : [[t('Taken, of {0} shown', statistics.shown), percent(accepted)]]),
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

/** Where the state does not itself say why nothing is offered. */
const isAtWork = ({ kind }: CompletionState): boolean =>
  kind === 'ready' || kind === 'on-request' || kind === 'too-slow' || kind === 'snoozed';
