/** Counts the tokens of the selection. */
import * as vscode from 'vscode';
import { switchSetting } from '../../settings/setting';
import type { Settings } from '../../settings/settings';
import { Disposable } from '../../workbench/dispose';
import type { EngineClient } from '../../../common/engineClient/engineClient';
import { splitText } from './spans';
import type { Tokenizers } from './tokenizers';

const countSetting = switchSetting('tokens.count', true);

/** The delay after a change of the selection before it is counted, in ms. */
const restMs = 150;
/** The longest selection that is counted, in UTF-16 units; a longer one gets a message instead. */
const maxCountedLength = 5_000_000;

const { t } = vscode.l10n;

/** The parts of the extension that the feature uses. */
export interface TokenCountParts {
  readonly engine: EngineClient;
  readonly tokenizers: Tokenizers;
  readonly settings: Settings;
}

/** Shows in the status bar how many tokens the selection has; a click chooses the tokenizer. It loads no model. */
export class TokenCount extends Disposable {
  readonly #item = this.register(
    vscode.window.createStatusBarItem('lmEvolution.tokens', vscode.StatusBarAlignment.Right, 92),
  );
  #pending = new AbortController();

  constructor(private readonly parts: TokenCountParts) {
    super();
    this.#item.name = t('Tokens of the selection');
    this.#item.command = 'lmEvolution.chooseTokenizer';
    this.register({ dispose: () => this.#pending.abort() });
    this.register(
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor === vscode.window.activeTextEditor) {
          this.#follow();
        }
      }),
    );
    this.register(vscode.window.onDidChangeActiveTextEditor(() => this.#follow()));
    this.register(
      parts.settings.onDidChange(({ affects }) => {
        if (affects(countSetting)) {
          this.#follow();
        }
      }),
    );
    this.register(parts.tokenizers.onDidChange(() => this.#follow()));
    this.#follow();
  }

  /** The text of the item, for tests; empty while nothing is selected. */
  get text(): string {
    return this.#item.text;
  }

  #follow(): void {
    this.#pending.abort();
    const controller = new AbortController();
    this.#pending = controller;
    const isWanted = this.parts.settings.get(countSetting);
    const selected = isWanted ? selectionOf(vscode.window.activeTextEditor) : undefined;
    if (!selected) {
      this.#show('');
      return;
    }
    if (selected.length > maxCountedLength) {
      this.#show(
        t('too long to count'),
        t('Selections of up to {0} characters are counted.', maxCountedLength.toLocaleString()),
      );
      return;
    }
    const timer = setTimeout(() => {
      // A failure is not reported, because the user did not ask for the count.
      this.#count(selected.read(), controller.signal).catch(() => {
        if (!controller.signal.aborted) {
          this.#show('');
        }
      });
    }, restMs);
    controller.signal.addEventListener('abort', () => clearTimeout(timer));
  }

  async #count(texts: readonly string[], signal: AbortSignal): Promise<void> {
    const { engine, tokenizers } = this.parts;
    const { id: modelId, name } = await tokenizers.current();
    let tokens = 0;
    const splits = texts.map(text => splitText(text));
    const parts = splits.flatMap(split => split.parts);
    for (const text of parts) {
      if (parts.length > 1) {
        this.#show(`$(loading~spin) ${t('{0} tokens', tokens.toLocaleString())}`, t('Counting'));
      }
      const tokenization = await engine.tokenize({ modelId, text }, { signal });
      if (signal.aborted) {
        return;
      }
      tokens += tokenization.tokens.filter(({ isSpecial }) => !isSpecial).length;
    }
    const isExact = splits.every(split => split.isExact);
    const shortName = name.replace(/ \(.*\)$/u, '');
    const characters = texts.reduce((sum, text) => sum + [...text].length, 0);
    this.#show(
      tokens === 1
        ? t('1 token of {0}', shortName)
        : isExact
          ? t('{0} tokens of {1}', tokens.toLocaleString(), shortName)
          : t('about {0} tokens of {1}', tokens.toLocaleString(), shortName),
      t(
        '{0} characters, {1} per token, counted with the tokenizer of {2}, without the tokens that a model adds around a text, such as [CLS]. Click to choose another.',
        characters.toLocaleString(),
        (characters / Math.max(1, tokens)).toFixed(1),
        name,
      ),
    );
  }

  #show(text: string, tooltip = ''): void {
    this.#item.text = text;
    this.#item.tooltip = tooltip;
    if (text === '') {
      this.#item.hide();
    } else {
      this.#item.accessibilityInformation = { label: `${text}. ${tooltip}`, role: 'button' };
      this.#item.show();
    }
  }
}

/** The selected text; undefined if nothing is selected. */
function selectionOf(editor: vscode.TextEditor | undefined) {
  const selections = editor?.selections.filter(({ isEmpty }) => !isEmpty) ?? [];
  if (!editor || selections.length === 0) {
    return undefined;
  }
  const { document } = editor;
  return {
    /** In UTF-16 units. */
    length: selections.reduce(
      (sum, { start, end }) => sum + document.offsetAt(end) - document.offsetAt(start),
      0,
    ),
    read: () => selections.map(selection => document.getText(selection)),
  };
}
