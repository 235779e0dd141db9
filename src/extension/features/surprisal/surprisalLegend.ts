/** Shows in the status bar what the tints mean. */
import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import { stepStarts } from './scoredTokens';
import { underlines } from './underlines';

const { t } = vscode.l10n;

/** Right beside the item of surprisal. */
const priority = 91.9;

/**
 * The colour of each step with the bits from which it counts, in sight as long as a document is painted. It stands in
 * the status bar because there it moves no text, hides none, and stays where it is while the text is scrolled.
 */
export class SurprisalLegend extends Disposable {
  readonly #items = stepStarts.map((start, index) => {
    const item = this.register(
      vscode.window.createStatusBarItem(
        `lmEvolution.surprisal.legend${index + 1}`,
        vscode.StatusBarAlignment.Right,
        priority - index / 100,
      ),
    );
    item.name = t('Surprisal: Legend');
    item.color = new vscode.ThemeColor(`lmEvolution.surprisal.ruler${index + 1}`);
    return { item, start };
  });
  #isShown = false;

  /** Whether it is in sight, for tests. */
  get isShown(): boolean {
    return this.#isShown;
  }

  show(tooltip: vscode.MarkdownString): void {
    const lines = underlines();
    this.#items.forEach(({ item, start }, index) => {
      const bits = index === 0 ? t('{0}+ bits', start) : `${start}+`;
      item.text = `$(circle-filled) ${bits}`;
      item.tooltip = tooltip;
      item.accessibilityInformation = {
        label: t('From {0} bits on: line {1}', start, lines[index]?.name ?? ''),
      };
      item.show();
    });
    this.#isShown = true;
  }

  hide(): void {
    for (const { item } of this.#items) {
      item.hide();
    }
    this.#isShown = false;
  }
}
