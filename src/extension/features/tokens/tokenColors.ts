import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import type { Tokenization } from '../../../common/protocol/engine/tokenize';
import type { EngineClient } from '../../../common/engineClient/engineClient';
import { EngineError } from '../../../common/errors';
import { tokenSpans, type TokenSpan } from './spans';
import type { Tokenizers } from './tokenizers';
import { TokenColorsItem } from './tokenColorsItem';
import { TokenPaint, type TokenRanges, visiblePart, type VisiblePart } from './tokenDecorations';
import { hoverWords } from './labels';

/** True while they are painted. */
const onContext = 'lmEvolution.tokenColorsOn';

/** How long an editor must rest before it is cut again, in ms: scrolled, and typed in. */
const restMs = 40;
const restAfterEditMs = 150;

export interface TokenColorsParts {
  readonly engine: EngineClient;
  readonly tokenizers: Tokenizers;
  readonly onFailure: (error: unknown, tryAgain: () => unknown) => void;
}

/** What is known of an editor's text. */
interface Cut {
  /** Of the document when it was cut. */
  readonly version: number;
  readonly part: VisiblePart;
  readonly tokenization: Tokenization;
  readonly stretches: readonly TokenSpan[];
  readonly tokenizerName: string;
}

/** What is painted now, for tests. */
export interface TokenColorsState {
  readonly isOn: boolean;
  readonly ranges: TokenRanges;
  /** In the status bar. */
  readonly words: string;
}

/** Paints the tokens of what is visible in every editor, and follows scrolling and edits. Loads no model. */
export class TokenColors extends Disposable {
  readonly #paint = this.register(new TokenPaint());
  readonly #pending = new Map<vscode.TextEditor, AbortController>();
  /** By editor: two of a document may look at different parts of it. */
  readonly #cuts = new Map<vscode.TextEditor, Cut>();
  readonly #item = this.register(new TokenColorsItem());
  #whileOn: vscode.Disposable | undefined;

  constructor(private readonly parts: TokenColorsParts) {
    super();
    this.register({ dispose: () => this.end() });
  }

  get state(): TokenColorsState {
    return {
      isOn: this.#whileOn !== undefined,
      ranges: this.#paint.rangesOf(vscode.window.activeTextEditor),
      words: this.#item.text,
    };
  }

  toggle(): void {
    if (this.#whileOn) {
      this.end();
      return;
    }
    const follow = (document: vscode.TextDocument, rest: number) => {
      for (const editor of vscode.window.visibleTextEditors) {
        if (editor.document === document) {
          this.#follow(editor, rest);
        }
      }
    };
    this.#whileOn = vscode.Disposable.from(
      vscode.window.onDidChangeVisibleTextEditors(editors => this.#followAll(editors)),
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) =>
        this.#follow(textEditor, restMs),
      ),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) {
          follow(document, restAfterEditMs);
        }
      }),
      this.parts.tokenizers.onDidChange(() => this.#followAll(vscode.window.visibleTextEditors)),
      vscode.languages.registerHoverProvider('*', {
        provideHover: (document, position) => this.#hover(document, position),
      }),
    );
    void vscode.commands.executeCommand('setContext', onContext, true);
    this.#followAll(vscode.window.visibleTextEditors);
  }

  end(): void {
    for (const controller of this.#pending.values()) {
      controller.abort();
    }
    this.#pending.clear();
    this.#cuts.clear();
    this.#item.hide();
    this.#whileOn?.dispose();
    this.#whileOn = undefined;
    this.#paint.clear();
    void vscode.commands.executeCommand('setContext', onContext, false);
  }

  #followAll(editors: readonly vscode.TextEditor[]): void {
    this.#paint.keepOnly(editors);
    for (const editor of this.#cuts.keys()) {
      if (!editors.includes(editor)) {
        this.#cuts.delete(editor);
      }
    }
    for (const editor of editors) {
      this.#follow(editor, 0);
    }
  }

  /** Paints what an editor shows now; what was begun for what it showed before is given up. */
  #follow(editor: vscode.TextEditor, restMs: number): void {
    this.#pending.get(editor)?.abort();
    const controller = new AbortController();
    this.#pending.set(editor, controller);
    const { signal } = controller;
    const timer = setTimeout(() => {
      this.#paintTokens(editor, signal)
        .catch((error: unknown) => {
          if (!signal.aborted && !EngineError.is(error, 'cancelled')) {
            this.end();
            this.parts.onFailure(error, () => this.toggle());
          }
        })
        .finally(() => {
          if (this.#pending.get(editor) === controller) {
            this.#pending.delete(editor);
          }
        });
    }, restMs);
    signal.addEventListener('abort', () => clearTimeout(timer));
  }

  async #paintTokens(editor: vscode.TextEditor, signal: AbortSignal): Promise<void> {
    const { document } = editor;
    const { version } = document;
    const part = visiblePart(editor);
    const { id: modelId, name: tokenizerName } = await this.parts.tokenizers.current();
    const request = { modelId, text: part.text, stepsOf: [] };
    const tokenization = await this.parts.engine.tokenize(request, { signal });
    if (signal.aborted || document.version !== version || document.isClosed) {
      return; // It has been called for again.
    }
    const stretches = tokenSpans(tokenization.tokens);
    this.#item.show(tokenizerName.replace(/ \(.*\)$/u, ''));
    this.#cuts.set(editor, { version, part, tokenization, stretches, tokenizerName });
    const even: vscode.Range[] = [];
    const odd: vscode.Range[] = [];
    const shared: vscode.Range[] = [];
    for (const [index, { start, end, tokens }] of stretches.entries()) {
      const range = new vscode.Range(
        document.positionAt(part.start + start),
        document.positionAt(part.start + end),
      );
      (index % 2 === 0 ? even : odd).push(range);
      if (tokens.length > 1) {
        shared.push(range);
      }
    }
    this.#paint.show(editor, { even, odd, shared });
  }

  #hover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const offset = document.offsetAt(position);
    for (const [editor, { version, part, stretches, tokenization, tokenizerName }] of this.#cuts) {
      const at = offset - part.start;
      const stretch =
        editor.document === document && version === document.version
          ? stretches.find(({ start, end }) => start <= at && at < end)
          : undefined;
      if (stretch) {
        return new vscode.Hover(
          hoverWords(tokenization, stretch, part.text, tokenizerName),
          new vscode.Range(
            document.positionAt(part.start + stretch.start),
            document.positionAt(part.start + stretch.end),
          ),
        );
      }
    }
    return undefined;
  }
}
