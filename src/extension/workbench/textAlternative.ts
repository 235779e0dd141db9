/** Texts that are opened for the user: text alternatives of pictures and the example; and exported files that are saved. */
import * as vscode from 'vscode';
import { Disposable } from './dispose';
import type { DoneMessages } from './doneMessages';
import type { ExportFile } from '../../common/protocol/pages/page';

/** Of the addresses of text alternatives. */
export const textAlternativeScheme = 'lm-evolution';

/** Opens the text alternatives of pictures as read-only Markdown documents. They live as long as VS Code keeps them. */
export class TextAlternative extends Disposable implements vscode.TextDocumentContentProvider {
  readonly #texts = new Map<string, string>();
  #opened = 0;

  constructor() {
    super();
    this.register(
      vscode.workspace.registerTextDocumentContentProvider(textAlternativeScheme, this),
    );
    this.register(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#texts.delete(uri.toString())),
    );
  }

  /** Opens a text with a title in front of other editors. */
  async open(title: string, markdown: string): Promise<void> {
    const uri = vscode.Uri.from({
      scheme: textAlternativeScheme,
      path: `/${title.replaceAll('/', '-')}.md`,
      // Each text is a new document: VS Code keeps a closed one for a while, and would show it again.
      query: `${++this.#opened}`,
    });
    this.#texts.set(uri.toString(), markdown);
    await vscode.window.showTextDocument(uri, { preview: true });
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? '';
  }
}

/** Asks where to save a file, saves it there, in any file system that VS Code knows, and says where that was. */
export class FileSaver {
  constructor(private readonly done: DoneMessages) {}

  /** Replaced by tests, which cannot answer a dialog. */
  ask: (options: vscode.SaveDialogOptions) => Thenable<vscode.Uri | undefined> =
    vscode.window.showSaveDialog;

  /** @returns where the file was saved; undefined if the user cancelled. */
  async save({ name, content }: ExportFile): Promise<vscode.Uri | undefined> {
    const extension = name.slice(name.lastIndexOf('.') + 1);
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const target = await this.ask({
      filters: { [extension.toUpperCase()]: [extension] },
      ...(folder && { defaultUri: vscode.Uri.joinPath(folder, name) }),
    });
    if (target) {
      const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
      await vscode.workspace.fs.writeFile(target, bytes);
      this.done.show(vscode.l10n.t('Saved {0}', vscode.workspace.asRelativePath(target)));
    }
    return target;
  }
}

/** Opens a text to begin with, for a user who has none open. */
export async function openExample(): Promise<void> {
  const document = await vscode.workspace.openTextDocument({
    language: 'markdown',
    content:
      'The animal did not cross the street because it was too tired.\n\n' +
      'The animal did not cross the street because it was too wide.\n',
  });
  await vscode.window.showTextDocument(document);
}
