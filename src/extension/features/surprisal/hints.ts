/** Hints for very improbable words, with quick fixes. */
import * as vscode from 'vscode';
import { Disposable } from '../../workbench/dispose';
import type { EngineClient } from '../../../common/engineClient/engineClient';
import { sourceOf } from '../../subject/selection';
import { hintBits, sumsOf } from './scoredTokens';
import { type Replacement, replacementsFor } from './replacements';
import { wordAt } from './scope';
import { type DocumentScorer, type DocumentToken, textBefore } from './documentScorer';
import { rangeOf } from './surprisalDecorations';
import { bitsLabel, visibleLabel } from './labels';
import { percent } from '../../../common/text/percent';

const { t } = vscode.l10n;

const source = 'lmEvolution.surprisal';
/** More hints would not help anybody. */
const maxHints = 500;
/** How far a word may extend from one of its tokens, in UTF-16 units. */
const maxWordReach = 100;

/** Marks very improbable words with hints, and offers more probable ones as quick fixes. */
export class Hints extends Disposable {
  readonly #scorer: DocumentScorer;
  readonly #engine: EngineClient;
  readonly #modelId: string;
  readonly #diagnostics = this.register(vscode.languages.createDiagnosticCollection(source));
  /** The last replacements. They are kept, because VS Code asks again at each move of the caret. */
  #last: { readonly key: string; readonly replacements: readonly Replacement[] } | undefined;

  constructor(scorer: DocumentScorer, engine: EngineClient, modelId: string) {
    super();
    this.#scorer = scorer;
    this.#engine = engine;
    this.#modelId = modelId;
    const { uri } = scorer.document;
    this.register(
      vscode.languages.registerCodeActionsProvider(
        { scheme: uri.scheme, pattern: '**' },
        {
          provideCodeActions: (document, _range, { diagnostics }, cancellation) =>
            document === scorer.document ? this.#fixes(diagnostics, cancellation) : [],
        },
        { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
      ),
    );
  }

  /** Updates the hints to the scores known now. */
  update(): void {
    const { document } = this.#scorer;
    const hints = new Map<string, vscode.Diagnostic>();
    for (const token of this.#improbable()) {
      const range = wordRangeOf(document, token);
      const key = range && `${range.start.line}:${range.start.character}`;
      if (!range || key === undefined || hints.has(key)) {
        continue;
      }
      const { bits } = sumsOf(this.#tokensOf(range));
      const message = t(
        '“{0}” is very improbable here: {1}.',
        visibleLabel(document.getText(range)),
        bitsLabel(bits),
      );
      const hint = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Hint);
      hint.source = source;
      hints.set(key, hint);
    }
    this.#diagnostics.set(document.uri, [...hints.values()]);
  }

  #improbable(): readonly DocumentToken[] {
    return this.#scorer.chunks
      .flatMap(({ start, mostSurprising: worst }) =>
        worst.map(token => ({ ...token, offset: start + token.start })),
      )
      .filter(({ bits = 0 }) => bits >= hintBits)
      .slice(0, maxHints);
  }

  #tokensOf(range: vscode.Range): readonly DocumentToken[] {
    const { document } = this.#scorer;
    return this.#scorer.tokensIn({
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
    const { document, spellings } = this.#scorer;
    const { range } = hint;
    const [token] = this.#tokensOf(range);
    const start = document.offsetAt(range.start);
    if (!token || token.offset > start) {
      return []; // The document was edited since.
    }
    const lead = document.getText(new vscode.Range(document.positionAt(token.offset), range.start));
    const before = textBefore(sourceOf(document), token.offset);
    if (lead.trim() !== '' || before === '') {
      return []; // No token begins with the word, or it has no context.
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
      this.#last = {
        key,
        replacements: await replacementsFor(this.#engine, request, signal),
      };
    }
    if (document.version !== version) {
      return [];
    }
    return this.#last.replacements.map(({ text, probability }) => {
      const fix = new vscode.CodeAction(
        t('Replace with “{0}” ({1})', visibleLabel(text), percent(probability)),
        vscode.CodeActionKind.QuickFix,
      );
      fix.diagnostics = [hint];
      fix.edit = new vscode.WorkspaceEdit();
      fix.edit.replace(document.uri, range, text);
      return fix;
    });
  }
}

/** The range of the whole word that a token is part of; a punctuation mark is alone. */
function wordRangeOf(
  document: vscode.TextDocument,
  token: DocumentToken,
): vscode.Range | undefined {
  const visibleRange = rangeOf(document, token);
  if (!visibleRange) {
    return undefined;
  }
  const at = document.offsetAt(visibleRange.start);
  const from = Math.max(0, at - maxWordReach);
  const text = sourceOf(document).read(from, document.offsetAt(visibleRange.end) + maxWordReach);
  const word = wordAt(text, at - from);
  const range = new vscode.Range(
    document.positionAt(from + word.start),
    document.positionAt(from + word.end),
  );
  // A mark of several characters, and a token that is more than a word, are marked as the token is.
  return range.contains(visibleRange) ? range : visibleRange;
}
