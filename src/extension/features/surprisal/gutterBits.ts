/** Shows the bits of each line in the gutter. */
import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import { type DocumentScorer, visibleSpansOf } from './documentScorer';
import { linesIn } from './surprisalDecorations';
import { sumsByLine } from './lineBits';

/** How far beyond the visible text is shown, in UTF-16 units. */
const margin = 2000;
/** More are written as "1k": three digits are all that the gutter has room for. */
const maxBits = 999;
/** The shortest time between two updates, in ms. */
const updateMs = 200;

/** The sum of the bits of each line in sight, as numbers in the gutter; no text moves. */
export class GutterBits extends Disposable {
  readonly #scorer: DocumentScorer;
  /** Icons by their text. VS Code knows an icon of a gutter only as a part of a type. */
  readonly #types = new Map<string, vscode.TextEditorDecorationType>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #shown: ReadonlyMap<string, readonly vscode.Range[]> = new Map();

  constructor(scorer: DocumentScorer) {
    super();
    this.#scorer = scorer;
    this.register({
      dispose: () => {
        clearTimeout(this.#timer);
        for (const type of this.#types.values()) {
          type.dispose();
        }
      },
    });
    this.register(vscode.window.onDidChangeVisibleTextEditors(() => this.schedule()));
    this.register(vscode.window.onDidChangeTextEditorVisibleRanges(() => this.schedule()));
    this.update();
  }

  /** The numbers by line, for tests. */
  get shown(): ReadonlyMap<number, string> {
    return new Map(
      [...this.#shown].flatMap(([text, ranges]) => ranges.map(({ start }) => [start.line, text])),
    );
  }

  /** Shows what is known, after a short delay. */
  schedule(): void {
    this.#timer ??= setTimeout(() => this.update(), updateMs);
  }

  update(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { document } = this.#scorer;
    const ranges = new Map<string, vscode.Range[]>();
    const seen = new Set<number>();
    for (const { start, end } of visibleSpansOf(document)) {
      const tokens = linesIn(this.#scorer, {
        start: Math.max(0, start - margin),
        end: end + margin,
      });
      for (const [line, { bits }] of sumsByLine(tokens)) {
        if (!seen.has(line)) {
          seen.add(line);
          const text = bits > maxBits ? `${Math.round(bits / 1000)}k` : String(Math.round(bits));
          ranges.set(text, [...(ranges.get(text) ?? []), new vscode.Range(line, 0, line, 0)]);
        }
      }
    }
    // There is a type for each number that was ever shown: those that are not, and were not, have nothing to change.
    const changed = new Set([...this.#shown.keys(), ...ranges.keys()]);
    this.#shown = ranges;
    const editors = vscode.window.visibleTextEditors.filter(one => one.document === document);
    for (const text of changed) {
      const type = this.#types.get(text) ?? iconType(text);
      this.#types.set(text, type);
      editors.forEach(editor => editor.setDecorations(type, ranges.get(text) ?? []));
    }
  }
}

/** A number as an icon, in the colour of line numbers of either kind of theme. */
function iconType(text: string): vscode.TextEditorDecorationType {
  const icon = (color: string) => {
    const size = text.length > 2 ? 8 : 9;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"><text x="15" y="11.5" text-anchor="end" font-family="sans-serif" font-size="${size}" fill="${color}">${text}</text></svg>`;
    return vscode.Uri.parse(`data:image/svg+xml;base64,${btoa(svg)}`);
  };
  return vscode.window.createTextEditorDecorationType({
    gutterIconSize: 'contain',
    dark: { gutterIconPath: icon('#c5c5c5') },
    light: { gutterIconPath: icon('#424242') },
  });
}
