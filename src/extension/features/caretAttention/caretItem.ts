/** The item of attention at the caret in the status bar. */
import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';

const { t } = vscode.l10n;

/** Shows what is painted; a click turns it off. */
export class CaretItem extends Disposable {
  readonly #item = this.register(
    vscode.window.createStatusBarItem(
      'lmEvolution.caretAttention',
      vscode.StatusBarAlignment.Right,
      91,
    ),
  );

  constructor() {
    super();
    this.#item.name = t('Attention at the caret');
    this.#item.command = 'lmEvolution.toggleCaretAttention';
  }

  get text(): string {
    return this.#item.text;
  }

  hide(): void {
    this.#item.hide();
  }

  showRunning(): void {
    this.#show('$(loading~spin)', t('Reading the paragraph at the caret'));
  }

  showNothing(): void {
    this.#show('$(eye)', t('No text at the caret'));
  }

  /** @param label what is painted: "layer 3, head 7: it → cat 43 %". */
  showPainted(label: string, details: vscode.MarkdownString): void {
    this.#show('$(eye)', label, details);
  }

  #show(icon: string, label: string, details = new vscode.MarkdownString()): void {
    this.#item.text = `${icon} ${label}`;
    this.#item.tooltip = details.appendMarkdown(
      `\n\n${t('Click or press Escape to turn it off.')}`,
    );
    this.#item.accessibilityInformation = {
      label: t('Attention at the caret: {0}. Click to turn it off.', label),
      role: 'button',
    };
    this.#item.show();
  }
}
