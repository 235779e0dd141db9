import * as vscode from 'vscode';

/** The extension's output channel; the only place that logs. */
export function createLog(): vscode.LogOutputChannel {
  return vscode.window.createOutputChannel('Evolution of Language Models', { log: true });
}
