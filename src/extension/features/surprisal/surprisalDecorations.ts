/** Paints the surprisal of a document, and tells it in the status bar. */
import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import { isHighContrast } from '../../workbench/strengthDecorations';
import type { LineToken } from './lineBits';
import { rulerStep, stepOf, stepStarts } from './scoredTokens';
import { SurprisalLegend } from './surprisalLegend';
import { underlines } from './underlines';
import type { TextSpan } from '../../../common/text/sentences';
import { type DocumentScorer, type DocumentToken, visibleSpansOf } from './documentScorer';

/** A painted range of a document, for tests. */
export interface TokenMark {
  readonly range: vscode.Range;
  /** From 1 to the number of steps. */
  readonly step: number;
}

/** How far beyond the visible text is painted, in UTF-16 units, so that it is ready on scrolling. */
const margin = 4000;
/** The shortest time between two paints, in ms. */
const paintMs = 100;
/** The shortest time between two paints of the overview ruler, in ms. */
const rulerMs = 500;
/** More marks would not be visible: the overview ruler has a few hundred pixels. */
const maxRulerMarks = 1500;

/**
 * Paints the scores of a document with decorations that never move text: every visible token, and the most surprising
 * tokens of the whole document in the overview ruler.
 */
export class SurprisalDecorations extends Disposable {
  readonly #scorer: DocumentScorer;
  #types = decorationTypes();
  #painted: readonly TokenMark[] = [];
  /** The painted ranges of each step. */
  #steps: readonly (readonly vscode.Range[])[] = [];
  /** The editors in which some of it is selected. */
  readonly #withSelection = new WeakSet<vscode.TextEditor>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #rulerAt = -Infinity;

  constructor(scorer: DocumentScorer) {
    super();
    this.#scorer = scorer;
    this.register({ dispose: () => clearTimeout(this.#timer) });
    this.register({ dispose: () => this.#disposeTypes() });
    this.register(
      vscode.window.onDidChangeActiveColorTheme(() => {
        this.#disposeTypes();
        this.#types = decorationTypes();
        this.#rulerAt = -Infinity;
        this.paint();
      }),
    );
    this.register(vscode.window.onDidChangeVisibleTextEditors(() => this.schedulePaint()));
    this.register(vscode.window.onDidChangeTextEditorVisibleRanges(() => this.schedulePaint()));
    this.register(
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor.document === scorer.document) {
          this.#clearSelected(textEditor);
        }
      }),
    );
  }

  get painted(): readonly TokenMark[] {
    return this.#painted;
  }

  /** Paints what is known, after a short delay. */
  schedulePaint(): void {
    this.#timer ??= setTimeout(() => this.paint(), paintMs);
  }

  paint(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { document } = this.#scorer;
    const steps: vscode.Range[][] = stepStarts.map(() => []);
    const painted: TokenMark[] = [];
    for (const { start, end } of visibleSpansOf(document)) {
      const near = { start: Math.max(0, start - margin), end: end + margin };
      for (const token of this.#scorer.tokensIn(near)) {
        const step = stepOf(token.bits ?? 0);
        const range = step > 0 ? rangeOf(document, token) : undefined;
        if (range) {
          steps[step - 1]?.push(range);
          painted.push({ range, step });
        }
      }
    }
    this.#painted = painted;
    this.#steps = steps;
    const now = performance.now();
    const isRulerDue = now - this.#rulerAt > rulerMs;
    const marks = isRulerDue ? this.#rulerMarks() : undefined;
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document === document) {
        this.#paintSteps(editor);
        this.#types.ruler.forEach((type, i) => {
          if (marks) {
            editor.setDecorations(type, marks[i] ?? []);
          }
        });
      }
    }
    if (isRulerDue) {
      this.#rulerAt = now;
    } else {
      this.#timer = setTimeout(() => this.paint(), rulerMs);
    }
  }

  /** Paints anew where something is selected, or was until now. */
  #clearSelected(editor: vscode.TextEditor): void {
    const hasSelection = editor.selections.some(({ isEmpty }) => !isEmpty);
    if (hasSelection || this.#withSelection.has(editor)) {
      this.#withSelection[hasSelection ? 'add' : 'delete'](editor);
      this.#paintSteps(editor);
    }
  }

  /** A fill would lie over the colour of a selection: what is selected has its line alone. */
  #paintSteps(editor: vscode.TextEditor): void {
    const selections = editor.selections.filter(({ isEmpty }) => !isEmpty);
    const isSelected = (range: vscode.Range) =>
      selections.some(selection => {
        const common = selection.intersection(range);
        return common !== undefined && !common.isEmpty;
      });
    this.#types.steps.forEach((type, i) => {
      const ranges = this.#steps[i] ?? [];
      const selected = selections.length > 0 ? ranges.filter(isSelected) : [];
      const others = selected.length > 0 ? ranges.filter(range => !isSelected(range)) : ranges;
      editor.setDecorations(type, others);
      editor.setDecorations(this.#types.selected[i]!, selected);
    });
  }

  /** The ranges for each step that the ruler shows: the most surprising tokens of each chunk, as many as fit. */
  #rulerMarks(): readonly (readonly vscode.Range[])[] {
    const { document, chunks: parts } = this.#scorer;
    const maxPerChunk = Math.max(1, Math.floor(maxRulerMarks / Math.max(1, parts.length)));
    const marks: vscode.Range[][] = stepStarts.slice(rulerStep - 1).map(() => []);
    for (const { start, mostSurprising: worst } of parts) {
      for (const token of worst.slice(0, maxPerChunk)) {
        const range = rangeOf(document, { ...token, offset: start + token.start });
        if (range) {
          marks[stepOf(token.bits ?? 0) - rulerStep]?.push(range);
        }
      }
    }
    return marks;
  }

  #disposeTypes(): void {
    for (const type of Object.values(this.#types).flat()) {
      type.dispose();
    }
  }
}

/** The range of a token without white space at its ends; all of a token that is only spaces, and none of a line end. */
export function rangeOf(
  document: vscode.TextDocument,
  { offset, start, end }: Pick<DocumentToken, 'offset' | 'start' | 'end'>,
): vscode.Range | undefined {
  const at = (place: number) => document.positionAt(place);
  const text = document.getText(new vscode.Range(at(offset), at(offset + end - start)));
  const visible = text.trim();
  if (visible === '') {
    return /[\r\n]/.test(text) || text === ''
      ? undefined
      : new vscode.Range(at(offset), at(offset + text.length));
  }
  const lead = offset + text.indexOf(visible);
  return new vscode.Range(at(lead), at(lead + visible.length));
}

/** The tokens in a span, each with the line on which its visible text begins. */
export function linesIn(scorer: DocumentScorer, span: TextSpan): readonly LineToken[] {
  const { document } = scorer;
  return scorer.tokensIn(span).map(token => {
    const start = rangeOf(document, token)?.start ?? document.positionAt(token.offset);
    return { line: start.line, bits: token.bits, bytes: token.bytes };
  });
}

function decorationTypes() {
  const color = (name: string) => new vscode.ThemeColor(`lmEvolution.surprisal.${name}`);
  const create = vscode.window.createTextEditorDecorationType;
  const step = (isFilled: boolean) =>
    underlines().map(({ width, style }, i) =>
      create({
        rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
        borderWidth: `0 0 ${width} 0`,
        borderStyle: style,
        borderColor: color('line'),
        ...(isFilled && { backgroundColor: color(`step${i + 1}`) }),
      }),
    );
  return {
    steps: step(!isHighContrast()),
    selected: step(false),
    ruler: stepStarts.slice(rulerStep - 1).map((_, i) =>
      create({
        overviewRulerColor: color(`ruler${rulerStep + i}`),
        overviewRulerLane: vscode.OverviewRulerLane.Right,
      }),
    ),
  };
}

const { t } = vscode.l10n;

/** Shows how surprising the text is and how far it has been read; a click hides the surprisal. */
export class SurprisalItem extends Disposable {
  readonly #item = this.register(
    vscode.window.createStatusBarItem('lmEvolution.surprisal', vscode.StatusBarAlignment.Right, 92),
  );
  readonly #legend = this.register(new SurprisalLegend());

  constructor() {
    super();
    this.#item.name = t('Surprisal');
    this.#item.command = 'lmEvolution.hideSurprisal';
  }

  get text(): string {
    return this.#item.text;
  }

  /** Whether the legend is in sight. */
  get hasLegend(): boolean {
    return this.#legend.isShown;
  }

  hide(): void {
    this.#item.text = '';
    this.#item.hide();
    this.#legend.hide();
  }

  /**
   * @param label "perplexity 23 · 1.1 bits per byte", or what is being waited for.
   * @param progress 0 to 1; undefined when all is done.
   */
  show(label: string, progress: number | undefined, details: vscode.MarkdownString): void {
    const share = progress === undefined ? undefined : Math.floor(progress * 100);
    const icon = share === undefined ? '$(pulse)' : '$(loading~spin)';
    const done = share === undefined || share === 0 ? '' : ` · ${share} %`;
    this.#item.text = `${icon} ${label}${done}`;
    const meaning = new vscode.MarkdownString(details.value, true);
    meaning.supportHtml = true;
    this.#legend.show(meaning);
    this.#item.tooltip = details.appendMarkdown(`\n\n${t('Click or press Escape to hide it.')}`);
    this.#item.accessibilityInformation = {
      label: t('Surprisal: {0}. Click to hide it.', label + done),
      role: 'button',
    };
    this.#item.show();
  }
}
