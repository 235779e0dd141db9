/** Colours the tokens in all editors, and says so in the status bar. */
import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import type { Tokenization } from '../../../common/protocol/engine/tokenize';
import type { EngineClient } from '../../../common/engineClient/engineClient';
import { EngineError } from '../../../common/errors';
import { type TokenSpan, tokenSpans } from './spans';
import type { Tokenizers } from './tokenizers';
import {
  TokenDecorations,
  type TokenRanges,
  visiblePart,
  type VisiblePart,
} from './tokenDecorations';
import { hoverText } from './labels';

/** True while tokens are painted. */
const onContext = 'lmEvolution.tokenColorsOn';

/** The delay after scrolling before an editor is tokenized again, in ms. */
const restMs = 40;
/** The delay after an edit, in ms. */
const restAfterEditMs = 150;

/** The parts of the extension that the feature uses. */
export interface TokenColorsParts {
  readonly engine: EngineClient;
  readonly tokenizers: Tokenizers;
  readonly onFailure: (error: unknown, tryAgain: () => unknown) => void;
}

/** The visible part of an editor, and its tokens. */
interface TokenizedPart {
  /** The version of the document that was tokenized. */
  readonly version: number;
  readonly part: VisiblePart;
  readonly tokenization: Tokenization;
  readonly spans: readonly TokenSpan[];
  readonly tokenizerName: string;
}

/** What the feature shows now, for tests. */
export interface TokenColorsState {
  readonly isOn: boolean;
  readonly ranges: TokenRanges;
  /** The text of the item in the status bar. */
  readonly statusText: string;
}

/** Paints the visible tokens of every editor, and follows scrolling and edits. It loads no model. */
export class TokenColors extends Disposable {
  readonly #decorations = this.register(new TokenDecorations());
  readonly #pending = new Map<vscode.TextEditor, AbortController>();
  /** By editor, because two editors of a document may show different parts of it. */
  readonly #tokenized = new Map<vscode.TextEditor, TokenizedPart>();
  readonly #item = this.register(new TokenColorsItem());
  #whileOn: vscode.Disposable | undefined;

  constructor(private readonly parts: TokenColorsParts) {
    super();
    this.register({ dispose: () => this.end() });
  }

  get state(): TokenColorsState {
    return {
      isOn: this.#whileOn !== undefined,
      ranges: this.#decorations.rangesOf(vscode.window.activeTextEditor),
      statusText: this.#item.text,
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
    this.#tokenized.clear();
    this.#item.hide();
    this.#whileOn?.dispose();
    this.#whileOn = undefined;
    this.#decorations.clear();
    void vscode.commands.executeCommand('setContext', onContext, false);
  }

  #followAll(editors: readonly vscode.TextEditor[]): void {
    this.#decorations.keepOnly(editors);
    for (const editor of this.#tokenized.keys()) {
      if (!editors.includes(editor)) {
        this.#tokenized.delete(editor);
      }
    }
    for (const editor of editors) {
      this.#follow(editor, 0);
    }
  }

  /** Paints what an editor shows now; work for what it showed before is cancelled. */
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
      return; // A newer call follows.
    }
    const spans = tokenSpans(tokenization.tokens);
    this.#item.show(tokenizerName.replace(/ \(.*\)$/u, ''));
    this.#tokenized.set(editor, { version, part, tokenization, spans, tokenizerName });
    const even: vscode.Range[] = [];
    const odd: vscode.Range[] = [];
    const shared: vscode.Range[] = [];
    for (const [index, { start, end, tokens }] of spans.entries()) {
      const range = new vscode.Range(
        document.positionAt(part.start + start),
        document.positionAt(part.start + end),
      );
      (index % 2 === 0 ? even : odd).push(range);
      if (tokens.length > 1) {
        shared.push(range);
      }
    }
    this.#decorations.show(editor, { even, odd, shared });
  }

  #hover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const offset = document.offsetAt(position);
    for (const [editor, { version, part, spans, tokenization, tokenizerName }] of this.#tokenized) {
      const at = offset - part.start;
      const span =
        editor.document === document && version === document.version
          ? spans.find(({ start, end }) => start <= at && at < end)
          : undefined;
      if (span) {
        return new vscode.Hover(
          hoverText(tokenization, span, part.text, tokenizerName),
          new vscode.Range(
            document.positionAt(part.start + span.start),
            document.positionAt(part.start + span.end),
          ),
        );
      }
    }
    return undefined;
  }
}

const { t } = vscode.l10n;

/** Shows whose tokens are painted; a click turns the colours off. */
class TokenColorsItem extends Disposable {
  readonly #item = this.register(
    vscode.window.createStatusBarItem(
      'lmEvolution.tokenColors',
      vscode.StatusBarAlignment.Right,
      93,
    ),
  );

  constructor() {
    super();
    this.#item.name = t('Token colours');
    this.#item.command = 'lmEvolution.tokenColors.end';
  }

  /** The text of the item, for tests. */
  get text(): string {
    return this.#item.text;
  }

  show(tokenizerName: string): void {
    this.#item.text = `$(symbol-string) ${t('tokens of {0}', tokenizerName)}`;
    this.#item.tooltip = t('Click or press Escape to turn them off.');
    this.#item.accessibilityInformation = {
      label: t('Token colours of {0}. Click to turn them off.', tokenizerName),
      role: 'button',
    };
    this.#item.show();
  }

  hide(): void {
    this.#item.text = '';
    this.#item.hide();
  }
}
