import * as vscode from 'vscode';
import { Disposable } from '../dispose';
import { percent } from '../percent';
import { deviceNames } from '../statusItem';
import type { CompletionState } from './state';
import { acceptanceRate, median, type Statistics } from './statistics';

const { t } = vscode.l10n;

/** Work that is done sooner is not said: the item would flicker with each key, in ms. */
const patienceMs = 150;

const icons: Readonly<Record<CompletionState['kind'], string>> = {
  off: 'circle-slash',
  unasked: 'question',
  'off-for-language': 'circle-slash',
  loading: 'loading~spin',
  thinking: 'loading~spin',
  'too-slow': 'watch',
  failed: 'warning',
  ready: 'sparkle',
};

/** Says in the status bar whether texts are offered; a click turns that off or on, or asks what to do. */
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

  /** @param modelName as people know it, without what stands in brackets. */
  show(state: CompletionState, modelName: string, statistics: Statistics): void {
    clearTimeout(this.#timer);
    const draw = () => this.#draw(state, modelName, statistics);
    if (state.kind === 'thinking') {
      this.#timer = setTimeout(draw, patienceMs);
    } else {
      draw();
    }
  }

  #draw(state: CompletionState, modelName: string, statistics: Statistics): void {
    const words = wordsOf(state, modelName);
    const needsDecision =
      state.kind === 'too-slow' || state.kind === 'failed' || state.kind === 'unasked';
    this.#item.text = `$(${icons[state.kind]}) ${modelName}`;
    this.#item.command = needsDecision
      ? 'lmEvolution.completion.decide'
      : 'lmEvolution.toggleCompletion';
    this.#item.backgroundColor =
      state.kind === 'failed'
        ? new vscode.ThemeColor('statusBarItem.warningBackground')
        : undefined;
    this.#item.tooltip = tooltip(words, state, statistics);
    this.#item.accessibilityInformation = {
      label: t('Completion: {0}', words),
      role: 'button',
    };
    this.#item.show();
  }
}

/** One sentence, and what a click does. */
function wordsOf(state: CompletionState, modelName: string): string {
  switch (state.kind) {
    case 'off':
      return t('{0} completes nothing. Click to turn completion on.', modelName);
    case 'unasked':
      return t(
        '{0} waits for your word: {1} completes text too. Click to decide.',
        modelName,
        state.others.join(', '),
      );
    case 'off-for-language':
      return t(
        '{0} completes text, but not in documents of the language {1}. Click to turn completion off everywhere.',
        modelName,
        state.languageId,
      );
    case 'loading':
      return t('{0} is being loaded.', modelName);
    case 'thinking':
      return t('{0} is writing.', modelName);
    case 'too-slow':
      return t(
        '{0} takes {1} s for a suggestion on this machine, so it waits to be asked. Click to decide.',
        modelName,
        (state.usualMs / 1000).toFixed(1),
      );
    case 'failed':
      return t('{0} could not complete: {1} Click to decide.', modelName, state.why);
    case 'ready':
      return t(
        '{0} completes text as you write, on this machine. Click to turn it off.',
        modelName,
      );
  }
}

function tooltip(
  words: string,
  state: CompletionState,
  statistics: Statistics,
): vscode.MarkdownString {
  const details = new vscode.MarkdownString('', true);
  details.appendText(words);
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
    ...(state.kind === 'off'
      ? []
      : [
          link(t('Why This Completion?'), 'whyThisCompletion'),
          link(t('This Language'), 'toggleCompletionForLanguage'),
        ]),
    ...(lines.length > 0 ? [link(t('Clear'), 'clearCompletionStatistics')] : []),
  ];
  details.isTrusted = {
    enabledCommands: [
      'lmEvolution.whyThisCompletion',
      'lmEvolution.toggleCompletionForLanguage',
      'lmEvolution.clearCompletionStatistics',
    ],
  };
  return details.appendMarkdown(`\n\n${links.join(' · ')}`);
}
