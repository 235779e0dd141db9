import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { inRoot } from '../../scripts/paths.mjs';
import { chromiumArgs, setUpChromium } from '../../scripts/setup/chromium.mjs';
import { record, words } from './figures';
import { rivalModels, rivalModules, setUpRivals, writeRivalModels } from './rivals';

beforeAll(async () => {
  await setUpRivals();
  await writeRivalModels();
});

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

test('128 tokens in a page, beside transformers.js without attention in the same page', async () => {
  const { url, close } = await serve();
  const browser = await chromium.launch({
    executablePath: await setUpChromium(),
    args: [...chromiumArgs],
  });
  try {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('pageerror', error => complaints.push(error.message));
    await page.goto(url);
    await page
      .waitForFunction(() => 'compare' in window)
      .catch((error: unknown) => {
        throw new Error(`the page did not start: ${complaints.join('; ')}`, { cause: error });
      });
    const { tokens, attention, states } = await page.evaluate(
      text => window.compare(text, 12),
      words(126),
    );
    expect(tokens).toEqual([128, 128]);
    const rival = 'transformers.js in that page, without attention';
    for (const [name, [ours, theirs]] of [
      ['attention', attention],
      // As transformers.js, to the end of the last layer.
      ['hidden states', states],
    ] as const) {
      record({ name: `engine in a page, 128 tokens, ${name}`, value: ours, unit: 'ms' });
      record({ name: rival, value: theirs, unit: 'ms' });
      record({ name: `${name} over transformers.js`, value: ours / theirs, unit: 'x', limit: 1 });
    }
  } finally {
    await browser.close();
    close();
  }
});

async function serve() {
  const { outputFiles } = await build({
    entryPoints: [inRoot('test/bench/comparison.ts')],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    external: ['/transformers/*'],
  });
  const folders: Readonly<Record<string, string>> = {
    dist: inRoot('dist'),
    model: inRoot('models/bert'),
    models: rivalModels,
    transformers: join(rivalModules, '@huggingface/transformers/dist'),
    ort: join(rivalModules, 'onnxruntime-web/dist'),
    common: join(rivalModules, 'onnxruntime-common/dist/esm'),
  };
  // What transformers.js imports by name.
  const imports = JSON.stringify({
    imports: {
      'onnxruntime-common': '/common/index.js',
      'onnxruntime-web/webgpu': '/ort/ort.webgpu.bundle.min.mjs',
    },
  });
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const [, folder = '', ...rest] = path.split('/');
    const file = join(folders[folder] ?? '/nowhere', ...rest);
    if (path === '/') {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(
        `<!doctype html><title>Comparison</title><script type="importmap">${imports}</script><script type="module">${outputFiles[0]?.text ?? ''}</script>`,
      );
    } else if (existsSync(file)) {
      response.writeHead(200, {
        'content-type': types[extname(file)] ?? 'application/octet-stream',
      });
      response.end(readFileSync(file));
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { url: `http://127.0.0.1:${port ?? 0}/`, close: () => server.close() };
}
