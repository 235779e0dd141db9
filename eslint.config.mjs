import eslint from '@eslint/js';
import { readdirSync } from 'node:fs';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { assertionReason } from './scripts/assertionReason.mjs';
import { layerRule } from './scripts/layers.mjs';

/** Host files that have a `.web.ts` twin: the one place for Node's own modules. */
const twins = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter(path => path.endsWith('.web.ts'))
  .map(path => `src/${path.replaceAll('\\', '/').replace('.web.ts', '.ts')}`);

/** The only files that may call `postMessage`: each makes a port for `rpc.ts` out of one transport. */
const portAdapters = [
  'src/common/browser/blobWorker.ts',
  'src/extension/engine/platform.ts',
  'src/engine/worker/main.ts',
  'src/engine/worker/selfPort.ts',
  'src/extension/panels/panel.ts',
  'webview/common/host.ts',
];

/** Constructs that are wrong wherever they are not the one place for them. */
const defaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'Export by name: a thing has one name everywhere.',
};
const barrel = {
  selector: 'ExportAllDeclaration',
  message: 'Import a thing from the file it is in.',
};
const postMessage = {
  selector:
    ":matches(CallExpression[callee.property.name='postMessage'], CallExpression[callee.name='postMessage'])",
  message: 'Every message goes through rpc.ts; only a port adapter calls postMessage.',
};
const session = {
  selector: "Identifier[name='InferenceSession']",
  message: 'Only engine/onnx/session.ts touches sessions of ONNX Runtime, behind the queue.',
};
const graphName = {
  selector:
    'Literal[value=/^(input_ids|attention_mask|token_type_ids|position_ids|output_attentions|output_hidden_states|last_hidden_state|attentions|hidden_states|logits|past_key_values.*|present\\..*|past_length|new_key_values)$/]',
  message: 'Names of graph inputs and outputs appear only in engine/onnx/graphs.ts.',
};
const jsonParse = {
  selector: "CallExpression[callee.object.name='JSON'][callee.property.name='parse']",
  message: 'JSON from outside is parsed where it is checked: common/json.ts.',
};
const configuration = {
  selector: 'MemberExpression[property.name=/^(getConfiguration|onDidChangeConfiguration)$/]',
  message: 'A setting is declared with `Setting` and read through extension/settings/settings.ts.',
};
const restricted = {
  default: [defaultExport, barrel, postMessage],
  product: [defaultExport, barrel, postMessage, session, graphName, jsonParse, configuration],
};
/**
 * @param {{ selector: string, message: string }[]} list
 * @param {{ selector: string, message: string }} [except]
 * @returns {import('eslint').Linter.RulesRecord}
 */
const syntax = (list, except) => ({
  'no-restricted-syntax': ['error', ...list.filter(rule => rule !== except)],
});

/**
 * Ambient names that a platform-free layer must not reach for.
 * @type {import('eslint').Linter.RulesRecord}
 */
const noPlatform = {
  'no-restricted-globals': [
    'error',
    ...[
      ...['fetch', 'document', 'window', 'self', 'navigator', 'location', 'localStorage', 'Worker'],
      ...['process', 'Buffer', 'require', '__dirname', 'globalThis', 'XMLHttpRequest'],
    ].map(name => ({ name, message: 'This layer runs everywhere and is given bytes.' })),
  ],
};

export default defineConfig(
  { ignores: ['dist', '.cache', 'node_modules', 'coverage', '.vscode-test', 'training', 'models'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      'no-console': 'error',
      'no-undef': 'off', // The type check knows every name.
      'no-control-regex': 'off', // Finding control characters is what such an expression is for.
      eqeqeq: 'error',
      curly: 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/unbound-method': 'off', // Most objects here are records of closures.
      // An index that its loop bounds is certain, and the compiler cannot see it.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Code points are what a tokenizer counts in.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      ...syntax(restricted.default),
    },
  },
  {
    files: ['src/**/*.ts', 'webview/**/*.ts'],
    plugins: { local: { rules: { 'assertion-reason': assertionReason, layers: layerRule } } },
    rules: {
      'local/assertion-reason': 'error',
      'local/layers': 'error',
      'max-lines-per-function': ['error', { max: 100, skipBlankLines: true, skipComments: true }],
    },
  },

  // Layers, from the inside out.
  {
    files: ['src/**/*.ts', 'webview/**/*.ts'],
    rules: syntax(restricted.product),
  },
  { files: ['src/common/**/*.ts', 'src/engine/**/*.ts'], rules: noPlatform },
  // Worker threads and browsers begin here.
  {
    files: ['src/engine/worker/**/*.ts', 'src/common/browser/**/*.ts'],
    rules: { 'no-restricted-globals': 'off' },
  },
  { files: ['src/common/json.ts'], rules: syntax(restricted.product, jsonParse) },
  {
    files: ['src/extension/settings/settings.ts'],
    rules: syntax(restricted.product, configuration),
  },
  { files: ['src/engine/onnx/graphs.ts'], rules: syntax(restricted.product, graphName) },
  { files: ['src/engine/onnx/session.ts'], rules: syntax(restricted.product, session) },
  { files: twins, rules: { 'local/layers': 'off' } },
  {
    files: portAdapters,
    rules: syntax(restricted.product, postMessage),
  },
  {
    files: [
      'src/extension/workbench/errorReporter.ts',
      'src/cli/**/*.ts',
      'scripts/**',
      '*.mjs',
      'test/**/launch/**',
    ],
    rules: { 'no-console': 'off' },
  },
  {
    // In JavaScript a type is asserted in a comment, which the compiler reads and these rules do not.
    files: ['**/*.mjs'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },

  // Tests name graphs and sessions to check them.
  { files: ['test/**/*.ts'], rules: syntax(restricted.default, postMessage) },
  { files: ['*.config.{mjs,mts}', '*.mts'], rules: syntax([barrel]) },
);
