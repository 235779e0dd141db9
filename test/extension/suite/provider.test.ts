import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { completionOptions } from '../../../src/extension/features/completion/options';
import { completionProvider } from '../../../src/extension/features/completion/provider';
import type {
  SuggestionRequest,
  Suggestion,
} from '../../../src/extension/features/completion/suggester';
import { openText, tidy, until } from './inVsCode';

const { Automatic, Invoke } = vscode.InlineCompletionTriggerKind;

const suggestion: Suggestion = {
  text: ' sat',
  request: { modelId: 'none', strategy: { kind: 'greedy' }, maxNewTokens: 1 },
  replacedLength: 0,
  score: 0,
  source: { start: 0, text: ' sat' },
  typedSince: 0,
};

/** A suggester that writes when it is told to. */
class SlowWriter {
  readonly asked: SuggestionRequest[] = [];
  readonly signals: AbortSignal[] = [];
  shown = 0;
  #written: () => void = () => undefined;
  readonly #isWritten = new Promise<void>(resolve => (this.#written = resolve));

  readonly provider = completionProvider({
    suggester: {
      suggest: async (ask: SuggestionRequest, signal: AbortSignal) => {
        this.asked.push(ask);
        this.signals.push(signal);
        await this.#isWritten;
        return signal.aborted ? [] : [suggestion];
      },
    },
    tracker: { show: () => this.shown++ },
    options: () => completionOptions({} as Parameters<typeof completionOptions>[0]),
    mayOffer: () => true,
  });

  write(): void {
    this.#written();
  }

  /** As VS Code asks. */
  ask(
    { document, selection }: vscode.TextEditor,
    triggerKind: vscode.InlineCompletionTriggerKind,
    token: vscode.CancellationToken,
  ) {
    return this.provider.provideInlineCompletionItems(
      document,
      selection.active,
      { triggerKind, selectedCompletionInfo: undefined },
      token,
    );
  }
}

describe('A text that VS Code gives up while it is written', () => {
  let source: vscode.CancellationTokenSource;
  beforeEach(() => (source = new vscode.CancellationTokenSource()));
  afterEach(async () => {
    source.dispose();
    await tidy();
  });

  async function atEnd(): Promise<vscode.TextEditor> {
    const editor = await openText('The cat');
    const end = new vscode.Position(0, 7);
    editor.selection = new vscode.Selection(end, end);
    return editor;
  }

  for (const [kind, how] of [
    [Invoke, 'by hand'],
    [Automatic, 'by typing'],
  ] as const) {
    for (const when of ['while it is written', 'before the host hears of it']) {
      it(`is offered ${how} as it was asked for, where it is given up ${when}`, async () => {
        const editor = await atEnd();
        const writer = new SlowWriter();
        if (when !== 'while it is written') {
          source.cancel();
        }
        const answer = writer.ask(editor, kind, source.token);
        source.cancel();
        const registered = vscode.languages.registerInlineCompletionItemProvider(
          { pattern: '**' },
          writer.provider,
        );
        try {
          writer.write();
          assert.equal(await answer, undefined);
          await until(() => writer.shown > 0, 'the text on offer');
          const again = writer.asked.slice(1).map(({ isInvoked }) => isInvoked);
          assert.ok(again.includes(kind === Invoke), `asked again by hand: ${again.join()}`);
        } finally {
          registered.dispose();
        }
      });
    }
  }

  it('does not end the one that is asked for by hand at the same place', async () => {
    const editor = await atEnd();
    const writer = new SlowWriter();
    const typed = writer.ask(editor, Automatic, source.token);
    source.cancel();
    const byHand = writer.ask(editor, Invoke, new vscode.CancellationTokenSource().token);
    assert.deepEqual(
      writer.signals.map(({ aborted }) => aborted),
      [true, false],
    );
    writer.write();
    assert.equal(await typed, undefined);
    const items = await byHand;
    assert.deepEqual(Array.isArray(items) && items.map(({ insertText }) => insertText), [' sat']);
  });

  it('is ended where the caret has moved', async () => {
    const editor = await atEnd();
    const writer = new SlowWriter();
    const answer = writer.ask(editor, Invoke, source.token);
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    source.cancel();
    await until(() => writer.signals[0]?.aborted, 'the end of the writing');
    writer.write();
    assert.equal(await answer, undefined);
    assert.equal(writer.asked.length, 1);
  });
});
