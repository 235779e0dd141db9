/** The commands of surprisal, over all documents. */
import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import type { ModelCatalog } from '../../modelCatalog/modelCatalog';
import { type EditorInUse, selectedIn } from '../../subject/selection';
import type { TextSpan } from '../../../common/text/sentences';
import { surprisalModelSetting } from './options';
import type { Settings } from '../../settings/settings';
import { capabilitiesOf } from '../../../common/protocol/engine/capabilities';
import type { Score } from '../../../common/protocol/engine/score';
import type { EngineClient } from '../../../common/engineClient/engineClient';
import { EngineError } from '../../../common/errors';
import { DocumentSurprisal } from './documentSurprisal';
import { SurprisalItem, type TokenMark } from './surprisalDecorations';

const { t } = vscode.l10n;

/** True while the active editor is painted; Escape and Hide depend on it. */
const onContext = 'lmEvolution.surprisalOn';

/** The parts of the extension that the feature uses. */
export interface SurprisalOptions {
  readonly engine: EngineClient;
  readonly models: ModelCatalog;
  readonly settings: Settings;
  readonly editorInUse: EditorInUse;
  readonly onRun: (score: Score) => void;
  readonly onFailure: (error: unknown, tryAgain: () => unknown) => void;
}

/** What the feature shows now in the editor that is in use, for tests. */
export interface SurprisalState {
  readonly isOn: boolean;
  /** Whether everything that is shown has been read as it is now. */
  readonly isSettled: boolean;
  readonly marks: readonly TokenMark[];
  /** The text of the item in the status bar; empty while it is hidden. */
  readonly statusText: string;
  /** The addresses of all painted documents. */
  readonly uris: readonly string[];
}

/**
 * Paints documents, or what is selected in them, by how much each token surprises a language model. Each document is
 * painted until it is hidden or closed; the status bar describes the one whose editor is in use.
 */
export class Surprisal extends Disposable {
  readonly #options: SurprisalOptions;
  readonly #item = this.register(new SurprisalItem());
  readonly #shown = new Map<vscode.TextDocument, DocumentSurprisal>();
  /** The current value of the context key. */
  #isOn = false;

  constructor(options: SurprisalOptions) {
    super();
    this.#options = options;
    this.register(vscode.window.onDidChangeActiveTextEditor(() => this.#updateStatus()));
    // A panel of ours that comes to the front only changes the tabs.
    this.register(vscode.window.tabGroups.onDidChangeTabs(() => this.#updateStatus()));
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
      isSettled: shown?.scorer.isSettled ?? false,
      marks: shown?.decorations.painted ?? [],
      statusText: this.#item.text,
      uris: Array.from(this.#shown.keys(), ({ uri }) => uri.toString()),
    };
  }

  /**
   * Shows the surprisal of what is selected, or of the whole document.
   *
   * @throws EngineError `input-invalid` if there is no text or the model gives no probabilities, `model-missing`.
   */
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

  /** Hides the surprisal in the editor that is in use. */
  hide(): void {
    const document = this.#options.editorInUse.current?.document;
    if (document) {
      this.#hide(document);
    }
  }

  async #show(document: vscode.TextDocument, selected: readonly TextSpan[]): Promise<void> {
    const { models, settings } = this.#options;
    const model = await models.manifest(settings.get(surprisalModelSetting()));
    if (!capabilitiesOf(model).includes('predict')) {
      throw new EngineError(
        'input-invalid',
        t(
          '{0} cannot tell how probable a text is. Choose another model in the setting “lmEvolution.surprisal.model”.',
          model.name,
        ),
      );
    }
    if (document.isClosed || this.#shown.get(document)?.isFor(selected, model)) {
      return;
    }
    this.#shown.get(document)?.dispose();
    const shown = new DocumentSurprisal({
      ...this.#options,
      ...{ document, selected, model },
      onStatusChange: () => this.#updateStatus(),
      onClose: () => this.#hide(document),
      onFailure: error => {
        this.#hide(document);
        this.#options.onFailure(error, () => this.#show(document, selected));
      },
    });
    this.#shown.set(document, shown);
    this.#updateStatus();
  }

  #hide(document: vscode.TextDocument): void {
    this.#shown.get(document)?.dispose();
    this.#shown.delete(document);
    this.#updateStatus();
  }

  get #current(): DocumentSurprisal | undefined {
    const document = this.#options.editorInUse.current?.document;
    return document && this.#shown.get(document);
  }

  /** Updates the status bar and the context key for the editor that is in use. */
  #updateStatus(): void {
    const shown = this.#current;
    if (shown) {
      shown.updateItem(this.#item);
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
