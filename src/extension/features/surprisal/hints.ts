import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import { percent } from '../../workbench/percent';
import type { EngineClient } from '../../../common/engineClient/engineClient';
import { sourceOf } from '../../subject/selection';
import { hintBits } from './bits';
import { replacementsFor, type Replacement } from './replacements';
import { wordAt } from './scope';
import { sumsOf } from './scoredTokens';
import { textBefore, type PlacedToken, type DocumentScorer } from './documentScorer';
import { rangeOf } from './surprisalDecorations';
import { bitsWords, visible } from './labels';

const { t } = vscode.l10n;

const source = 'lmEvolution.surprisal';
/** More would be a nuisance, and no help. */
const maxHints = 500;
/** How far a word may reach from one of its tokens, in UTF-16 units. */
const wordReach = 100;

/** Marks very improbable words with hints, and offers what would be likelier. */
export class Hints extends Disposable {
  readonly #session: DocumentScorer;
  readonly #engine: EngineClient;
  readonly #modelId: string;
  readonly #diagnostics = this.register(vscode.languages.createDiagnosticCollection(source));
  /** VS Code asks again at each move of the caret. */
  #last: { readonly key: string; readonly found: readonly Replacement[] } | undefined;

  constructor(session: DocumentScorer, engine: EngineClient, modelId: string) {
    super();
    this.#session = session;
    this.#engine = engine;
    this.#modelId = modelId;
    const { uri } = session.document;
    this.register(
      vscode.languages.registerCodeActionsProvider(
        { scheme: uri.scheme, pattern: '**' },
        {
          provideCodeActions: (document, _range, { diagnostics }, cancellation) =>
            document === session.document ? this.#fixes(diagnostics, cancellation) : [],
        },
        { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
      ),
    );
  }

  /** For what is known now. */
  update(): void {
    const { document } = this.#session;
    const hints = new Map<string, vscode.Diagnostic>();
    for (const token of this.#improbable()) {
      const range = wordRangeOf(document, token);
      const key = range && `${range.start.line}:${range.start.character}`;
      if (!range || key === undefined || hints.has(key)) {
        continue;
      }
      const { bits } = sumsOf(this.#tokensOf(range));
      const words = t(
        '“{0}” is very improbable here: {1}.',
        visible(document.getText(range)),
        bitsWords(bits),
      );
      const hint = new vscode.Diagnostic(range, words, vscode.DiagnosticSeverity.Hint);
      hint.source = source;
      hints.set(key, hint);
    }
    this.#diagnostics.set(document.uri, [...hints.values()]);
  }

  #improbable(): readonly PlacedToken[] {
    return this.#session.parts
      .flatMap(({ start, worst }) =>
        worst.map(token => ({ ...token, offset: start + token.start })),
      )
      .filter(({ bits = 0 }) => bits >= hintBits)
      .slice(0, maxHints);
  }

  #tokensOf(range: vscode.Range): readonly PlacedToken[] {
    const { document } = this.#session;
    return this.#session.tokensIn({
      start: document.offsetAt(range.start),
      end: document.offsetAt(range.end),
    });
  }

  async #fixes(
    diagnostics: readonly vscode.Diagnostic[],
    cancellation: vscode.CancellationToken,
  ): Promise<vscode.CodeAction[]> {
    const controller = new AbortController();
    const subscription = cancellation.onCancellationRequested(() => controller.abort());
    try {
      const fixes: vscode.CodeAction[] = [];
      for (const hint of diagnostics.filter(each => each.source === source)) {
        fixes.push(...(await this.#fixesOf(hint, controller.signal)));
      }
      return fixes;
    } catch (error) {
      if (controller.signal.aborted || this.isDisposed) {
        return [];
      }
      throw error;
    } finally {
      subscription.dispose();
    }
  }

  async #fixesOf(hint: vscode.Diagnostic, signal: AbortSignal): Promise<vscode.CodeAction[]> {
    const { document, spellings } = this.#session;
    const { range } = hint;
    const [token] = this.#tokensOf(range);
    const start = document.offsetAt(range.start);
    if (!token || token.offset > start) {
      return []; // Edited since.
    }
    const lead = document.getText(new vscode.Range(document.positionAt(token.offset), range.start));
    const before = textBefore(sourceOf(document), token.offset);
    if (lead.trim() !== '' || before === '') {
      return []; // The word has no token that it begins with, or nothing stands before it.
    }
    const { version } = document;
    const key = JSON.stringify([version, range]);
    if (this.#last?.key !== key) {
      const alternatives = token.alternatives.map(({ id, probability }) => ({
        ...{ id, probability },
        text: spellings.textOf(id),
      }));
      const word = document.getText(range);
      const request = { modelId: this.#modelId, before, lead, word, alternatives };
      this.#last = { key, found: await replacementsFor(this.#engine, request, signal) };
    }
    if (document.version !== version) {
      return [];
    }
    return this.#last.found.map(({ text, probability }) => {
      const fix = new vscode.CodeAction(
        t('Replace by “{0}” ({1})', visible(text), percent(probability)),
        vscode.CodeActionKind.QuickFix,
      );
      fix.diagnostics = [hint];
      fix.edit = new vscode.WorkspaceEdit();
      fix.edit.replace(document.uri, range, text);
      return fix;
    });
  }
}

/** All of the word that a token begins, ends or is; a sign alone. */
function wordRangeOf(document: vscode.TextDocument, token: PlacedToken): vscode.Range | undefined {
  const visibleRange = rangeOf(document, token);
  if (!visibleRange) {
    return undefined;
  }
  const at = document.offsetAt(visibleRange.start);
  const from = Math.max(0, at - wordReach);
  const text = sourceOf(document).read(from, document.offsetAt(visibleRange.end) + wordReach);
  const word = wordAt(text, at - from);
  const range = new vscode.Range(
    document.positionAt(from + word.start),
    document.positionAt(from + word.end),
  );
  // A sign that is several characters, and what is a word and more, is marked as it was cut.
  return range.contains(visibleRange) ? range : visibleRange;
}
