import * as vscode from 'vscode';
import { isProseLanguage } from './proseLanguages';
import { Disposable } from '../workbench/dispose';
import type { Source, Stretch } from './textSpan';
import { EngineError } from '../../common/errors';
import type { Segment, Subject } from '../../common/protocol/pages/subject';
import {
  isInWord,
  maxLengthBeforeCaret,
  takeAtCaret,
  takeBefore,
  takeSelections,
  type Joining,
  type Taken,
  type TakenText,
} from './subject';

/** True while commands find a text; a panel of ours alone is none. The manifest's views depend on it. */
const hasTextContext = 'lmEvolution.hasText';

/** Knows the editor that commands mean, also while one of our panels has the focus. */
export class EditorInUse extends Disposable {
  #last = vscode.window.activeTextEditor;

  constructor() {
    super();
    this.register(
      vscode.window.onDidChangeActiveTextEditor(editor => {
        this.#last = editor ?? this.#last;
      }),
    );
    const tell = () =>
      void vscode.commands.executeCommand('setContext', hasTextContext, this.current !== undefined);
    tell();
    this.register(vscode.window.onDidChangeActiveTextEditor(tell));
    this.register(vscode.window.onDidChangeVisibleTextEditors(tell));
    this.register(vscode.window.tabGroups.onDidChangeTabs(tell));
    this.register(vscode.workspace.onDidCloseTextDocument(tell));
  }

  get current(): vscode.TextEditor | undefined {
    const active = vscode.window.activeTextEditor;
    if (active || !isOurPanel(vscode.window.tabGroups.activeTabGroup.activeTab)) {
      return active;
    }
    const { visibleTextEditors } = vscode.window;
    if (this.#last && !this.#last.document.isClosed) {
      return this.#last; // Perhaps behind the panel: its selections are still known.
    }
    return visibleTextEditors[0];
  }
}

// The view types of our panels begin so; VS Code puts its own prefix before them.
const isOurPanel = ({ input }: Partial<vscode.Tab> = {}) =>
  input instanceof vscode.TabInputWebview && /(?:^|-)lmEvolution\./u.test(input.viewType);

/** What a text is taken for. */
export interface Purpose {
  readonly modelId: string;
  /** `before`: what is to be gone on from, which is the first selection, or all before the caret. */
  readonly joining: Joining | 'before';
}

/** A document as a text that is read in parts. */
export function sourceOf(document: vscode.TextDocument): Source {
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
 * What the person looks at: the selections of an editor, or the sentence at its caret.
 *
 * @throws EngineError `input-invalid` where there is no text, `input-empty` where there is only white space.
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
    const taken = selection.isEmpty
      ? takeBefore(source, 0, end, maxLengthBeforeCaret)
      : takeBefore(source, document.offsetAt(selection.start), end);
    return {
      ...subjectOf(document, modelId, taken, end),
      ...(isInWord(source, end) && { endsInWord: true }),
    };
  }
  const stretches = selectedIn(editor);
  return subjectOf(
    document,
    modelId,
    stretches.length > 0
      ? takeSelections(source, stretches, joining)
      : takeAtCaret(source, document.offsetAt(selection.active), isProse(document)),
  );
}

/** What is selected, in the order of the document; nothing where there are only carets. */
export const selectedIn = ({ document, selections }: vscode.TextEditor): readonly Stretch[] =>
  selections
    .filter(({ isEmpty }) => !isEmpty)
    .map(({ start, end }) => ({ start: document.offsetAt(start), end: document.offsetAt(end) }))
    .sort((a, b) => a.start - b.start);

/** All of a document, as far as it is taken. @throws EngineError `input-invalid` where there is no text in it. */
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

/** UTF-16 units. Of a longer document it is found out only when all of it is to be taken. */
const maxSearchedLength = 10_000;

/** Whether there is nothing to take in any part of a text; white space alone may be gone on from. */
const isEmpty = ({ length, read }: Source, joining: Purpose['joining']): boolean =>
  joining === 'before' ? length === 0 : length <= maxSearchedLength && !read(0, length).trim();

/** Not `input-empty`, whose remedy is to take the whole document. */
const emptyDocument = (document: vscode.TextDocument) =>
  new EngineError(
    'input-invalid',
    vscode.l10n.t('There are no words to look at: {0} is empty.', nameOf(document)),
  );

/** @param labelled offset whose line stands in the label; by default where the text begins. */
function subjectOf(
  document: vscode.TextDocument,
  modelId: string,
  { texts, cutLength }: Taken,
  labelled?: number,
): Subject {
  const segment = ({ text, pieces }: TakenText): Segment => ({
    text,
    origin: { uri: document.uri.toString(), version: document.version, pieces },
  });
  const [first, second] = texts;
  const line = document.positionAt(labelled ?? first.pieces[0]?.documentOffset ?? 0).line + 1;
  return {
    modelId,
    segments: second ? [segment(first), segment(second)] : [segment(first)],
    label: `${nameOf(document)}:${line}`,
    cutLength,
  };
}

/** As a person would name it: a file's name, a cell's place in its notebook. */
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
