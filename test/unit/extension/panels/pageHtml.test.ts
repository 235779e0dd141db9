import { expect, test, vi } from 'vitest';
import { pageHtml } from '../../../../src/extension/panels/pageHtml';

vi.mock('vscode', () => ({
  env: { language: 'en' },
  Uri: { joinPath: (...parts: string[]) => parts.join('/') },
}));

const webview = { cspSource: 'here', asWebviewUri: (uri: string) => uri };
const kind = { name: 'next', title: () => 'Next Tokens' } as const;
const builds = { jspi: { worker: 'a', wasm: 'b' }, wasm: { worker: 'c', wasm: 'd' } };

test('what a page needs is asked for before its stylesheet, for which a script would wait', () => {
  const files = { runtime: builds, model: [{ uri: 'x"&<y', bytes: 1 }] };
  const html = pageHtml(webview as never, 'extension' as never, kind, { script: 'begin()', files });
  const [, attribute = '', script] =
    /<script nonce="[^"]+" data-files="([^"]*)">(.*?)<\/script>/su.exec(html) ?? [];
  expect(script).toBe('begin()');
  expect(JSON.parse(attribute.replaceAll('&quot;', '"').replaceAll('&amp;', '&'))).toEqual(files);
  expect(html.indexOf('begin()')).toBeLessThan(html.indexOf('stylesheet'));
});

test('a page that runs no model at once asks for nothing', () => {
  const html = pageHtml(webview as never, 'extension' as never, kind);
  expect(html.match(/<script/gu)).toHaveLength(1);
});
