/** Paints the attention of the token under the caret onto the document, and tells its heads in the status bar. */
import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import { type EditorInUse, sourceOf } from '../../subject/selection';
import { type Mark, StrengthDecorations } from '../../workbench/strengthDecorations';
import { delay, lazyAsync } from '../../workbench/promises';
import { scaleSetting } from '../../panels/pageKinds';
import type { Settings } from '../../settings/settings';
import type { Analysis } from '../../../common/protocol/engine/analyze';
import type { EngineClient } from '../../../common/engineClient/engineClient';
import type { Manifest } from '../../../common/protocol/manifest';
import { attentionAt, passageAt, PassageReader, type QueryAttention } from './queryAttention';
import { type HeadChoice, headsOf, type Step, stepHead, stepLayer } from './headChoice';
import { headLabel, hoverText, strongestLabel, strongestTable } from './labels';
import type { HeadPosition } from '../../../common/attention/attention';

/** True while the feature is on; the keys for layer and head depend on it. */
const onContext = 'lmEvolution.caretAttentionOn';

/** The delay after the caret has moved before a new text is analysed, in ms. */
const restMs = 120;
/** The delay after an edit, in ms, so that typing never waits for an analysis. */
const restAfterEditMs = 350;

/** The parts of the extension that the feature uses. */
export interface CaretAttentionParts {
  readonly engine: EngineClient;
  /** Reads the manifest of the model whose attention is painted. */
  readonly manifest: () => Promise<Manifest>;
  readonly settings: Settings;
  readonly editorInUse: EditorInUse;
  /** The head that the panel shows, if it shows a single one. */
  readonly panelHead: () => Promise<HeadPosition | undefined>;
  readonly onRun: (analysis: Analysis) => void;
  readonly onFailure: (error: unknown, tryAgain: () => unknown) => void;
}

/** What the feature shows now, for tests. */
export interface CaretAttentionState {
  readonly isOn: boolean;
  readonly choice: HeadChoice;
  /** The text of the token under the caret. */
  readonly query: string | undefined;
  readonly marks: readonly Mark[];
  readonly attention: QueryAttention | undefined;
  readonly statusText: string;
}

/**
 * "The caret is the query": paints the attention of the token under the caret onto the document itself, and follows the
 * caret and edits. Only the newest place is analysed; what is known already is painted at once.
 */
export class CaretAttention extends Disposable {
  readonly #decorations = this.register(new StrengthDecorations());
  readonly #item = this.register(new CaretItem());
  readonly #reader: PassageReader;
  #choice: HeadChoice = { kind: 'all' };
  /** The manifest of the model, read once each time that the feature is turned on. */
  #manifest: () => Promise<Manifest>;
  #whileOn: vscode.Disposable | undefined;
  #pending = new AbortController();
  #attention: QueryAttention | undefined;
  #query: string | undefined;

  constructor(private readonly parts: CaretAttentionParts) {
    super();
    this.#reader = new PassageReader(parts.engine, parts.onRun);
    this.#manifest = lazyAsync(parts.manifest);
    this.register({ dispose: () => this.end() });
  }

  get state(): CaretAttentionState {
    return {
      isOn: this.#whileOn !== undefined,
      choice: this.#choice,
      query: this.#query,
      marks: this.#decorations.marks,
      attention: this.#attention,
      statusText: this.#item.text,
    };
  }

  async toggle(): Promise<void> {
    if (this.#whileOn) {
      this.end();
      return;
    }
    this.#manifest = lazyAsync(this.parts.manifest);
    this.#whileOn = vscode.Disposable.from(
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor === vscode.window.activeTextEditor) {
          this.#follow(restMs);
        }
      }),
      vscode.window.onDidChangeActiveTextEditor(() => this.#follow(restMs)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document === this.parts.editorInUse.current?.document) {
          this.#follow(restAfterEditMs);
        }
      }),
      this.parts.settings.onDidChange(() => this.#follow(0)),
    );
    await vscode.commands.executeCommand('setContext', onContext, true);
    const panelHead = await this.parts.panelHead();
    if (panelHead) {
      this.#choice = { kind: 'head', ...panelHead };
    }
    this.#follow(0);
  }

  async stepLayer(step: Step): Promise<void> {
    const model = await this.#manifest();
    this.#choose(stepLayer(this.#choice, step, model));
  }

  async stepHead(step: Step): Promise<void> {
    const model = await this.#manifest();
    this.#choose(stepHead(this.#choice, step, model));
  }

  #choose(choice: HeadChoice): void {
    if (this.#whileOn) {
      this.#choice = choice;
      this.#follow(0);
    }
  }

  end(): void {
    this.#pending.abort();
    this.#whileOn?.dispose();
    this.#whileOn = undefined;
    this.#clear();
    this.#item.hide();
    void vscode.commands.executeCommand('setContext', onContext, false);
  }

  /** Paints for the current place of the caret; work for an earlier place is cancelled. */
  #follow(waitMs: number): void {
    this.#pending.abort();
    const controller = new AbortController();
    this.#pending = controller;
    this.#paintCaret(waitMs, controller.signal).catch((error: unknown) => {
      if (!controller.signal.aborted) {
        this.end();
        this.parts.onFailure(error, () => this.toggle());
      }
    });
  }

  async #paintCaret(waitMs: number, signal: AbortSignal): Promise<void> {
    const editor = this.parts.editorInUse.current;
    if (!editor) {
      this.#clear();
      this.#item.showNothing();
      return;
    }
    const { document } = editor;
    const source = sourceOf(document);
    const caret = document.offsetAt(editor.selection.active);
    const { start, end } = passageAt(source, caret);
    const text = source.read(start, end);
    if (text.trim() === '') {
      this.#clear();
      this.#item.showNothing();
      return;
    }
    const model = await this.#manifest();
    let analysis = this.#reader.known(text, caret - start);
    if (!analysis) {
      await delay(waitMs, signal);
      signal.throwIfAborted();
      this.#item.showRunning();
      analysis = await this.#reader.read(model, text, caret - start, signal);
    }
    signal.throwIfAborted();
    const scale = this.parts.settings.get(scaleSetting);
    const attention = attentionAt(analysis, caret - start, headsOf(this.#choice, model), scale);
    if (!attention) {
      this.#clear();
      this.#item.showNothing();
      return;
    }
    const rangeOf = (token: { readonly start: number; readonly end: number }) =>
      new vscode.Range(
        document.positionAt(start + token.start),
        document.positionAt(start + token.end),
      );
    this.#attention = attention;
    this.#query = text.slice(attention.query.start, attention.query.end);
    this.#decorations.show(
      document,
      attention.attended.map(attended => ({
        range: rangeOf(attended.token),
        strength: attended.strength,
        hover: hoverText(attention, attended, text, this.#choice),
      })),
      [rangeOf(attention.query)],
    );
    this.#item.showPainted(
      `${headLabel(this.#choice)}: ${strongestLabel(attention, text)}`,
      strongestTable(attention, text, this.#choice),
    );
  }

  #clear(): void {
    this.#attention = undefined;
    this.#query = undefined;
    this.#decorations.clear();
  }
}

const { t } = vscode.l10n;

/** Shows what is painted; a click turns it off. */
class CaretItem extends Disposable {
  readonly #item = this.register(
    vscode.window.createStatusBarItem(
      'lmEvolution.caretAttention',
      vscode.StatusBarAlignment.Right,
      91,
    ),
  );

  constructor() {
    super();
    this.#item.name = t('Attention at the caret');
    this.#item.command = 'lmEvolution.toggleCaretAttention';
  }

  get text(): string {
    return this.#item.text;
  }

  hide(): void {
    this.#item.hide();
  }

  showRunning(): void {
    this.#show('$(loading~spin)', t('Reading the paragraph at the caret'));
  }

  showNothing(): void {
    this.#show('$(eye)', t('No text at the caret'));
  }

  /** @param label what is painted: "layer 3, head 7: it → cat 43 %". */
  showPainted(label: string, details: vscode.MarkdownString): void {
    this.#show('$(eye)', label, details);
  }

  #show(icon: string, label: string, details = new vscode.MarkdownString()): void {
    this.#item.text = `${icon} ${label}`;
    this.#item.tooltip = details.appendMarkdown(
      `\n\n${t('Click or press Escape to turn it off.')}`,
    );
    this.#item.accessibilityInformation = {
      label: t('Attention at the caret: {0}. Click to turn it off.', label),
      role: 'button',
    };
    this.#item.show();
  }
}
