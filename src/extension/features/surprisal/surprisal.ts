import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import type { Models } from '../../modelCatalog/modelCatalog';
import { selectedIn, type EditorInUse } from '../../subject/selection';
import type { Stretch } from '../../subject/textSpan';
import { surprisalModelSetting } from './options';
import type { Settings } from '../../settings/settings';
import { capabilitiesOf } from '../../../common/protocol/capabilities';
import type { Score } from '../../../common/protocol/engine/score';
import type { EngineClient } from '../../../common/engineClient/engineClient';
import { EngineError } from '../../../common/errors';
import { DocumentSurprisal } from './documentSurprisal';
import { SurprisalItem } from './surprisalItem';
import type { PaintedTokens } from './surprisalDecorations';

const { t } = vscode.l10n;

/** True while the active editor is painted: Escape and Hide depend on it. */
const onContext = 'lmEvolution.surprisalOn';

export interface SurprisalOptions {
  readonly engine: EngineClient;
  readonly models: Models;
  readonly settings: Settings;
  readonly editorInUse: EditorInUse;
  readonly onRun: (score: Score) => void;
  readonly onFailure: (error: unknown, tryAgain: () => unknown) => void;
}

/** What is painted now in the editor that is in use, for tests. */
export interface SurprisalState {
  readonly isOn: boolean;
  /** Whether all that was asked for has been read, as the text is now. */
  readonly isSettled: boolean;
  readonly painted: readonly PaintedTokens[];
  /** In the status bar; empty where nothing is said. */
  readonly words: string;
  /** Of all documents that are painted. */
  readonly uris: readonly string[];
}

/**
 * Paints documents, or what is selected in them, by how much a language model is surprised at each token. Each document
 * is painted until it is hidden or closed; the status bar speaks of the one whose editor is in use.
 */
export class Surprisal extends Disposable {
  readonly #options: SurprisalOptions;
  readonly #item = this.register(new SurprisalItem());
  readonly #shown = new Map<vscode.TextDocument, DocumentSurprisal>();
  /** As the key bindings know it. */
  #isOn = false;

  constructor(options: SurprisalOptions) {
    super();
    this.#options = options;
    this.register(vscode.window.onDidChangeActiveTextEditor(() => this.#follow()));
    // A panel of ours that comes to the front is told of by its tab.
    this.register(vscode.window.tabGroups.onDidChangeTabs(() => this.#follow()));
    this.register({
      dispose: () => {
        for (const shown of this.#shown.values()) {
          shown.dispose();
        }
        this.#shown.clear();
      },
    });
  }

  get state(): SurprisalState {
    const shown = this.#current;
    return {
      isOn: shown !== undefined,
      isSettled: shown?.session.isSettled ?? false,
      painted: shown?.paint.painted ?? [],
      words: this.#item.text,
      uris: Array.from(this.#shown.keys(), ({ uri }) => uri.toString()),
    };
  }

  /** @throws EngineError `input-invalid` where there is no text or the model tells no probabilities, `model-missing`. */
  async show(): Promise<void> {
    const editor = this.#options.editorInUse.current;
    if (!editor) {
      throw new EngineError(
        'input-invalid',
        t('There is no text here. Open a text editor and select some words.'),
      );
    }
    await this.#show(editor.document, selectedIn(editor));
  }

  /** In the editor that is in use. */
  hide(): void {
    const document = this.#options.editorInUse.current?.document;
    if (document) {
      this.#hide(document);
    }
  }

  async #show(document: vscode.TextDocument, selected: readonly Stretch[]): Promise<void> {
    const { models, settings } = this.#options;
    const model = await models.manifest(settings.get(surprisalModelSetting()));
    if (!capabilitiesOf(model).includes('predict')) {
      throw new EngineError(
        'input-invalid',
        t(
          '{0} does not say how probable a text is. Choose another in the setting “lmEvolution.surprisal.model”.',
          model.name,
        ),
      );
    }
    if (document.isClosed || this.#shown.get(document)?.shows(selected, model)) {
      return;
    }
    this.#shown.get(document)?.dispose();
    const shown = new DocumentSurprisal({
      ...this.#options,
      ...{ document, selected, model },
      onTell: () => this.#follow(),
      onClose: () => this.#hide(document),
      onFailure: error => {
        this.#hide(document);
        this.#options.onFailure(error, () => this.#show(document, selected));
      },
    });
    this.#shown.set(document, shown);
    this.#follow();
  }

  #hide(document: vscode.TextDocument): void {
    this.#shown.get(document)?.dispose();
    this.#shown.delete(document);
    this.#follow();
  }

  get #current(): DocumentSurprisal | undefined {
    const document = this.#options.editorInUse.current?.document;
    return document && this.#shown.get(document);
  }

  /** Says what there is to say of the editor that is in use. */
  #follow(): void {
    const shown = this.#current;
    if (shown) {
      shown.tell(this.#item);
    } else {
      this.#item.hide();
    }
    const isOn = shown !== undefined;
    if (isOn !== this.#isOn) {
      this.#isOn = isOn;
      void vscode.commands.executeCommand('setContext', onContext, isOn);
    }
  }
}
