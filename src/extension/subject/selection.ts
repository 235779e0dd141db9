/** Takes the text that a command applies to from VS Code's editors. */
import * as vscode from 'vscode';
import { isProseLanguage, type TextSource } from './textSpan';
import { type TextSpan } from '../../common/text/sentences';
import { Disposable } from '../workbench/dispose';
import { EngineError } from '../../common/errors';
import type { CaretSentence, Segment, Subject } from '../../common/protocol/pages/subject';
import {
  type Excerpt,
  type Excerpts,
  isInWord,
  type Joining,
  maxLengthBeforeCaret,
  takeAtCaret,
  takeBefore,
  takeSelections,
} from './subject';

/** True while there is a text for commands to work on; one of our panels alone is none. The views in `package.json` depend on it. */
const hasTextContext = 'lmEvolution.hasText';

/** Knows which editor commands apply to, also while one of our panels has the focus. */
export class EditorInUse extends Disposable {
  #last = vscode.window.activeTextEditor;

  constructor() {
    super();
    this.register(
      vscode.window.onDidChangeActiveTextEditor(editor => {
        this.#last = editor ?? this.#last;
      }),
    );
    const updateContext = () =>
      void vscode.commands.executeCommand('setContext', hasTextContext, this.current !== undefined);
    updateContext();
    this.register(vscode.window.onDidChangeActiveTextEditor(updateContext));
    this.register(vscode.window.onDidChangeVisibleTextEditors(updateContext));
    this.register(vscode.window.tabGroups.onDidChangeTabs(updateContext));
    this.register(vscode.workspace.onDidCloseTextDocument(updateContext));
  }

  get current(): vscode.TextEditor | undefined {
    const active = vscode.window.activeTextEditor;
    if (active || !isOurPanel(vscode.window.tabGroups.activeTabGroup.activeTab)) {
      return active;
    }
    const { visibleTextEditors } = vscode.window;
    if (this.#last && !this.#last.document.isClosed) {
      return this.#last; // It may be behind the panel; its selections are still known.
    }
    return visibleTextEditors[0];
  }
}

// The view types of our panels begin with this name; VS Code puts its own prefix before it.
const isOurPanel = ({ input }: Partial<vscode.Tab> = {}) =>
  input instanceof vscode.TabInputWebview && /(?:^|-)lmEvolution\./u.test(input.viewType);

/** The use that a text is taken for. */
export interface Purpose {
  readonly modelId: string;
  /** `before` takes the text to continue: the first selection, or everything before the caret. */
  readonly joining: Joining | 'before';
}

/** Gives access to a document as a text that is read in parts. */
export function sourceOf(document: vscode.TextDocument): TextSource {
  const lastLine = document.lineAt(document.lineCount - 1);
  return {
    length: document.offsetAt(lastLine.range.end),
    read: (start, end) =>
      document.getText(new vscode.Range(document.positionAt(start), document.positionAt(end))),
  };
}

export const isProse = ({ languageId }: vscode.TextDocument): boolean =>
  isProseLanguage(languageId);

/**
 * Takes what the user looks at: the selections of an editor, or the sentence at its caret.
 *
 * @throws EngineError `input-invalid` if there is no text, `input-empty` if there is only white space.
 */
export function takeSubject(
  editor: vscode.TextEditor | undefined,
  { modelId, joining }: Purpose,
): Subject {
  if (!editor) {
    throw new EngineError(
      'input-invalid',
      vscode.l10n.t('There is no text here. Open a text editor and select some words.'),
    );
  }
  const { document, selection } = editor;
  const source = sourceOf(document);
  if (isEmpty(source, joining)) {
    throw emptyDocument(document);
  }
  if (joining === 'before') {
    const end = document.offsetAt(selection.end);
    const excerpts = selection.isEmpty
      ? takeBefore(source, 0, end, maxLengthBeforeCaret)
      : takeBefore(source, document.offsetAt(selection.start), end);
    return {
      ...subjectOf(document, modelId, excerpts, end),
      ...(isInWord(source, end) && { endsInWord: true }),
      ...(selection.isEmpty && { sentence: sentenceAtCaret(document, end) }),
    };
  }
  const selected = selectedIn(editor);
  if (selected.length > 0) {
    return subjectOf(document, modelId, takeSelections(source, selected, joining));
  }
  const caret = document.offsetAt(selection.active);
  const taken = subjectOf(document, modelId, takeAtCaret(source, caret, isProse(document)));
  // A longer one was asked for whole, and a page that followed the caret would show a part of it.
  const isAtCaret = taken.segments[0].text.length <= maxFollowedLength;
  return { ...taken, ...(isAtCaret && { isAtCaret }) };
}

/** All of the sentence that the caret is in; undefined where there is none. */
function sentenceAtCaret(document: vscode.TextDocument, caret: number): CaretSentence | undefined {
  try {
    const source = sourceOf(document);
    const [{ text, pieces }] = takeAtCaret(
      source,
      caret,
      isProse(document),
      maxFollowedLength,
    ).texts;
    return {
      text,
      caret: Math.max(0, Math.min(text.length, caret - (pieces[0]?.documentOffset ?? 0))),
    };
  } catch (error) {
    if (EngineError.is(error, 'input-empty')) {
      return undefined;
    }
    throw error;
  }
}

/** The longest text that follows the caret, in UTF-16 units: about what BERT reads at once in English. */
const maxFollowedLength = 2000;

/** Takes the sentence at the caret, whatever is selected, or a part of one that is too long. @returns undefined where there is none. */
export function takeFollowed(editor: vscode.TextEditor, modelId: string): Subject | undefined {
  const { document, selection } = editor;
  try {
    const taken = takeAtCaret(
      sourceOf(document),
      document.offsetAt(selection.active),
      isProse(document),
      maxFollowedLength,
    );
    return { ...subjectOf(document, modelId, taken), isAtCaret: true };
  } catch (error) {
    if (EngineError.is(error, 'input-empty') || EngineError.is(error, 'input-invalid')) {
      return undefined;
    }
    throw error;
  }
}

/** The selected ranges, in the order of the document; empty if there are only carets. */
export const selectedIn = ({ document, selections }: vscode.TextEditor): readonly TextSpan[] =>
  selections
    .filter(({ isEmpty }) => !isEmpty)
    .map(({ start, end }) => ({ start: document.offsetAt(start), end: document.offsetAt(end) }))
    .sort((a, b) => a.start - b.start);

/** Takes a whole document, up to the longest text allowed. @throws EngineError `input-invalid` if it has no text. */
export function takeWholeDocument(
  document: vscode.TextDocument,
  { modelId, joining }: Purpose,
): Subject {
  const source = sourceOf(document);
  const { length } = source;
  try {
    return joining === 'before'
      ? subjectOf(document, modelId, takeBefore(source, 0, length), length)
      : subjectOf(document, modelId, takeSelections(source, [{ start: 0, end: length }], joining));
  } catch (error) {
    throw EngineError.is(error, 'input-empty') ? emptyDocument(document) : error;
  }
}

/** In UTF-16 units. Whether a longer document is empty is checked only when all of it is taken. */
const maxSearchedLength = 10_000;

/** Whether no part of a text can be taken. A model can continue white space alone. */
const isEmpty = ({ length, read }: TextSource, joining: Purpose['joining']): boolean =>
  joining === 'before' ? length === 0 : length <= maxSearchedLength && !read(0, length).trim();

/** The code is not `input-empty`, because the remedy for that is to take the whole document. */
const emptyDocument = (document: vscode.TextDocument) =>
  new EngineError(
    'input-invalid',
    vscode.l10n.t('There are no words to look at: {0} is empty.', nameOf(document)),
  );

/** @param labelOffset the offset whose line the label names; by default the beginning of the text. */
function subjectOf(
  document: vscode.TextDocument,
  modelId: string,
  { texts, cutLength }: Excerpts,
  labelOffset?: number,
): Subject {
  const segment = ({ text, pieces }: Excerpt): Segment => ({
    text,
    origin: { uri: document.uri.toString(), version: document.version, pieces },
  });
  const [first, second] = texts;
  const line = document.positionAt(labelOffset ?? first.pieces[0]?.documentOffset ?? 0).line + 1;
  return {
    modelId,
    segments: second ? [segment(first), segment(second)] : [segment(first)],
    label: `${nameOf(document)}:${line}`,
    cutLength,
  };
}

/** Names a document as a user would: by the file's name, or by the cell's place in its notebook. */
export function nameOf({ uri, fileName }: vscode.TextDocument): string {
  if (uri.scheme === 'output') {
    return vscode.l10n.t('Output');
  }
  const name = fileName.slice(Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1);
  const cell = vscode.workspace.notebookDocuments
    .flatMap(notebook => notebook.getCells())
    .find(({ document }) => document.uri.toString() === uri.toString());
  return cell ? vscode.l10n.t('{0}, cell {1}', name, cell.index + 1) : name;
}
