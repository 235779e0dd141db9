/** Paints ranges of documents by strength. */
import * as vscode from 'vscode';
import { Disposable } from './dispose';

/** A range to be painted. */
export interface Mark {
  readonly range: vscode.Range;
  /** From 0, which is not painted, to 1. */
  readonly strength: number;
  /** The text shown while the pointer is on the range. */
  readonly hover?: vscode.MarkdownString | undefined;
}

/** The number of strengths that can be distinguished; `package.json` contributes a colour for each. */
const stepCount = 8;

/** The step of a strength: from 0, which is not painted, to {@link stepCount}. Every strength above 0 is visible. */
const stepOf = (strength: number): number =>
  Math.ceil(Math.min(1, Math.max(0, strength)) * stepCount);

/** The border of each step in high contrast, from dotted to thick, because colour alone must not carry a meaning. */
const borders = [
  '1px dotted',
  '1px dotted',
  '1px dashed',
  '1px dashed',
  '1px solid',
  '1px solid',
  '2px solid',
  '3px solid',
];

/**
 * Paints strengths onto a document with decorations that never move text, in our contributed colours. The document is
 * painted in every editor that shows it.
 */
export class StrengthDecorations extends Disposable {
  #painted:
    | {
        readonly uri: string;
        readonly marks: readonly Mark[];
        readonly query: readonly vscode.Range[];
      }
    | undefined;
  #types = decorationTypes();
  #isVisible = true;

  constructor() {
    super();
    this.register({ dispose: () => this.#disposeTypes() });
    this.register(
      vscode.window.onDidChangeActiveColorTheme(() => {
        this.#disposeTypes();
        this.#types = decorationTypes();
        this.#repaint();
      }),
    );
    this.register(vscode.window.onDidChangeVisibleTextEditors(() => this.#repaint()));
  }

  /** The painted ranges, for tests. */
  get marks(): readonly Mark[] {
    return this.#painted?.marks ?? [];
  }

  /** The outlined ranges, for tests. */
  get query(): readonly vscode.Range[] {
    return this.#painted?.query ?? [];
  }

  /** Takes what is painted off the documents, or puts it there again. */
  setVisible(isVisible: boolean): void {
    if (this.#isVisible !== isVisible) {
      this.#isVisible = isVisible;
      this.#repaint();
    }
  }

  /**
   * Replaces what is painted.
   *
   * @param query the ranges that the strengths belong to; each gets a frame.
   */
  show(
    document: vscode.TextDocument,
    marks: readonly Mark[],
    query: readonly vscode.Range[] = [],
  ): void {
    const uri = document.uri.toString();
    if (this.#painted && this.#painted.uri !== uri) {
      this.clear();
    }
    this.#painted = { uri, marks, query };
    this.#repaint();
  }

  clear(): void {
    if (this.#painted) {
      this.#painted = { ...this.#painted, marks: [], query: [] };
      this.#repaint();
      this.#painted = undefined;
    }
  }

  #repaint(): void {
    if (!this.#painted) {
      return;
    }
    const { uri, ...painted } = this.#painted;
    const { marks, query } = this.#isVisible ? painted : { marks: [], query: [] };
    const steps: vscode.DecorationOptions[][] = this.#types.steps.map(() => []);
    for (const { range, strength, hover } of marks) {
      steps[stepOf(strength) - 1]?.push({ range, ...(hover && { hoverMessage: hover }) });
    }
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document.uri.toString() === uri) {
        this.#types.steps.forEach((type, i) => editor.setDecorations(type, steps[i] ?? []));
        editor.setDecorations(this.#types.query, query);
      }
    }
  }

  #disposeTypes(): void {
    for (const type of [...this.#types.steps, this.#types.query]) {
      type.dispose();
    }
  }
}

function decorationTypes() {
  const isBordered = isHighContrast();
  const color = (name: string | number) => new vscode.ThemeColor(`lmEvolution.attention.${name}`);
  const create = (options: vscode.DecorationRenderOptions) =>
    vscode.window.createTextEditorDecorationType({
      borderRadius: '2px',
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
      ...options,
    });
  return {
    steps: borders.map((border, i) =>
      create(
        isBordered
          ? { border, borderColor: color(`step${i + 1}`) }
          : { backgroundColor: color(`step${i + 1}`) },
      ),
    ),
    query: create({
      border: isBordered ? '3px double' : '2px solid',
      borderColor: color('query'),
    }),
  };
}

/** Whether the theme is one of high contrast, in which colour alone must not carry a meaning. */
export const isHighContrast = (): boolean =>
  [vscode.ColorThemeKind.HighContrast, vscode.ColorThemeKind.HighContrastLight].includes(
    vscode.window.activeColorTheme.kind,
  );
