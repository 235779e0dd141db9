/** Of VS Code's webview API, what a page uses. It can be asked for once only. */
export const vscode = acquireVsCodeApi();
