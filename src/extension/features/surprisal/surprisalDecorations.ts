import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import { isHighContrast } from '../../workbench/strengthDecorations';
import { rulerStep, stepOf, stepStarts } from './bits';
import { type PlacedToken, visibleSpansOf, type DocumentScorer } from './documentScorer';

/** A range of a document that is painted, for tests. */
export interface PaintedTokens {
  readonly range: vscode.Range;
  /** From 1 to the count of steps. */
  readonly step: number;
}

/** How far beyond what is on screen it is painted already, in UTF-16 units: a scroll finds it there. */
const margin = 4000;
/** Painting more often than this helps nobody, in ms. */
const paintMs = 100;
const rulerMs = 500;
/** The overview ruler has a few hundred pixels. */
const maxMarks = 1500;
/**
 * Paints a session onto its document, by decorations that never move text: what is on screen token by token, and the
 * most surprising tokens of all of it in the overview ruler.
 */
export class SurprisalPaint extends Disposable {
  readonly #session: DocumentScorer;
  #types = decorationTypes();
  #painted: readonly PaintedTokens[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #rulerAt = -Infinity;

  constructor(session: DocumentScorer) {
    super();
    this.#session = session;
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
    this.register(vscode.window.onDidChangeVisibleTextEditors(() => this.soon()));
    this.register(vscode.window.onDidChangeTextEditorVisibleRanges(() => this.soon()));
  }

  get painted(): readonly PaintedTokens[] {
    return this.#painted;
  }

  /** Paints what is known, now and then. */
  soon(): void {
    this.#timer ??= setTimeout(() => this.paint(), paintMs);
  }

  paint(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { document } = this.#session;
    const steps: vscode.Range[][] = stepStarts.map(() => []);
    const painted: PaintedTokens[] = [];
    for (const { start, end } of visibleSpansOf(document)) {
      const near = { start: Math.max(0, start - margin), end: end + margin };
      for (const token of this.#session.tokensIn(near)) {
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
    const marks = isRulerDue ? this.#marks() : undefined;
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

  /** For each step that the ruler shows, the most surprising of each part, so many that they fit. */
  #marks(): readonly (readonly vscode.Range[])[] {
    const { document, parts } = this.#session;
    const most = Math.max(1, Math.floor(maxMarks / Math.max(1, parts.length)));
    const marks: vscode.Range[][] = stepStarts.slice(rulerStep - 1).map(() => []);
    for (const { start, worst } of parts) {
      for (const token of worst.slice(0, most)) {
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

/** A token without the white space at its ends; all of one that is nothing else, and nothing of a line end. */
export function rangeOf(
  document: vscode.TextDocument,
  { offset, start, end }: Pick<PlacedToken, 'offset' | 'start' | 'end'>,
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
    steps: linesOf().map(({ width, style }, i) =>
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

/** What is drawn under a token, from the least surprising step to the most: it tells the step without any colour. */
export interface Line {
  readonly width: string;
  readonly style: 'none' | 'dotted' | 'dashed' | 'solid' | 'double';
  /** As it stands in the legend. */
  readonly name: string;
}

const { t } = vscode.l10n;

const dotted = () => ({ width: '1px', style: 'dotted', name: t('dotted') }) as const;
const dashed = () => ({ width: '1px', style: 'dashed', name: t('dashed') }) as const;
const double = () => ({ width: '3px', style: 'double', name: t('double') }) as const;
const solid = () => ({ width: '2px', style: 'solid', name: t('solid') }) as const;

/** One for each step. In high contrast there is no fill, and so a line from the first step on. */
export const linesOf = (): readonly Line[] =>
  isHighContrast()
    ? [
        dotted(),
        dashed(),
        { width: '1px', style: 'solid', name: t('thin') },
        { ...solid(), name: t('thick') },
        double(),
      ]
    : [{ width: '0', style: 'none', name: t('none') }, dotted(), dashed(), solid(), double()];
