/** Paints tokens in editors, and finds the part of a document to paint. */
import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import { isHighContrast } from '../../workbench/strengthDecorations';

/** The ranges of an editor, by how they are painted. */
export interface TokenRanges {
  readonly even: readonly vscode.Range[];
  readonly odd: readonly vscode.Range[];
  /** Those of `even` and `odd` whose characters several tokens share. */
  readonly shared: readonly vscode.Range[];
}

const nothing: TokenRanges = { even: [], odd: [], shared: [] };

/** Paints tokens in two alternating colours, with decorations that never move text. */
export class TokenDecorations extends Disposable {
  #types = decorationTypes();
  readonly #shown = new Map<vscode.TextEditor, TokenRanges>();

  constructor() {
    super();
    this.register({ dispose: () => this.#disposeTypes() });
    this.register(
      vscode.window.onDidChangeActiveColorTheme(() => {
        this.#disposeTypes();
        this.#types = decorationTypes();
        for (const [editor, ranges] of this.#shown) {
          this.show(editor, ranges);
        }
      }),
    );
  }

  /** The painted ranges of an editor, for tests. */
  rangesOf(editor: vscode.TextEditor | undefined): TokenRanges {
    return (editor && this.#shown.get(editor)) ?? nothing;
  }

  show(editor: vscode.TextEditor, ranges: TokenRanges): void {
    this.#shown.set(editor, ranges);
    editor.setDecorations(this.#types.even, ranges.even);
    editor.setDecorations(this.#types.odd, ranges.odd);
    editor.setDecorations(this.#types.shared, ranges.shared);
  }

  /** Forgets all other editors. */
  keepOnly(editors: readonly vscode.TextEditor[]): void {
    for (const editor of this.#shown.keys()) {
      if (!editors.includes(editor)) {
        this.#shown.delete(editor);
      }
    }
  }

  clear(): void {
    for (const editor of this.#shown.keys()) {
      this.show(editor, nothing);
    }
    this.#shown.clear();
  }

  #disposeTypes(): void {
    for (const type of Object.values(this.#types)) {
      type.dispose();
    }
  }
}

/** In high contrast borders distinguish tokens, because colour alone must not carry a meaning. */
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
    // This is a border and not an underline: a style of letters separates them, and tears right-to-left words apart.
    shared: create({
      borderWidth: '0 0 2px 0',
      borderStyle: 'dotted',
      borderColor: new vscode.ThemeColor('lmEvolution.tokens.shared'),
    }),
  };
}

/** The number of lines above and below the visible ones that are painted too, so that they are ready on scrolling. */
const margin = 60;
/** In UTF-16 units. Only the beginning of a longer part is painted: a minified file has lines of megabytes. */
const maxVisibleLength = 60_000;

/** The part of a document that is tokenized for an editor. */
export interface VisiblePart {
  readonly text: string;
  /** The UTF-16 offset of its first character in the document. */
  readonly start: number;
}

/**
 * Takes what an editor shows, with whole lines around it. The part begins at the beginning of a line, so its tokens are
 * those of the whole document, except for white space that a tokenizer joins across the cut.
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
