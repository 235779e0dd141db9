import * as vscode from 'vscode';

/** A view that holds nothing but what the manifest's `viewsWelcome` says: the commands, or how to get a text. */
export const registerOnYourText = (): vscode.Disposable =>
  vscode.window.registerTreeDataProvider('lmEvolution.onYourText', {
    getChildren: () => [],
    getTreeItem: (item: vscode.TreeItem) => item,
  });
