import { ESLint } from 'eslint';
import { expect, test } from 'vitest';
import tseslint from 'typescript-eslint';
import { root } from '../../scripts/paths.mjs';

// The rules that need no types; what is linted here lies in no file.
const eslint = new ESLint({
  cwd: root,
  overrideConfig: [
    tseslint.configs.disableTypeChecked,
    { languageOptions: { parserOptions: { projectService: false } } },
  ],
});
const typed = new ESLint({ cwd: root });

const imports = '@typescript-eslint/no-restricted-imports';
const globals = 'no-restricted-globals';
const syntax = 'no-restricted-syntax';

/** What stands where, and the rule that must object; `undefined` where it may stand. */
const cases: readonly (readonly [path: string, code: string, rule: string | undefined])[] = [
  // Invariant 1: shared and engine know no platform.
  ['src/shared/a.ts', "import * as vscode from 'vscode';", imports],
  ['src/shared/a.ts', "import { readFile } from 'node:fs/promises';", imports],
  ['src/shared/a.ts', "import { readFile } from 'fs';", imports],
  ['src/shared/a.ts', "import { tokenize } from '../engine/tokenizer';", imports],
  ['src/shared/a.ts', "import { html } from 'lit';", imports],
  ['src/shared/a.ts', "import { link } from './rpc';", undefined],
  ['src/shared/a.ts', "import * as v from 'valibot';", undefined],
  ['src/shared/a.ts', 'export const a = () => document.title;', globals],
  ['src/shared/a.ts', 'export const a = () => process.argv;', globals],
  ['src/engine/a.ts', "import * as vscode from 'vscode';", imports],
  ['src/engine/a.ts', "import { Worker } from 'node:worker_threads';", imports],
  ['src/engine/a.ts', "import { log } from '../log';", imports],
  ['src/engine/a.ts', "import { InferenceSession } from 'onnxruntime-web';", imports],
  [
    'src/engine/onnx/session.ts',
    "import type { InferenceSession } from 'onnxruntime-web';",
    undefined,
  ],
  ['src/engine/a.ts', "import { Tokenizer } from '@huggingface/tokenizers';", undefined],
  ['src/engine/a.ts', "import type { Token } from '../shared/engineApi';", undefined],

  // Invariant 2: the engine is given bytes.
  ['src/engine/a.ts', "export const a = () => fetch('b');", globals],
  ['src/engine/a.ts', 'export const a = () => self.caches;', globals],

  // Invariant 3: one place touches ONNX Runtime's sessions.
  ['src/engine/a.ts', 'export const a = (ort: B) => ort.InferenceSession.create(c);', syntax],
  ['src/worker/a.ts', "import type { InferenceSession } from 'onnxruntime-common';", syntax],
  ['webview/a.ts', "import * as ort from 'onnxruntime-web/wasm';", imports],
  ['src/a.ts', "import * as ort from 'onnxruntime-web';", imports],

  // Invariant 5: every message goes through rpc.ts.
  ['src/a.ts', 'export const a = (b: B) => b.postMessage(1);', syntax],
  ['webview/a.ts', 'export const a = () => postMessage(1);', syntax],
  ['webview/common/hostPort.ts', 'export const a = (b: B) => b.postMessage(1);', undefined],

  // Invariant 8: names of graphs, and JSON from outside, have one place each.
  ['src/engine/a.ts', "export const a = 'input_ids';", syntax],
  ['webview/a.ts', "export const a = 'past_key_values.0.key';", syntax],
  ['src/engine/onnx/graphs.ts', "export const a = 'input_ids';", undefined],
  [
    'src/extension/modelCatalog/modelCatalog.ts',
    'export const a = (b: string) => JSON.parse(b) as unknown;',
    syntax,
  ],

  // The extension host: Node's modules only beside a twin for the web.
  ['src/a.ts', "import { readFile } from 'node:fs/promises';", imports],
  ['src/a.ts', "import { tokenize } from './engine/tokenizer';", imports],
  ['src/panels/a.ts', "import { tokenize } from '../engine/tokenizer';", imports],
  ['src/panels/a.ts', "import { Subject } from '../subject/subject';", undefined],
  [
    'src/extension/engine/startWorker.ts',
    "import { Worker } from 'node:worker_threads';",
    undefined,
  ],
  ['src/a.ts', "import * as vscode from 'vscode';", undefined],
  ['src/worker/a.ts', "import * as vscode from 'vscode';", imports],

  // Pages.
  ['webview/a.ts', "import * as vscode from 'vscode';", imports],
  ['webview/a.ts', "import { tokenize } from '../src/engine/tokenizer';", imports],
  ['webview/a.ts', "import { vsCodeButton } from '@vscode/webview-ui-toolkit';", imports],
  [
    'webview/elements/controls.ts',
    "import { vsCodeButton } from '@vscode/webview-ui-toolkit';",
    undefined,
  ],
  ['webview/a.ts', "import type { Token } from '../src/shared/engineApi';", undefined],

  // Everywhere.
  ['src/a.ts', 'export default 1;', syntax],
  ['webview/a.ts', "export * from './b';", syntax],
  ['src/a.ts', 'console.log(1);', 'no-console'],
  ['src/a.ts', 'export const a = (b: any) => b;', '@typescript-eslint/no-explicit-any'],
  ['src/a.ts', 'export const a = (b: unknown) => b as string;', 'local/assertion-reason'],
  ['src/a.ts', 'try { a(); } catch {}', 'no-empty'],
];

test.each(cases)('%s: %s', async (filePath, code, rule) => {
  const messages = await lint(eslint, filePath, code);
  if (rule === undefined) {
    expect(messages).toEqual([]);
  } else {
    expect(messages).toContain(rule);
  }
});

test('a promise that nobody waits for is an error', async () => {
  const code = 'export const a = (b: () => Promise<void>): void => { b(); };';
  expect(await lint(typed, 'src/extension/workbench/dispose.ts', code)).toContain(
    '@typescript-eslint/no-floating-promises',
  );
});

const stylistic = ['@typescript-eslint/no-unused-vars', 'no-empty-pattern'];

async function lint(linter: ESLint, filePath: string, code: string): Promise<string[]> {
  const results = await linter.lintText(code, { filePath });
  return results
    .flatMap(result => result.messages)
    .map(message => message.ruleId ?? message.message)
    .filter(rule => !stylistic.includes(rule));
}
