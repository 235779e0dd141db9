import { build, type BuildOptions } from 'esbuild';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import type { AddressInfo } from 'node:net';
import { pageBundles } from '../../scripts/pageBundles.mjs';
import { webBundle } from '../../scripts/webBundle.mjs';

const root = resolve(import.meta.dirname, '../..');

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
};

export interface PageServer {
  readonly origin: string;
  /** The fake host's script, to be run before any other. */
  readonly hostScript: string;
  close(): Promise<void>;
}

/** Serves the page as VS Code serves it, under the same content security policy, on loopback. */
export async function startPageServer(): Promise<PageServer> {
  const out = await mkdtemp(join(tmpdir(), 'pages-'));
  await bundle(out);
  const folders: Readonly<Record<string, string>> = {
    media: join(root, 'media'),
    models: join(root, 'models'),
    test: join(root, 'test'),
    out,
    dist: join(root, 'dist'),
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const [, folder = '', ...path] = url.pathname.split('/');
    if (folder === 'favicon.ico') {
      response.writeHead(204).end();
      return;
    }
    if (folder === 'page') {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      response.end(shell(path[0] ?? 'attention'));
      return;
    }
    const from = folders[folder];
    readFile(join(from ?? out, ...path.map(decodeURIComponent))).then(
      bytes => {
        response.writeHead(200, {
          'content-type': types[extname(url.pathname)] ?? 'application/octet-stream',
        });
        response.end(bytes);
      },
      () => {
        response.writeHead(404);
        response.end();
      },
    );
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo; // It listens on TCP.
  return {
    origin: `http://127.0.0.1:${port}`,
    hostScript: await readFile(join(out, 'fakeHost.js'), 'utf8'),
    close: async () => {
      await new Promise(done => server.close(done));
      await rm(out, { recursive: true });
    },
  };
}

const bundle = (outdir: string) =>
  Promise.all(
    [...pageBundles, beside].map(options =>
      build({ ...options, absWorkingDir: root, minify: true, outdir, logLevel: 'warning' }),
    ),
  );

/** The host of the test, and the workers as they are shipped. */
const beside: BuildOptions = {
  ...webBundle,
  entryPoints: {
    fakeHost: 'test/pages/fakeHost.ts',
    'engineWorker.jspi': 'src/engine/worker/main.jspi.ts',
    'engineWorker.wasm': 'src/engine/worker/main.wasm.ts',
  },
  format: 'iife',
};

/** Like `pageHtml.ts`, with the same policy. */
function shell(name: string): string {
  const nonce = crypto.randomUUID();
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}' 'wasm-unsafe-eval'`,
    `worker-src blob:`,
    `connect-src 'self'`,
    `style-src 'self' 'unsafe-inline'`,
    `img-src 'self' blob: data:`,
    `font-src 'self'`,
  ].join('; ');
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="stylesheet" href="/out/${name}.css" />
    <script type="module" nonce="${nonce}" src="/out/${name}.js"></script>
    <title>${name}</title>
  </head>
  <body>
    <script nonce="${nonce}">window.applyTheme();</script>
  </body>
</html>`;
}
