import { build } from 'esbuild';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import { expect, test } from 'vitest';
import { plainVscode } from '../../../scripts/plainVscode.mjs';

test("a bundle reads no name of VS Code's API that it does not use", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lm-evolution-bundle-'));
  writeFileSync(
    join(folder, 'entry.ts'),
    "import * as vscode from 'vscode';\nexport const shown: string = vscode.used;\n",
  );
  const { outputFiles } = await build({
    entryPoints: [join(folder, 'entry.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
    plugins: [plainVscode],
  });
  rmSync(folder, { recursive: true });

  const read: string[] = [];
  const api = Object.defineProperties(
    {},
    Object.fromEntries(
      ['used', 'unused'].map(name => [
        name,
        { enumerable: true, get: () => (read.push(name), name) },
      ]),
    ),
  );
  const descriptors: unknown[] = [];
  const watched = new Proxy(api, {
    ownKeys: target => (descriptors.push(target), Reflect.ownKeys(target)),
  });
  const module = { exports: {} as { shown?: string } };
  const load = compileFunction(outputFiles[0]?.text ?? '', ['module', 'require']) as (
    ...given: [typeof module, () => unknown]
  ) => void;
  load(module, () => watched);

  expect(module.exports.shown).toBe('used');
  expect(read).toEqual(['used']);
  expect(descriptors).toEqual([]); // Its names were not listed, so they cannot have been copied.
});
