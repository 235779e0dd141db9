/** Shows the surprisal of one document. */
import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import { hintsSetting } from './options';
import type { Settings } from '../../settings/settings';
import type { Score } from '../../../common/protocol/engine/score';
import type { EngineClient } from '../../../common/engineClient/engineClient';
import type { Manifest } from '../../../common/protocol/manifest';
import { selectedIn, sourceOf } from '../../subject/selection';
import type { TextSpan } from '../../../common/text/sentences';
import { EngineError } from '../../../common/errors';
import { addSums, type Sums } from './scoredTokens';
import { GutterBits } from './gutterBits';
import { Hints } from './hints';
import { type LineRange, predictableBits } from './lineBits';
import { nextPlace, surpriseBits } from './nextSurprise';
import { PredictableFolds } from './predictableFolds';
import { scopesOf, wholeScope } from './scope';
import { DocumentScorer, lengthOf } from './documentScorer';
import { rangeOf, SurprisalDecorations, type SurprisalItem } from './surprisalDecorations';
import { changeLabel, hoverText, legend, spellingLabel, sumsLabel } from './labels';

const { t } = vscode.l10n;

/** The shortest time between two updates of the status bar and hints, in ms. */
const updateMs = 250;

/** The document to show, and the callbacks. */
export interface DocumentSurprisalOptions {
  readonly engine: EngineClient;
  readonly settings: Settings;
  readonly document: vscode.TextDocument;
  /** The selected spans to show; the whole document if there are none. */
  readonly selected: readonly TextSpan[];
  readonly model: Manifest;
  /** Called when the text for the status bar may have changed. */
  readonly onStatusChange: () => void;
  readonly onRun: (score: Score) => void;
  /** Called when the document was closed. */
  readonly onClose: () => void;
  readonly onFailure: (error: unknown) => void;
}

/** Shows the surprisal of one document: its paint, hovers, hints and text in the status bar. */
export class DocumentSurprisal extends Disposable {
  readonly scorer: DocumentScorer;
  readonly decorations: SurprisalDecorations;
  readonly #options: DocumentSurprisalOptions;
  #hints: Hints | undefined;
  #gutter: GutterBits | undefined;
  #folds: PredictableFolds | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: DocumentSurprisalOptions) {
    super();
    this.#options = options;
    const { document, selected, engine, model, settings, onRun, onFailure, onClose } = options;
    const source = sourceOf(document);
    const scopes =
      selected.length > 0
        ? scopesOf(source, selected)
        : [wholeScope({ start: 0, end: source.length })];
    this.scorer = this.register(
      new DocumentScorer({
        ...{ engine, document, scopes, modelId: model.id },
        onChange: () => this.#onChange(),
        onScore: onRun,
        onFailure,
      }),
    );
    this.decorations = this.register(new SurprisalDecorations(this.scorer));
    this.register({
      dispose: () => {
        clearTimeout(this.#timer);
        this.#hints?.dispose();
        this.#gutter?.dispose();
        this.#folds?.dispose();
      },
    });
    this.register(
      vscode.languages.registerHoverProvider(
        { scheme: document.uri.scheme, pattern: '**' },
        { provideHover: (of, position) => (of === document ? this.#hover(position) : undefined) },
      ),
    );
    this.register(
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => {
        if (textEditor.document === document) {
          this.scorer.prioritizeVisible();
        }
      }),
    );
    this.register(
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor.document === document) {
          options.onStatusChange();
        }
      }),
    );
    this.register(
      vscode.workspace.onDidCloseTextDocument(closed => {
        if (closed === document) {
          onClose();
        }
      }),
    );
    this.register(settings.onDidChange(() => this.#showHints()));
    this.#showHints();
    void this.scorer.start();
  }

  #onChange(): void {
    if (this.isDisposed) {
      return;
    }
    this.decorations.schedulePaint();
    this.#gutter?.schedule();
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#options.onStatusChange();
      this.#hints?.update();
    }, updateMs);
  }

  #showHints(): void {
    const { engine, model, settings } = this.#options;
    const hints = settings.get(hintsSetting);
    if (hints && !this.#hints) {
      this.#hints = new Hints(this.scorer, engine, model.id);
      this.#hints.update();
    } else if (!hints) {
      this.#hints?.dispose();
      this.#hints = undefined;
    }
  }

  /** The numbers in the gutter by line, for tests. */
  get lineBits(): ReadonlyMap<number, string> {
    return this.#gutter?.shown ?? new Map<number, string>();
  }

  /** The lines that are folded, for tests. */
  get folded(): readonly LineRange[] {
    return this.#folds?.ranges ?? [];
  }

  /** Shows the bits of each line in the gutter, or hides them. */
  toggleLineBits(): void {
    this.#gutter?.dispose();
    this.#gutter = this.#gutter ? undefined : new GutterBits(this.scorer);
  }

  /**
   * Folds the lines that are predictable, or unfolds them.
   *
   * @throws EngineError `input-invalid` where there are none.
   */
  async toggleFolds(): Promise<void> {
    if (this.#folds) {
      this.#folds.dispose();
      this.#folds = undefined;
      return;
    }
    const folds = new PredictableFolds(this.scorer);
    if (folds.ranges.length === 0) {
      folds.dispose();
      throw new EngineError(
        'input-invalid',
        t(
          'No three lines in a row are predictable here: each has more than {0} bits per token.',
          predictableBits,
        ),
      );
    }
    this.#folds = folds;
    await folds.fold();
  }

  /**
   * Finds the next surprise after the caret, or the one before it.
   *
   * @returns undefined if there is none in what has been read.
   */
  nextSurprise(caret: vscode.Position, direction: 1 | -1): vscode.Range | undefined {
    const { document } = this.scorer;
    const ranges = this.scorer.chunks
      .flatMap(({ start, mostSurprising }) =>
        mostSurprising.map(token => ({ ...token, offset: start + token.start })),
      )
      .filter(({ bits = 0 }) => bits >= surpriseBits)
      .flatMap(token => rangeOf(document, token) ?? [])
      .sort((a, b) => a.start.compareTo(b.start));
    const places = ranges.map(({ start }) => document.offsetAt(start));
    const next = nextPlace(places, document.offsetAt(caret), direction);
    return next === undefined ? undefined : ranges[places.indexOf(next)];
  }

  /** The sums of all that is shown. */
  get sums(): Sums {
    return this.scorer.sumsIn({ start: 0, end: lengthOf(this.scorer.document) });
  }

  /** Whether this shows the same spans and model already. */
  isFor(selected: readonly TextSpan[], { id }: Manifest): boolean {
    const { selected: spans, model } = this.#options;
    const isSame = ({ start, end }: TextSpan, index: number) =>
      spans[index]?.start === start && spans[index].end === end;
    return model.id === id && selected.length === spans.length && selected.every(isSame);
  }

  /**
   * Updates the status bar with the sums of the selection, or of everything that is shown.
   *
   * @param before the other side, where two versions of a text are compared.
   */
  updateItem(item: SurprisalItem, before?: DocumentSurprisal): void {
    const { model } = this.#options;
    const { document, isSettled } = this.scorer;
    const selected = this.#selected;
    const isOfSelection = this.#options.selected.length > 0 || selected.length > 0;
    const spans = spansOrAll(selected, document);
    const sums = spans.map(span => this.scorer.sumsIn(span)).reduce(addSums);
    const counts = spans
      .map(span => this.scorer.countsIn(span))
      .reduce((all, some) => all.map((each, step) => each + (some[step] ?? 0)));
    const scope = isOfSelection ? t('the selection') : t('the document');
    const own =
      sums.tokens > 0 ? sumsLabel(sums, isSettled) : t('Surprisal: reading with {0}', model.name);
    const label = before
      ? changeLabel(before.sums, this.sums, isSettled && before.scorer.isSettled)
      : own;
    const progress = isSettled ? undefined : this.scorer.progress;
    const isEmpty = sums.tokens === 0 && isSettled;
    item.show(
      isEmpty ? t('Surprisal: no text') : label,
      progress,
      legend(model.name, scope, counts),
    );
  }

  /** The selection in the first editor of the document that has one. */
  get #selected(): readonly TextSpan[] {
    const { document } = this.scorer;
    return (
      vscode.window.visibleTextEditors
        .filter(editor => editor.document === document)
        .map(selectedIn)
        .find(({ length }) => length > 0) ?? []
    );
  }

  async #hover(position: vscode.Position): Promise<vscode.Hover | undefined> {
    const { engine, model } = this.#options;
    const { document } = this.scorer;
    const offset = document.offsetAt(position);
    const tokens = this.scorer.tokensIn({ start: offset, end: offset + 1 });
    const [first] = tokens;
    if (!first) {
      return undefined;
    }
    const start = Math.min(...tokens.map(token => token.offset));
    const end = Math.max(...tokens.map(token => token.offset + token.end - token.start));
    const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
    const text = document.getText(range);
    const ids = tokens.flatMap(token => [token.id, ...token.alternatives.map(({ id }) => id)]);
    // Only the tokenizer knows the spellings, which show parts of characters by their bytes.
    const spellings = await engine.spell({ modelId: model.id, ids });
    const labels = new Map(ids.map((id, index) => [id, spellingLabel(spellings[index])]));
    return new vscode.Hover(
      hoverText(tokens, text, model, id => labels.get(id) ?? ''),
      range,
    );
  }
}

/** The selected spans, or the whole document if there are none. */
const spansOrAll = (
  selected: readonly TextSpan[],
  document: vscode.TextDocument,
): readonly TextSpan[] =>
  selected.length > 0 ? selected : [{ start: 0, end: lengthOf(document) }];
