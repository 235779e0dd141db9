import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import { isHighContrast } from '../../workbench/strengthDecorations';

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

/** Lines above and below what is visible, so that scrolling a little finds them painted. */
const margin = 60;
/** UTF-16 units; of a longer stretch the beginning is painted. A minified file has lines of megabytes. */
const maxVisibleLength = 60_000;

/** The part of a document to be cut into tokens for an editor. */
export interface VisiblePart {
  readonly text: string;
  /** UTF-16 offset of its first character in the document. */
  readonly start: number;
}

/**
 * What an editor shows, with whole lines around it. It begins where a line does, so that it is cut as the whole
 * document would be, but for white space that a tokenizer joins over the cut.
 */
export function visiblePart({ document, visibleRanges }: vscode.TextEditor): VisiblePart {
  const lines = visibleRanges.flatMap(({ start, end }) => [start.line, end.line]);
  const first = Math.max(0, Math.min(...lines) - margin);
  const last = Math.min(document.lineCount - 1, Math.max(...lines, 0) + margin);
  const start = document.offsetAt(new vscode.Position(Number.isFinite(first) ? first : 0, 0));
  const end = Math.min(
    document.offsetAt(document.lineAt(last).range.end),
    start + maxVisibleLength,
  );
  const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
  return { text: document.getText(range), start };
}
