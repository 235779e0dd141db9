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

const imports = 'local/layers';
const globals = 'no-restricted-globals';
const syntax = 'no-restricted-syntax';

/** What stands where, and the rule that must object; `undefined` where it may stand. */
const cases: readonly (readonly [path: string, code: string, rule: string | undefined])[] = [
  // Invariant 1: common and engine know no platform.
  ['src/common/a.ts', "import * as vscode from 'vscode';", imports],
  ['src/common/text/a.ts', "import { readFile } from 'node:fs/promises';", imports],
  ['src/common/a.ts', "import { readFile } from 'fs';", imports],
  ['src/common/a.ts', "import { tokenize } from '../engine/tokenizer/tokenize';", imports],
  ['src/common/a.ts', "import { html } from 'lit';", imports],
  ['src/common/protocol/a.ts', "import { link } from './rpc';", undefined],
  ['src/common/protocol/a.ts', "import { EngineError } from '../errors';", undefined],
  ['src/common/a.ts', "import * as v from 'valibot';", undefined],
  ['src/common/a.ts', 'export const a = () => document.title;', globals],
  ['src/common/text/a.ts', 'export const a = () => process.argv;', globals],
  ['src/engine/a.ts', "import * as vscode from 'vscode';", imports],
  ['src/engine/onnx/a.ts', "import { Worker } from 'node:worker_threads';", imports],
  ['src/engine/a.ts', "import { log } from '../extension/workbench/log';", imports],
  ['src/engine/onnx/a.ts', "import { InferenceSession } from 'onnxruntime-web';", imports],
  [
    'src/engine/onnx/session.ts',
    "import type { InferenceSession } from 'onnxruntime-web';",
    undefined,
  ],
  ['src/engine/tokenizer/a.ts', "import { Tokenizer } from '@huggingface/tokenizers';", undefined],
  ['src/engine/decoding/a.ts', "import { Tokenizer } from '@huggingface/tokenizers';", imports],
  [
    'src/engine/decoder/a.ts',
    "import type { Token } from '../../common/protocol/engine/types';",
    undefined,
  ],

  // The folders of the engine, from the inside out.
  ['src/engine/onnx/a.ts', "import { a } from '../tokenizer/tokenizer';", imports],
  ['src/engine/tokenizer/a.ts', "import { a } from '../onnx/session';", imports],
  ['src/engine/decoding/a.ts', "import { a } from '../onnx/session';", imports],
  ['src/engine/decoding/a.ts', "import { a } from '../decoder/prefill';", imports],
  ['src/engine/decoder/a.ts', "import { a } from '../translator/translation';", imports],
  ['src/engine/translator/a.ts', "import { a } from '../models/model';", imports],
  ['src/engine/models/a.ts', "import { a } from '../engine';", imports],
  ['src/engine/models/a.ts', "import { a } from '../worker/selfPort';", imports],
  ['src/engine/models/a.ts', "import { a } from '../translator/translation';", undefined],
  ['src/engine/worker/a.ts', "import { serveEngine } from '../engine';", undefined],

  // Invariant 2: the engine is given bytes.
  ['src/engine/models/a.ts', "export const a = () => fetch('b');", globals],
  ['src/engine/a.ts', 'export const a = () => self.caches;', globals],

  // Invariant 3: one place touches ONNX Runtime's sessions.
  [
    'src/engine/models/a.ts',
    'export const a = (ort: B) => ort.InferenceSession.create(c);',
    syntax,
  ],
  ['src/engine/worker/a.ts', "import type { InferenceSession } from 'onnxruntime-common';", syntax],
  ['webview/common/a.ts', "import * as ort from 'onnxruntime-web/wasm';", imports],
  ['src/extension/a.ts', "import * as ort from 'onnxruntime-web';", imports],

  // Invariant 5: every message goes through rpc.ts.
  ['src/extension/a.ts', 'export const a = (b: B) => b.postMessage(1);', syntax],
  ['webview/next/a.ts', 'export const a = () => postMessage(1);', syntax],
  ['webview/common/host.ts', 'export const a = (b: B) => b.postMessage(1);', undefined],

  // Invariant 8: names of graphs, and JSON from outside, have one place each.
  ['src/engine/decoder/a.ts', "export const a = 'input_ids';", syntax],
  ['webview/next/a.ts', "export const a = 'past_key_values.0.key';", syntax],
  ['src/engine/onnx/graphs.ts', "export const a = 'input_ids';", undefined],
  [
    'src/extension/modelCatalog/modelCatalog.ts',
    'export const a = (b: string) => JSON.parse(b) as unknown;',
    syntax,
  ],

  // The extension host: Node's modules only beside a twin for the web; no feature knows another.
  ['src/extension/a.ts', "import { readFile } from 'node:fs/promises';", imports],
  ['src/extension/a.ts', "import { tokenize } from '../engine/tokenizer/tokenize';", imports],
  ['src/extension/panels/a.ts', "import { a } from '../../engine/onnx/session';", imports],
  ['src/extension/panels/a.ts', "import { Subject } from '../subject/subject';", undefined],
  ['src/extension/panels/a.ts', "import { a } from '../features/attention/attention';", imports],
  ['src/extension/subject/a.ts', "import { Panel } from '../panels/panel';", imports],
  ['src/extension/settings/a.ts', "import { a } from '../features/completion/options';", imports],
  ['src/extension/features/tokens/a.ts', "import { a } from '../completion/options';", imports],
  ['src/extension/features/tokens/a.ts', "import { a } from './labels';", undefined],
  ['src/extension/features/tokens/a.ts', "import { a } from '../../panels/panels';", undefined],
  ['src/extension/engine/platform.ts', "import { Worker } from 'node:worker_threads';", undefined],
  ['src/extension/a.ts', "import * as vscode from 'vscode';", undefined],
  ['src/extension/a.ts', "import { a } from './features/attention/attention';", undefined],
  ['src/engine/worker/a.ts', "import * as vscode from 'vscode';", imports],

  [
    'src/extension/features/tokens/a.ts',
    "export const a = (b: B) => b.workspace.getConfiguration('c');",
    syntax,
  ],
  [
    'src/extension/settings/settings.ts',
    "export const a = (b: B) => b.workspace.getConfiguration('c');",
    undefined,
  ],

  // Pages: none knows another, and what they share knows none.
  ['webview/next/a.ts', "import * as vscode from 'vscode';", imports],
  ['webview/next/a.ts', "import { a } from '../../src/engine/tokenizer/tokenize';", imports],
  ['webview/next/a.ts', "import { vsCodeButton } from '@vscode/webview-ui-toolkit';", imports],
  [
    'webview/elements/controls.ts',
    "import { vsCodeButton } from '@vscode/webview-ui-toolkit';",
    undefined,
  ],
  [
    'webview/next/a.ts',
    "import type { Token } from '../../src/common/protocol/engine/types';",
    undefined,
  ],
  ['webview/next/a.ts', "import { a } from '../attention/export/csv';", imports],
  ['webview/maps/a.ts', "import { a } from '../stage/page/template';", imports],
  ['webview/common/a.ts', "import { a } from '../charts/colorScale';", imports],
  ['webview/elements/a.ts', "import { a } from '../stage/page/actions';", imports],
  ['webview/matrix/a.ts', "import { a } from '../elements/menu';", imports],
  ['webview/next/a.ts', "import { a } from '../matrix/units';", undefined],
  ['webview/stage/parts/cost/a.ts', "import { a } from '../scale/scale';", imports],
  ['webview/stage/part/a.ts', "import { a } from '../parts/scale/scale';", imports],
  ['webview/stage/page/a.ts', "import { a } from '../parts/scale/scale';", undefined],

  // Everywhere.
  ['src/extension/a.ts', 'export default 1;', syntax],
  ['webview/next/a.ts', "export * from './b';", syntax],
  ['src/extension/a.ts', 'console.log(1);', 'no-console'],
  ['src/extension/a.ts', 'export const a = (b: any) => b;', '@typescript-eslint/no-explicit-any'],
  ['src/extension/a.ts', 'export const a = (b: unknown) => b as string;', 'local/assertion-reason'],
  ['src/extension/a.ts', 'try { a(); } catch {}', 'no-empty'],
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
