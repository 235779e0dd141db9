import type { Page } from 'playwright-core';

/** A process of such a browser shares what it has compiled among its pages, as long as one of them holds it. */
export const sharingArgs = ['--process-per-site'];

/**
 * Compiles what engines compile, in a page that stays. Of two tests that each open a page and run a small model, the
 * compiling is more than half.
 *
 * @param page on the site of the tests' pages, in their context.
 * @param urls of gzipped WebAssembly.
 */
export async function holdWasm(page: Page, urls: readonly string[]): Promise<void> {
  await page.evaluate(async all => {
    const compiled = all.map(async url => {
      const { body } = await fetch(url);
      const unpacked = new Response(body?.pipeThrough(new DecompressionStream('gzip')));
      return WebAssembly.compile(await unpacked.arrayBuffer());
    });
    Object.assign(window, { held: await Promise.all(compiled) });
  }, urls);
}
