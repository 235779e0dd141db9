import * as vscode from 'vscode';
import { Disposable } from '../dispose';
import { hintBits } from './bits';
import type { PlacedToken, Session } from './session';
import { rangeOf } from './surprisalPaint';
import { bitsWords, visible } from './words';

const { t } = vscode.l10n;

const source = 'lmEvolution.surprisal';
/** More would be a nuisance, and no help. */
const mostHints = 500;

/** Marks very improbable tokens with hints, and offers what would be likelier. */
export class Hints extends Disposable {
  readonly #session: Session;
  readonly #diagnostics = this.register(vscode.languages.createDiagnosticCollection(source));

  constructor(session: Session) {
    super();
    this.#session = session;
    const { uri } = session.document;
    this.register(
      vscode.languages.registerCodeActionsProvider(
        { scheme: uri.scheme, pattern: '**' },
        {
          provideCodeActions: (document, _range, { diagnostics }) =>
            document === session.document
              ? diagnostics.flatMap(each => (each.source === source ? this.#fixesOf(each) : []))
              : [],
        },
        { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
      ),
    );
  }

  /** For what is known now. */
  update(): void {
    const { document } = this.#session;
    this.#diagnostics.set(
      document.uri,
      this.#improbable().flatMap(token => {
        const range = rangeOf(document, token);
        if (!range) {
          return [];
        }
        const words = t(
          '“{0}” is very improbable here: {1}.',
          visible(document.getText(range)),
          bitsWords(token.bits ?? 0),
        );
        const hint = new vscode.Diagnostic(range, words, vscode.DiagnosticSeverity.Hint);
        hint.source = source;
        return [hint];
      }),
    );
  }

  #improbable(): readonly PlacedToken[] {
    return this.#session.parts
      .flatMap(({ start, worst }) =>
        worst.map(token => ({ ...token, offset: start + token.start })),
      )
      .filter(({ bits = 0 }) => bits >= hintBits)
      .slice(0, mostHints);
  }

  #fixesOf(hint: vscode.Diagnostic): readonly vscode.CodeAction[] {
    const { document, spellings } = this.#session;
    const stretch = {
      start: document.offsetAt(hint.range.start),
      end: document.offsetAt(hint.range.end),
    };
    const [token] = this.#session.tokensIn(stretch);
    if (!token) {
      return []; // Edited since.
    }
    const range = new vscode.Range(
      document.positionAt(token.offset),
      document.positionAt(token.offset + token.end - token.start),
    );
    return token.alternatives.flatMap(({ id }) => {
      const text = spellings.textOf(id);
      // A part of a character, or a token that ends a text, is no text to put in.
      if (text === '' || text.includes('\ufffd') || /^<\|.*\|>$/u.test(text)) {
        return [];
      }
      const fix = new vscode.CodeAction(
        t('Replace by “{0}”', visible(text)),
        vscode.CodeActionKind.QuickFix,
      );
      fix.diagnostics = [hint];
      fix.edit = new vscode.WorkspaceEdit();
      fix.edit.replace(document.uri, range, text);
      return [fix];
    });
  }
}
