import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { watchReport } from '../../../scripts/watchReport.mjs';
import { root } from '../engine/modelFolder';

/** What VS Code reads of the task, as its problem matcher declares it. */
interface ProblemMatcher {
  readonly pattern: Record<'file' | 'line' | 'column' | 'severity' | 'message', number> & {
    readonly regexp: string;
  };
  readonly background: { readonly beginsPattern: string; readonly endsPattern: string };
}

const { tasks } = JSON.parse(readFileSync(join(root, '.vscode/tasks.json'), 'utf8')) as {
  tasks: readonly { label: string; problemMatcher: ProblemMatcher }[];
};
const { pattern, background } = tasks.find(({ label }) => label === 'watch')!.problemMatcher;

/** Builds a text with a reporter, as the watch does. */
const bundle = (contents: string, plugin: ReturnType<typeof watchReport>) =>
  build({
    stdin: { contents, sourcefile: 'src/some file.ts', loader: 'ts' },
    plugins: [plugin],
    bundle: true,
    write: false,
    logLevel: 'silent',
  }).catch(() => undefined);

test('the task of VS Code finds each problem with its file, line and column', async () => {
  const lines: string[] = [];
  await bundle(
    'const a = 1;\n  const = 2;\n',
    watchReport(1, line => lines.push(line)),
  );
  const [begin = '', problem = '', end = ''] = lines;
  expect(lines).toHaveLength(3);
  expect(begin).toMatch(new RegExp(background.beginsPattern));
  expect(end).toMatch(new RegExp(background.endsPattern));
  const found = new RegExp(pattern.regexp).exec(problem);
  expect(found?.[pattern.file]).toBe('src/some file.ts');
  expect(found?.[pattern.line]).toBe('2');
  expect(found?.[pattern.column]).toBe('9');
  expect(found?.[pattern.severity]).toBe('error');
  expect(found?.[pattern.message]).toBe('Expected identifier but found "="');
});

test('a warning is told as one', async () => {
  const lines: string[] = [];
  await bundle(
    'typeof f === "nubmer" && f();',
    watchReport(1, line => lines.push(line)),
  );
  expect(lines[1]).toMatch(/^src\/some file\.ts:1:\d+: warning: /);
});

test('nothing is done before every bundle is, and a problem of two is told once', async () => {
  const lines: string[] = [];
  const plugin = watchReport(2, line => lines.push(line));
  await bundle('const = 2;', plugin);
  expect(lines).toEqual(['Building.']);
  await bundle('const = 2;', plugin);
  expect(lines).toEqual([
    'Building.',
    'src/some file.ts:1:7: error: Expected identifier but found "="',
    'Watching.',
  ]);
});
