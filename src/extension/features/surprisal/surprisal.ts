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
import type { LineRange } from './lineBits';
import { surpriseBits } from './nextSurprise';
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
  readonly hasLegend: boolean;
  /** The bits in the gutter, by line. */
  readonly lineBits: ReadonlyMap<number, string>;
  /** The lines that are folded. */
  readonly folded: readonly LineRange[];
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
      hasLegend: this.#item.hasLegend,
      lineBits: shown?.lineBits ?? new Map<number, string>(),
      folded: shown?.folded ?? [],
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
    const sides = comparedDocuments(editor.document);
    if (!sides) {
      await this.#show(editor.document, selectedIn(editor));
      return;
    }
    for (const side of sides) {
      await this.#show(side, []);
    }
  }

  /** Hides the surprisal in the editor that is in use; in a diff editor that of both sides. */
  hide(): void {
    const document = this.#options.editorInUse.current?.document;
    for (const each of document ? (comparedDocuments(document) ?? [document]) : []) {
      this.#hide(each);
    }
  }

  /** Puts the caret at the next surprise, or at the one before; behind the last comes the first. */
  async goToSurprise(direction: 1 | -1): Promise<void> {
    const editor = this.#options.editorInUse.current;
    const shown = this.#current;
    if (!editor || !shown) {
      return;
    }
    const range = shown.nextSurprise(editor.selection.active, direction);
    if (!range) {
      throw new EngineError(
        'input-invalid',
        t('No token of {0} bits or more was found here.', surpriseBits),
      );
    }
    editor.selection = new vscode.Selection(range.start, range.start);
    editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    await vscode.commands.executeCommand('editor.action.showHover', { focus: 'noAutoFocus' });
  }

  /** Shows the bits of each line in the gutter, or hides them. */
  toggleLineBits(): void {
    this.#current?.toggleLineBits();
  }

  /** @throws EngineError as `DocumentSurprisal.toggleFolds`. */
  async toggleFolds(): Promise<void> {
    await this.#current?.toggleFolds();
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
      const [before, after] = comparedDocuments(shown.scorer.document) ?? [];
      const isCompared = before && after && this.#shown.has(after);
      const side = isCompared ? this.#shown.get(before) : undefined;
      const last = (isCompared && this.#shown.get(after)) || shown;
      (side ? last : shown).updateItem(this.#item, side);
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

/** The documents before and after a change, where the active editor is a diff editor that shows this one. */
function comparedDocuments(
  document: vscode.TextDocument,
): readonly [vscode.TextDocument, vscode.TextDocument] | undefined {
  const { input } = vscode.window.tabGroups.activeTabGroup.activeTab ?? {};
  if (!(input instanceof vscode.TabInputTextDiff)) {
    return undefined;
  }
  const open = (uri: vscode.Uri) =>
    vscode.workspace.textDocuments.find(one => one.uri.toString() === uri.toString());
  const [before, after] = [open(input.original), open(input.modified)];
  return before && after && (document === before || document === after)
    ? [before, after]
    : undefined;
}
