import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import { hintsSetting } from './options';
import type { Settings } from '../../settings/settings';
import type { Score } from '../../../common/protocol/engine/score';
import type { EngineClient } from '../../../common/engineClient/engineClient';
import type { Manifest } from '../../../common/protocol/manifest';
import { selectedIn, sourceOf } from '../../subject/selection';
import type { Stretch } from '../../subject/textSpan';
import { added } from './bits';
import { Hints } from './hints';
import { scopesOf, whole } from './scope';
import { lengthOf, DocumentScorer } from './documentScorer';
import type { SurprisalItem } from './surprisalItem';
import { SurprisalPaint } from './surprisalDecorations';
import { hoverOf, labelOf, legend, sumWords } from './labels';

const { t } = vscode.l10n;

/** The status bar and hints follow no faster than this, in ms. */
const tellMs = 250;

export interface DocumentSurprisalOptions {
  readonly engine: EngineClient;
  readonly settings: Settings;
  readonly document: vscode.TextDocument;
  /** What is looked at of it; nothing: all. */
  readonly selected: readonly Stretch[];
  readonly model: Manifest;
  /** What is to be said of it has changed. */
  readonly onTell: () => void;
  readonly onRun: (score: Score) => void;
  /** The document is gone. */
  readonly onClose: () => void;
  readonly onFailure: (error: unknown) => void;
}

/** The surprisal of one document while it is shown: its paint, hovers, hints and words in the status bar. */
export class DocumentSurprisal extends Disposable {
  readonly session: DocumentScorer;
  readonly paint: SurprisalPaint;
  readonly #options: DocumentSurprisalOptions;
  #hints: Hints | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: DocumentSurprisalOptions) {
    super();
    this.#options = options;
    const { document, selected, engine, model, settings, onRun, onFailure, onClose } = options;
    const source = sourceOf(document);
    const scopes =
      selected.length > 0 ? scopesOf(source, selected) : [whole({ start: 0, end: source.length })];
    this.session = this.register(
      new DocumentScorer({
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
          options.onTell();
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
    void this.session.start();
  }

  #onChange(): void {
    if (this.isDisposed) {
      return;
    }
    this.paint.soon();
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#options.onTell();
      this.#hints?.update();
    }, tellMs);
  }

  #showHints(): void {
    const { engine, model, settings } = this.#options;
    const hints = settings.get(hintsSetting);
    if (hints && !this.#hints) {
      this.#hints = new Hints(this.session, engine, model.id);
      this.#hints.update();
    } else if (!hints) {
      this.#hints?.dispose();
      this.#hints = undefined;
    }
  }

  /** Whether nothing would be shown otherwise. */
  shows(selected: readonly Stretch[], { id }: Manifest): boolean {
    const { selected: shown, model } = this.#options;
    const isSame = ({ start, end }: Stretch, index: number) =>
      shown[index]?.start === start && shown[index].end === end;
    return model.id === id && selected.length === shown.length && selected.every(isSame);
  }

  /** Of what is selected, or of all that was asked for. */
  tell(item: SurprisalItem): void {
    const { model } = this.#options;
    const { document, isSettled } = this.session;
    const selected = this.#selected;
    const isOfSelection = this.#options.selected.length > 0 || selected.length > 0;
    const sums = orAll(selected, document)
      .map(stretch => this.session.sumsIn(stretch))
      .reduce(added);
    const scope = isOfSelection ? t('the selection') : t('the document');
    const words =
      sums.tokens > 0 ? sumWords(sums, isSettled) : t('Surprisal: reading with {0}', model.name);
    const progress = isSettled ? undefined : this.session.progress;
    const isEmpty = sums.tokens === 0 && isSettled;
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

  async #hover(position: vscode.Position): Promise<vscode.Hover | undefined> {
    const { engine, model } = this.#options;
    const { document } = this.session;
    const offset = document.offsetAt(position);
    const tokens = this.session.tokensIn({ start: offset, end: offset + 1 });
    const [first] = tokens;
    if (!first) {
      return undefined;
    }
    const start = Math.min(...tokens.map(token => token.offset));
    const end = Math.max(...tokens.map(token => token.offset + token.end - token.start));
    const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
    const text = document.getText(range);
    const ids = tokens.flatMap(token => [token.id, ...token.alternatives.map(({ id }) => id)]);
    // The tokenizer alone is asked: parts of characters are told by their bytes.
    const spellings = await engine.spell({ modelId: model.id, ids });
    const labels = new Map(ids.map((id, index) => [id, labelOf(spellings[index])]));
    return new vscode.Hover(
      hoverOf(tokens, text, model, id => labels.get(id) ?? ''),
      range,
    );
  }
}

/** What is selected; all of the document where that is nothing. */
const orAll = (selected: readonly Stretch[], document: vscode.TextDocument): readonly Stretch[] =>
  selected.length > 0 ? selected : [{ start: 0, end: lengthOf(document) }];
