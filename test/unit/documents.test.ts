/** The documents name only paths, commands and links that exist. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../scripts/paths.mjs';

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 1e8,
})
  .split('\n')
  .filter(path => path !== '' && existsSync(join(root, path)));
const names = new Set(tracked.map(path => basename(path)));
const folders = new Set(tracked.flatMap(path => ancestors(path)));
const documents = tracked.filter(path =>
  /^(?:README|ARCHITECTURE|CONTRIBUTING|SECURITY)\.md$|^docs\/.*\.md$/u.test(path),
);
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly scripts: Record<string, string>;
};
/** Made by a build, a training or a failed test. */
const made =
  /^(?:ort-wasm-simd-threaded\.mjs$|node_modules|dist|\.cache|\.vscode-test|test\/workbench\/changed)\b/u;
const codeFile = /\.(?:ts|mts|mjs|py|css|json|md|toml|onnx)$/u;

function ancestors(path: string): string[] {
  const folder = dirname(path);
  return folder === '.' ? [] : [folder, ...ancestors(folder)];
}

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const withoutBlocks = (text: string) => text.replaceAll(/^```[\s\S]*?^```/gmu, '');
const quotedIn = (path: string) =>
  [...withoutBlocks(read(path)).matchAll(/`([^`\n]+)`/gu)].map(([, quoted = '']) => quoted);

test('there are documents to check', () => {
  expect(documents).toEqual(expect.arrayContaining(['ARCHITECTURE.md', 'CONTRIBUTING.md']));
  expect(quotedIn('ARCHITECTURE.md').length).toBeGreaterThan(50);
});

test.each(documents)('every path in %s exists', path => {
  const missing = quotedIn(path).filter(quoted => {
    const place = quoted.replace(/\/$/u, '');
    if (/[\s*<>{}$()…"']/u.test(quoted) || made.test(quoted) || quoted.startsWith('.')) {
      return false;
    }
    if (
      place.includes('/') &&
      (codeFile.test(place) ||
        quoted.endsWith('/') ||
        /^(?:src|webview|test|training|scripts|media|models)\//u.test(place))
    ) {
      // From the root, or below a folder that the heading names.
      return (
        !tracked.some(one => one === place || one.endsWith(`/${place}`)) &&
        ![...folders].some(one => one === place || one.endsWith(`/${place}`))
      );
    }
    return codeFile.test(place) && !place.includes('/') && !names.has(place);
  });
  expect(missing).toEqual([]);
});

test.each(documents)('every npm command in %s exists', path => {
  const commands = [...read(path).matchAll(/npm run (?:-s )?([\w:-]+)/gu)].map(
    ([, name = '']) => name,
  );
  expect(commands.filter(name => !(name in scripts))).toEqual([]);
});

test.each(documents)('every link within %s leads to a file', path => {
  const links = [...read(path).matchAll(/\]\((?!https?:|#)([^)#\s]+)/gu)].map(
    ([, link = '']) => link,
  );
  expect(links.filter(link => !existsSync(join(root, dirname(path), link)))).toEqual([]);
});
