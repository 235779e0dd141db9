/** The item of token colours in the status bar. */
import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';

const { t } = vscode.l10n;

/** Shows whose tokens are painted; a click turns the colours off. */
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

  /** The text of the item, for tests. */
  get text(): string {
    return this.#item.text;
  }

  show(tokenizerName: string): void {
    this.#item.text = `$(symbol-string) ${t('tokens of {0}', tokenizerName)}`;
    this.#item.tooltip = t('Click or press Escape to turn them off.');
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
