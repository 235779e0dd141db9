import * as vscode from 'vscode';
import { Disposable } from '../dispose';
import type { Settings } from '../settings';
import type { Score } from '../shared/engineApi';
import type { EngineClient } from '../shared/engineClient';
import type { Manifest } from '../shared/manifest';
import { selectedIn } from '../subject/selection';
import type { Stretch } from '../subject/sentence';
import { added } from './bits';
import { Hints } from './hints';
import { lengthOf, Session } from './session';
import type { SurprisalItem } from './surprisalItem';
import { SurprisalPaint } from './surprisalPaint';
import { hoverOf, legend, sumWords } from './words';

const { t } = vscode.l10n;

/** The status bar and hints follow no faster than this, in ms. */
const tellMs = 250;

export interface ShownOptions {
  readonly engine: EngineClient;
  readonly settings: Settings;
  readonly editor: vscode.TextEditor;
  readonly model: Manifest;
  readonly item: SurprisalItem;
  readonly onRun: (score: Score) => void;
  /** The document is gone. */
  readonly onClose: () => void;
  readonly onFailure: (error: unknown) => void;
}

/** The surprisal of one document while it is shown: its paint, hovers, hints and words in the status bar. */
export class ShownSurprisal extends Disposable {
  readonly session: Session;
  readonly paint: SurprisalPaint;
  readonly #options: ShownOptions;
  readonly #isOfSelection: boolean;
  #hints: Hints | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ShownOptions) {
    super();
    this.#options = options;
    const { editor, engine, model, settings, onRun, onFailure, onClose } = options;
    const { document } = editor;
    const selected = selectedIn(editor);
    this.#isOfSelection = selected.length > 0;
    const scopes = orAll(selected, document);
    this.session = this.register(
      new Session({
        ...{ engine, document, scopes, modelId: model.id },
        onChange: () => this.#onChange(),
        onScore: onRun,
        onFailure,
      }),
    );
    this.paint = this.register(new SurprisalPaint(this.session));
    this.register({
      dispose: () => {
        clearTimeout(this.#timer);
        this.#hints?.dispose();
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
          this.session.lookAgain();
        }
      }),
    );
    this.register(
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor.document === document) {
          this.#tell();
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
    this.#tell();
    void this.session.start();
  }

  #onChange(): void {
    if (this.isDisposed) {
      return;
    }
    this.paint.soon();
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#tell();
      this.#hints?.update();
    }, tellMs);
  }

  #showHints(): void {
    const { hints } = this.#options.settings.surprisal;
    if (hints && !this.#hints) {
      this.#hints = new Hints(this.session);
      this.#hints.update();
    } else if (!hints) {
      this.#hints?.dispose();
      this.#hints = undefined;
    }
  }

  /** Of what is selected, or of all that was asked for. */
  #tell(): void {
    const { item, model } = this.#options;
    const { document } = this.session;
    const selected = this.#selected;
    const isOfSelection = this.#isOfSelection || selected.length > 0;
    const sums = orAll(selected, document)
      .map(stretch => this.session.sumsIn(stretch))
      .reduce(added);
    const scope = isOfSelection ? t('the selection') : t('the document');
    const words = sums.tokens > 0 ? sumWords(sums) : t('Surprisal: reading with {0}', model.name);
    const progress = this.session.isSettled ? undefined : this.session.progress;
    const isEmpty = sums.tokens === 0 && this.session.isSettled;
    item.show(isEmpty ? t('Surprisal: no text') : words, progress, legend(model.name, scope));
  }

  /** In the first editor of the document where something is. */
  get #selected(): readonly Stretch[] {
    const { document } = this.session;
    return (
      vscode.window.visibleTextEditors
        .filter(editor => editor.document === document)
        .map(selectedIn)
        .find(({ length }) => length > 0) ?? []
    );
  }

  #hover(position: vscode.Position): vscode.Hover | undefined {
    const { document, spellings } = this.session;
    const offset = document.offsetAt(position);
    const [token] = this.session.tokensIn({ start: offset, end: offset + 1 });
    if (!token) {
      return undefined;
    }
    const range = new vscode.Range(
      document.positionAt(token.offset),
      document.positionAt(token.offset + token.end - token.start),
    );
    const text = document.getText(range);
    const words = hoverOf(token, text, this.#options.model, id => spellings.textOf(id));
    return new vscode.Hover(words, range);
  }
}

/** What is selected; all of the document where that is nothing. */
const orAll = (selected: readonly Stretch[], document: vscode.TextDocument): readonly Stretch[] =>
  selected.length > 0 ? selected : [{ start: 0, end: lengthOf(document) }];
