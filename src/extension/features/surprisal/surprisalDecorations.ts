/** Paints the surprisal of a document, and tells it in the status bar. */
import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import { isHighContrast } from '../../workbench/strengthDecorations';
import { rulerStep, stepOf, stepStarts } from './scoredTokens';
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
    const now = performance.now();
    const isRulerDue = now - this.#rulerAt > rulerMs;
    const marks = isRulerDue ? this.#rulerMarks() : undefined;
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document === document) {
        this.#types.steps.forEach((type, i) => editor.setDecorations(type, steps[i] ?? []));
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
    for (const type of [...this.#types.steps, ...this.#types.ruler]) {
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

function decorationTypes() {
  const color = (name: string) => new vscode.ThemeColor(`lmEvolution.surprisal.${name}`);
  const create = vscode.window.createTextEditorDecorationType;
  return {
    steps: underlines().map(({ width, style }, i) =>
      create({
        rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
        borderWidth: `0 0 ${width} 0`,
        borderStyle: style,
        borderColor: color('line'),
        ...(!isHighContrast() && { backgroundColor: color(`step${i + 1}`) }),
      }),
    ),
    ruler: stepStarts.slice(rulerStep - 1).map((_, i) =>
      create({
        overviewRulerColor: color(`ruler${rulerStep + i}`),
        overviewRulerLane: vscode.OverviewRulerLane.Right,
      }),
    ),
  };
}

/** The line under a token of one step, which shows the step without colour. */
export interface Underline {
  readonly width: string;
  readonly style: 'none' | 'dotted' | 'dashed' | 'solid' | 'double';
  /** The name in the legend. */
  readonly name: string;
}

const { t } = vscode.l10n;

const dotted = () => ({ width: '1px', style: 'dotted', name: t('dotted') }) as const;
const dashed = () => ({ width: '1px', style: 'dashed', name: t('dashed') }) as const;
const double = () => ({ width: '3px', style: 'double', name: t('double') }) as const;
const solid = () => ({ width: '2px', style: 'solid', name: t('solid') }) as const;

/** The lines of all steps, from the least surprising on. In high contrast there is no fill, so the first step has a line too. */
export const underlines = (): readonly Underline[] =>
  isHighContrast()
    ? [
        dotted(),
        dashed(),
        { width: '1px', style: 'solid', name: t('thin') },
        { ...solid(), name: t('thick') },
        double(),
      ]
    : [{ width: '0', style: 'none', name: t('none') }, dotted(), dashed(), solid(), double()];

/** Shows how surprising the text is and how far it has been read; a click hides the surprisal. */
export class SurprisalItem extends Disposable {
  readonly #item = this.register(
    vscode.window.createStatusBarItem('lmEvolution.surprisal', vscode.StatusBarAlignment.Right, 92),
  );

  constructor() {
    super();
    this.#item.name = t('Surprisal');
    this.#item.command = 'lmEvolution.hideSurprisal';
  }

  get text(): string {
    return this.#item.text;
  }

  hide(): void {
    this.#item.text = '';
    this.#item.hide();
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
    this.#item.tooltip = details.appendMarkdown(`\n\n${t('Click or press Escape to hide it.')}`);
    this.#item.accessibilityInformation = {
      label: t('Surprisal: {0}. Click to hide it.', label + done),
      role: 'button',
    };
    this.#item.show();
  }
}
