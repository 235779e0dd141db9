import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import { isHighContrast } from '../../workbench/highContrast';

/** Ranges of an editor by how they are painted. */
export interface TokenRanges {
  readonly even: readonly vscode.Range[];
  readonly odd: readonly vscode.Range[];
  /** Of them, those of characters that several tokens share. */
  readonly shared: readonly vscode.Range[];
}

const nothing: TokenRanges = { even: [], odd: [], shared: [] };

/** Paints tokens in two colours in turn, by decorations that never move text. */
export class TokenPaint extends Disposable {
  #types = decorationTypes();
  readonly #painted = new Map<vscode.TextEditor, TokenRanges>();

  constructor() {
    super();
    this.register({ dispose: () => this.#disposeTypes() });
    this.register(
      vscode.window.onDidChangeActiveColorTheme(() => {
        this.#disposeTypes();
        this.#types = decorationTypes();
        for (const [editor, ranges] of this.#painted) {
          this.show(editor, ranges);
        }
      }),
    );
  }

  /** What is painted in an editor, for tests. */
  rangesOf(editor: vscode.TextEditor | undefined): TokenRanges {
    return (editor && this.#painted.get(editor)) ?? nothing;
  }

  show(editor: vscode.TextEditor, ranges: TokenRanges): void {
    this.#painted.set(editor, ranges);
    editor.setDecorations(this.#types.even, ranges.even);
    editor.setDecorations(this.#types.odd, ranges.odd);
    editor.setDecorations(this.#types.shared, ranges.shared);
  }

  /** Forgets the editors that are gone. */
  keepOnly(editors: readonly vscode.TextEditor[]): void {
    for (const editor of this.#painted.keys()) {
      if (!editors.includes(editor)) {
        this.#painted.delete(editor);
      }
    }
  }

  clear(): void {
    for (const editor of this.#painted.keys()) {
      this.show(editor, nothing);
    }
    this.#painted.clear();
  }

  #disposeTypes(): void {
    for (const type of Object.values(this.#types)) {
      type.dispose();
    }
  }
}

/** In high contrast a border tells tokens apart, because a colour alone must not. */
function decorationTypes(): Record<keyof TokenRanges, vscode.TextEditorDecorationType> {
  const isBordered = isHighContrast();
  const create = (options: vscode.DecorationRenderOptions) =>
    vscode.window.createTextEditorDecorationType({
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
      ...options,
    });
  const token = (name: 'even' | 'odd', border: string) => {
    const color = new vscode.ThemeColor(`lmEvolution.tokens.${name}`);
    return create(
      isBordered ? { border, borderColor: color } : { backgroundColor: color, borderRadius: '2px' },
    );
  };
  return {
    even: token('even', '1px solid'),
    odd: token('odd', '1px dotted'),
    // A border and no underline: what styles letters parts them, and tears right-to-left words.
    shared: create({
      borderWidth: '0 0 2px 0',
      borderStyle: 'dotted',
      borderColor: new vscode.ThemeColor('lmEvolution.tokens.shared'),
    }),
  };
}
