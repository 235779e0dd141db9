import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import { type EditorInUse, sourceOf } from '../../subject/selection';
import { type Mark, StrengthDecorations } from '../../workbench/strengthDecorations';
import { readOnce, rest } from '../../workbench/promises';
import { scaleSetting } from '../../panels/pageSettings';
import type { Settings } from '../../settings/settings';
import type { Analysis } from '../../../common/protocol/engine/analyze';
import type { EngineClient } from '../../../common/engineClient/engineClient';
import type { Manifest } from '../../../common/protocol/manifest';
import type { HeadPosition } from '../../../common/protocol/pages/page';
import { attentionAt, type QueryAttention } from './queryAttention';
import { CaretItem } from './caretItem';
import { type HeadChoice, headsOf, type Step, stepHead, stepLayer } from './headChoice';
import { passageAt, PassageReader } from './passage';
import { headWords, hoverWords, strongestWords, tableOf } from './labels';

/** True while it is on: keys for layer and head depend on it. */
const onContext = 'lmEvolution.caretAttentionOn';

/** How long the caret must rest before a text is analysed that is not known yet, in ms. */
const restMs = 120;
/** The same after an edit, so that typing never waits for it. */
const restAfterEditMs = 350;
export interface CaretAttentionParts {
  readonly engine: EngineClient;
  /** Of the model whose attention is painted. */
  readonly manifest: () => Promise<Manifest>;
  readonly settings: Settings;
  readonly editorInUse: EditorInUse;
  /** The one head that the panel shows, if it shows a single one. */
  readonly panelHead: () => Promise<HeadPosition | undefined>;
  readonly onRun: (analysis: Analysis) => void;
  readonly onFailure: (error: unknown, tryAgain: () => unknown) => void;
}

/** What is painted now, for tests. */
export interface CaretAttentionState {
  readonly isOn: boolean;
  readonly choice: HeadChoice;
  /** The token under the caret, as it stands in the text. */
  readonly query: string | undefined;
  readonly marks: readonly Mark[];
  readonly attending: QueryAttention | undefined;
  readonly words: string;
}

/**
 * "The caret is the query": paints the attention of the token under the caret onto the document itself, and
 * follows the caret and edits. Only the newest place is worked on; what is known already is painted at once.
 */
export class CaretAttention extends Disposable {
  readonly #paint = this.register(new StrengthDecorations());
  readonly #item = this.register(new CaretItem());
  readonly #reader: PassageReader;
  #choice: HeadChoice = { kind: 'all' };
  /** Of the model, read once each time that it is turned on. */
  #manifest: () => Promise<Manifest>;
  #whileOn: vscode.Disposable | undefined;
  #pending = new AbortController();
  #attending: QueryAttention | undefined;
  #query: string | undefined;

  constructor(private readonly parts: CaretAttentionParts) {
    super();
    this.#reader = new PassageReader(parts.engine, parts.onRun);
    this.#manifest = readOnce(parts.manifest);
    this.register({ dispose: () => this.end() });
  }

  get state(): CaretAttentionState {
    return {
      isOn: this.#whileOn !== undefined,
      choice: this.#choice,
      query: this.#query,
      marks: this.#paint.marks,
      attending: this.#attending,
      words: this.#item.text,
    };
  }

  async toggle(): Promise<void> {
    if (this.#whileOn) {
      this.end();
      return;
    }
    this.#manifest = readOnce(this.parts.manifest);
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
    const shown = await this.parts.panelHead();
    if (shown) {
      this.#choice = { kind: 'head', ...shown };
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

  /** Paints for the place where the caret is now; what was begun for an earlier place is given up. */
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
      await rest(waitMs, signal);
      signal.throwIfAborted();
      this.#item.showRunning();
      analysis = await this.#reader.read(model, text, caret - start, signal);
    }
    signal.throwIfAborted();
    const scale = this.parts.settings.get(scaleSetting);
    const found = attentionAt(analysis, caret - start, headsOf(this.#choice, model), scale);
    if (!found) {
      this.#clear();
      this.#item.showNothing();
      return;
    }
    const rangeOf = (token: { readonly start: number; readonly end: number }) =>
      new vscode.Range(
        document.positionAt(start + token.start),
        document.positionAt(start + token.end),
      );
    this.#attending = found;
    this.#query = text.slice(found.query.start, found.query.end);
    this.#paint.show(
      document,
      found.attended.map(one => ({
        range: rangeOf(one.token),
        strength: one.strength,
        hover: hoverWords(found, one, text, this.#choice),
      })),
      [rangeOf(found.query)],
    );
    this.#item.showPainted(
      `${headWords(this.#choice)}: ${strongestWords(found, text)}`,
      tableOf(found, text, this.#choice),
    );
  }

  #clear(): void {
    this.#attending = undefined;
    this.#query = undefined;
    this.#paint.clear();
  }
}
