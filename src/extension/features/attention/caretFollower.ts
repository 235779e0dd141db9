/** Has the panel follow the sentence at the caret while the user writes. */
import * as vscode from 'vscode';
import type { PageOwner } from '../../panels/hostApi';
import { watchCaret } from '../../subject/caretWatch';
import { type EditorInUse, takeFollowed } from '../../subject/selection';
import { Disposable } from '../../workbench/dispose';
import { delay } from '../../workbench/promises';
import { textAlternativeScheme } from '../../workbench/textAlternative';
import type { Subject } from '../../../common/protocol/pages/subject';

/** True while the panel follows the caret: the command that pins its text depends on it. */
const followsContext = 'lmEvolution.attentionFollows';

/** Schemes of what nobody writes: the output of programs, which scrolls by, and the text of the panel itself. */
const unwritten: readonly string[] = ['output', textAlternativeScheme];

/** The panel, as far as it can follow. */
type Follower = Pick<
  PageOwner,
  'anchor' | 'isVisible' | 'onDidChangeVisibility' | 'onFollowing' | 'show' | 'subject'
>;

/**
 * Gives the panel the sentence at the caret: the newest alone, when the caret has come to rest, and none while nobody
 * can see the panel. The page runs it, so typing waits for nothing here.
 */
export class CaretFollower extends Disposable {
  #modelId: string | undefined;
  #whileOn: vscode.Disposable | undefined;
  #pending = new AbortController();

  /** @param tellCaret is told whether there is a sentence at the caret. */
  constructor(
    private readonly panel: Follower,
    private readonly editorInUse: EditorInUse,
    private readonly tellCaret: (hasText: boolean) => unknown,
  ) {
    super();
    this.register({ dispose: () => this.follow(undefined) });
  }

  /** @param modelId of the model that reads the sentences; undefined: the panel keeps its text. */
  follow(modelId: string | undefined): void {
    const wasOn = this.#modelId !== undefined;
    const isOn = modelId !== undefined;
    this.#modelId = modelId;
    if (isOn === wasOn) {
      return; // The page runs the same text with another model of its own accord.
    }
    this.panel.onFollowing(isOn);
    void vscode.commands.executeCommand('setContext', followsContext, isOn);
    this.#pending.abort();
    this.#whileOn?.dispose();
    this.#whileOn = undefined;
    if (isOn) {
      this.#whileOn = vscode.Disposable.from(
        watchCaret(this.editorInUse, (waitMs, isOther) => void this.#rest(waitMs, !isOther)),
        this.panel.onDidChangeVisibility(() => void this.#rest(0, false)),
      );
      void this.#rest(0, false);
    }
  }

  /** @param hasMoved whether it is the caret that has moved, or the text around it. */
  async #rest(waitMs: number, hasMoved: boolean): Promise<void> {
    this.#pending.abort();
    const controller = new AbortController();
    this.#pending = controller;
    const { subject } = this.panel;
    await delay(waitMs, controller.signal);
    // What a command has shown meanwhile is what the user wants to see.
    if (!controller.signal.aborted && this.panel.isVisible && this.panel.subject === subject) {
      this.#showSentence(hasMoved);
    }
  }

  #showSentence(hasMoved: boolean): void {
    const editor = this.editorInUse.current;
    const { scheme = '' } = editor?.document.uri ?? {};
    const isUnasked = !hasMoved && editor !== undefined && this.#isOtherSide(editor.document.uri);
    if (this.#modelId === undefined || unwritten.includes(scheme) || isUnasked) {
      return;
    }
    const sentence = editor && takeFollowed(editor, this.#modelId);
    this.tellCaret(sentence !== undefined);
    if (sentence && !this.#isShown(sentence)) {
      this.panel.show(sentence);
    }
  }

  /**
   * Whether a document is the other side of the comparison that the shown text is from: while neither side has the focus,
   * VS Code takes the right one for the active editor.
   */
  #isOtherSide(document: vscode.Uri): boolean {
    const shown = this.panel.subject?.segments[0].origin?.uri;
    const uri = document.toString();
    return (
      shown !== undefined &&
      shown !== uri &&
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .some(({ input }) => {
          const isComparison = input instanceof vscode.TabInputTextDiff;
          const sides = isComparison ? [input.original, input.modified].map(String) : [];
          return sides.includes(shown) && sides.includes(uri);
        })
    );
  }

  /** Whether the panel shows this very text already, wherever edits above have moved it. */
  #isShown({ segments: [{ text, origin }] }: Subject): boolean {
    const { subject, anchor } = this.panel;
    const segments = subject?.segments ?? [];
    if (segments.length !== 1 || segments[0].text !== text) {
      return false;
    }
    const [found] = anchor?.locate({ segment: 0, start: 0, end: text.length }) ?? [];
    return (
      found !== undefined &&
      found.document.uri.toString() === origin?.uri &&
      found.document.offsetAt(found.range.start) === origin.pieces[0]?.documentOffset
    );
  }
}
