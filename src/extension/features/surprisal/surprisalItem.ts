/** The item of surprisal in the status bar. */
import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';

const { t } = vscode.l10n;

/** Shows how surprising the text is and how far it has been read; a click hides the surprisal. */
export class SurprisalItem extends Disposable {
  readonly #item = this.register(
    vscode.window.createStatusBarItem('lmEvolution.surprisal', vscode.StatusBarAlignment.Right, 92),
  );

  constructor() {
    super();
    this.#item.name = t('Surprisal');
    this.#item.command = 'lmEvolution.hideSurprisal';
  }

  get text(): string {
    return this.#item.text;
  }

  hide(): void {
    this.#item.text = '';
    this.#item.hide();
  }

  /**
   * @param label "perplexity 23 · 1.1 bits per byte", or what is being waited for.
   * @param progress 0 to 1; undefined when all is done.
   */
  show(label: string, progress: number | undefined, details: vscode.MarkdownString): void {
    const share = progress === undefined ? undefined : Math.floor(progress * 100);
    const icon = share === undefined ? '$(pulse)' : '$(loading~spin)';
    const done = share === undefined || share === 0 ? '' : ` · ${share} %`;
    this.#item.text = `${icon} ${label}${done}`;
    this.#item.tooltip = details.appendMarkdown(`\n\n${t('Click or press Escape to hide it.')}`);
    this.#item.accessibilityInformation = {
      label: t('Surprisal: {0}. Click to hide it.', label + done),
      role: 'button',
    };
    this.#item.show();
  }
}
