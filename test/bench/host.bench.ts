import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { inRoot } from '../../scripts/paths.mjs';
import { record, type Figure } from './figures';

test('what only the extension host can measure', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    inRoot('test/extension/launch/server.mjs'),
    inRoot('dist/test/bench/host.js'),
  ]);
  const figures = stdout
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line) as Figure); // Written by `host.ts`.
  expect(figures.length).toBeGreaterThan(3);
  figures.forEach(record);
});
