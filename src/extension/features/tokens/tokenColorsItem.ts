import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';

const { t } = vscode.l10n;

/** Says in the status bar that tokens are painted, and whose; a click turns it off. */
export class TokenColorsItem extends Disposable {
  readonly #item = this.register(
    vscode.window.createStatusBarItem(
      'lmEvolution.tokenColors',
      vscode.StatusBarAlignment.Right,
      93,
    ),
  );

  constructor() {
    super();
    this.#item.name = t('Token colours');
    this.#item.command = 'lmEvolution.tokenColors.end';
  }

  /** What stands there, for tests. */
  get text(): string {
    return this.#item.text;
  }

  show(tokenizerName: string): void {
    this.#item.text = `$(symbol-string) ${t('tokens of {0}', tokenizerName)}`;
    this.#item.tooltip = t('Click or press Escape to turn it off.');
    this.#item.accessibilityInformation = {
      label: t('Token colours of {0}. Click to turn them off.', tokenizerName),
      role: 'button',
    };
    this.#item.show();
  }

  hide(): void {
    this.#item.text = '';
    this.#item.hide();
  }
}
