/** Folds the lines of a document that a model finds predictable. */
import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import { type DocumentScorer, lengthOf } from './documentScorer';
import { type LineRange, predictableRuns, sumsByLine } from './lineBits';
import { linesIn } from './surprisalDecorations';

/** Folds predictable lines as they are known when it is made, and unfolds them when it is disposed. */
export class PredictableFolds extends Disposable {
  readonly ranges: readonly LineRange[];
  readonly #document: vscode.TextDocument;

  constructor(scorer: DocumentScorer) {
    super();
    const { document } = scorer;
    this.#document = document;
    const lines = sumsByLine(linesIn(scorer, { start: 0, end: lengthOf(document) }));
    this.ranges = predictableRuns(
      lines,
      document.lineCount,
      line => document.lineAt(line).isEmptyOrWhitespace,
    );
    const ranges = this.ranges.map(({ start, end }) => new vscode.FoldingRange(start, end));
    this.register({ dispose: () => void this.#unfold() });
    this.register(
      vscode.languages.registerFoldingRangeProvider(
        { scheme: document.uri.scheme, pattern: '**' },
        // An edit moves lines: VS Code moves what is folded, and new ranges would fold something else.
        { provideFoldingRanges: of => (of === document ? ranges : undefined) },
      ),
    );
  }

  /** Folds. Call it once, in the active editor. */
  async fold(): Promise<void> {
    await this.#run('editor.fold');
  }

  /** Only the active editor can be unfolded; in another one the ranges end with the provider, which shows their lines. */
  async #unfold(): Promise<void> {
    await this.#run('editor.unfold');
  }

  async #run(command: string): Promise<void> {
    const selectionLines = this.ranges.map(({ start }) => start);
    if (selectionLines.length > 0 && vscode.window.activeTextEditor?.document === this.#document) {
      await vscode.commands.executeCommand(command, {
        levels: 1,
        direction: 'down',
        selectionLines,
      });
    }
  }
}
