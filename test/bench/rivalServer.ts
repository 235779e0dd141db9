import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { build } from 'esbuild';
import { chromium, type Page } from 'playwright-core';
import { inRoot } from '../../scripts/paths.mjs';
import { chromiumArgs, setUpChromium } from '../../scripts/setup/chromium.mjs';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

export interface RivalPage {
  /** Its script, by its path in the repository; it leaves `compare` in the window. */
  readonly script: string;
  /** What is served, by the first part of the path. */
  readonly folders: Readonly<Record<string, string>>;
  /** What a rival imports by name. */
  readonly imports?: Readonly<Record<string, string>>;
}

/** Opens a page in which ours and others run side by side, on loopback, for as long as `use` takes. */
export async function withRivalPage<T>(
  rivals: RivalPage,
  use: (page: Page) => Promise<T>,
): Promise<T> {
  const { url, close } = await serve(rivals);
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
    return await use(page);
  } catch (error) {
    // Its message alone: of a stack in the page Vitest would look for the source, and end.
    // eslint-disable-next-line preserve-caught-error -- For that reason.
    throw new Error(error instanceof Error ? error.message.split('\n    at ')[0] : String(error));
  } finally {
    await browser.close();
    close();
  }
}

async function serve({ script, folders, imports = {} }: RivalPage) {
  const { outputFiles } = await build({
    entryPoints: [inRoot(script)],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  });
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const [, folder = '', ...rest] = path.split('/');
    const file = join(folders[folder] ?? '/nowhere', ...rest);
    if (path === '/') {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(
        `<!doctype html><title>Comparison</title><script type="importmap">${JSON.stringify({ imports })}</script><script type="module">${outputFiles[0]?.text ?? ''}</script>`,
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
