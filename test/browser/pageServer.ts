import { build } from 'esbuild';
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { inRoot } from '../../scripts/paths.mjs';

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/** The folders that are served, by the first part of the path. */
const folders: Readonly<Record<string, string>> = {
  dist: inRoot('dist'),
  ...Object.fromEntries(
    ['models', 'test/fixtures'].flatMap(parent =>
      readdirSync(inRoot(parent)).map(name => [name, inRoot(parent, name)]),
    ),
  ),
};

/**
 * Serves the page with the engine under the policy that panels have, on loopback.
 *
 * @param policyFor the shipped policy for a source of files and a nonce.
 */
export async function servePage(policyFor: (source: string, nonce: string) => string) {
  const { outputFiles } = await build({
    entryPoints: [inRoot('test/browser/enginePage.ts')],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    write: false,
  });
  const script = outputFiles[0]?.text ?? '';
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const answer = (status: number, type: string, body: string | Uint8Array) =>
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
    if (path === '/') {
      const policy = policyFor(`http://${request.headers.host ?? ''}`, 'once');
      answer(
        200,
        'text/html',
        `<!doctype html><meta http-equiv="Content-Security-Policy" content="${policy}">` +
          `<title>Engine</title><script nonce="once">${script}</script>`,
      );
      return;
    }
    const [, folder = '', ...rest] = path.split('/');
    const file = join(folders[folder] ?? '/nowhere', ...rest);
    if (!existsSync(file)) {
      answer(404, 'text/plain', 'not here');
      return;
    }
    void readFile(file).then(bytes =>
      answer(200, types[extname(file)] ?? 'application/octet-stream', bytes),
    );
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('the server has no port');
  }
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
