/** The example text. */
import * as vscode from 'vscode';

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
