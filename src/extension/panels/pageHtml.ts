/** The HTML of a page: its script, its style and its Content Security Policy. */
import * as vscode from 'vscode';
import type { PageKind } from './pageKinds';
import type { FilesAhead, RuntimeUris } from '../../common/protocol/pages/page';

/** What a page may read: nothing else of the extension, and nothing of the person's files. */
export const pageRoots = (extensionUri: vscode.Uri): vscode.Uri[] =>
  ['dist', 'media', 'models'].map(folder => vscode.Uri.joinPath(extensionUri, folder));

/** Where a page fetches its worker from. */
export function runtimeUris(webview: vscode.Webview, extensionUri: vscode.Uri): RuntimeUris {
  const inDist = (path: string) =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', path)).toString(true);
  return {
    jspi: {
      worker: inDist('web/engineWorker.jspi.js'),
      wasm: inDist('ort-wasm-simd-threaded.jspi.wasm.gz'),
    },
    wasm: {
      worker: inDist('web/engineWorker.wasm.js'),
      wasm: inDist('ort-wasm-simd-threaded.wasm.gz'),
    },
  };
}

/**
 * The shell of a page. Its script paints everything. What that will ask for first is read meanwhile, by a small script
 * that stands in the shell itself: before the stylesheet, for which it would have to wait.
 *
 * The policy allows no network: scripts by nonce only, WebAssembly, workers from blobs, files of the
 * extension. Inline styles are needed for positions that are computed.
 */
export function pageHtml(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  { name, title }: Pick<PageKind, 'name' | 'title'>,
  ahead?: { readonly script: string; readonly files: FilesAhead },
): string {
  const uri = (file: string) =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', 'webview', file)).toString(true);
  const nonce = crypto.randomUUID();
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}' 'wasm-unsafe-eval'`,
    `worker-src blob:`,
    `connect-src ${webview.cspSource}`,
    `style-src ${webview.cspSource} 'unsafe-inline'`,
    `img-src ${webview.cspSource} blob: data:`,
    `font-src ${webview.cspSource}`,
  ].join('; ');
  return `<!doctype html>
<html lang="${vscode.env.language}">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <script type="module" nonce="${nonce}" src="${uri(`${name}.js`)}"></script>
    ${
      ahead
        ? `<script nonce="${nonce}" data-files="${asAttribute(ahead.files)}">${ahead.script}</script>`
        : ''
    }
    <link rel="stylesheet" href="${uri(`${name}.css`)}" />
    <title>${title()}</title>
  </head>
  <body></body>
</html>`;
}

const asAttribute = (value: unknown) =>
  JSON.stringify(value).replaceAll('&', '&amp;').replaceAll('"', '&quot;');
