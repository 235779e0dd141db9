import * as vscode from 'vscode';
import type { ExportFile } from '../../common/protocol/pages/page';

/** Asks where to save, and saves there; any file system that VS Code knows. */
export class FileSaver {
  /** Replaced by tests, which cannot answer a dialog. */
  ask: (options: vscode.SaveDialogOptions) => Thenable<vscode.Uri | undefined> =
    vscode.window.showSaveDialog;

  /** @returns where it was saved; undefined when the person cancelled. */
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
    }
    return target;
  }
}
