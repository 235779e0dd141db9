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
    const create = (part: string, place: number) => {
      const item = this.register(
        vscode.window.createStatusBarItem(
          `lmEvolution.surprisal.legend${index + 1}${part}`,
          vscode.StatusBarAlignment.Right,
          priority - (2 * index + place) / 100,
        ),
      );
      item.name = t('Surprisal: Legend');
      return item;
    };
    const dot = create('', 0);
    dot.text = '$(circle-filled)';
    dot.color = new vscode.ThemeColor(`lmEvolution.surprisal.ruler${index + 1}`);
    // In the colour of the status bar: the faintest step would be hard to read.
    return { dot, words: create('Words', 1), start };
  });
  #isShown = false;

  /** Whether it is in sight, for tests. */
  get isShown(): boolean {
    return this.#isShown;
  }

  show(tooltip: vscode.MarkdownString): void {
    const lines = underlines();
    this.#items.forEach(({ dot, words, start }, index) => {
      words.text = index === 0 ? t('{0}+ bits', start) : `${start}+`;
      for (const item of [dot, words]) {
        item.tooltip = tooltip;
        item.accessibilityInformation = {
          label: t('From {0} bits on: line {1}', start, lines[index]?.name ?? ''),
        };
        item.show();
      }
    });
    this.#isShown = true;
  }

  hide(): void {
    for (const { dot, words } of this.#items) {
      dot.hide();
      words.hide();
    }
    this.#isShown = false;
  }
}
