import { dirname, posix, relative } from 'node:path';
import { root } from './paths.mjs';

/**
 * What a layer may import beside itself.
 * @typedef {object} Layer
 * @property {string[]} [layers] others, by their names below; `a/**` is every file below a folder
 * @property {string[]} [packages] names; `a/*` is every module of a package, `*` is every package
 * @property {string[]} [types] packages of which only types may be imported
 */

const contracts = ['src/common'];
const pageParts = [
  ...contracts,
  'webview/common',
  'webview/charts',
  'webview/matrix',
  'webview/elements',
  'webview/diagram',
  'webview/insideHead',
];
const host = [...contracts, 'src/extension/workbench', 'src/extension/settings'];
const lit = ['lit', 'lit/*', 'valibot', 'lru-cache'];

/**
 * Every layer, from the inside out. A file belongs to the longest path that it lies under; `*` is one folder, and two
 * folders that it stands for are two layers. Nothing that is further in imports what is further out.
 * @type {Readonly<Record<string, Layer>>}
 */
export const layers = {
  // Contracts, and what runs everywhere.
  'src/common': { packages: ['birpc', 'valibot', 'lru-cache', 'p-queue'] },

  // The engine: it is given bytes and a build of ONNX Runtime, and knows no platform.
  'src/engine/onnx': {
    layers: contracts,
    packages: ['valibot', 'lru-cache', 'p-queue'],
    types: ['onnxruntime-common', 'onnxruntime-web', 'onnxruntime-web/*'],
  },
  'src/engine/tokenizer': {
    layers: contracts,
    packages: ['@huggingface/tokenizers', 'valibot', 'lru-cache'],
  },
  'src/engine/decoding': {
    layers: [...contracts, 'src/engine/tokenizer'],
    packages: ['valibot', 'lru-cache'],
  },
  'src/engine/decoder': { layers: [...contracts, 'src/engine/onnx'] },
  'src/engine/translator': {
    layers: [...contracts, 'src/engine/onnx', 'src/engine/tokenizer', 'src/engine/decoding'],
    packages: ['lru-cache', 'valibot'],
  },
  'src/engine/models': {
    layers: [
      ...contracts,
      'src/engine/onnx',
      'src/engine/tokenizer',
      'src/engine/decoding',
      'src/engine/decoder',
      'src/engine/translator',
    ],
    packages: ['valibot', 'lru-cache'],
  },
  'src/engine': {
    layers: [
      ...contracts,
      'src/engine/onnx',
      'src/engine/tokenizer',
      'src/engine/decoding',
      'src/engine/decoder',
      'src/engine/models',
    ],
    packages: ['lru-cache', 'valibot'],
    types: ['onnxruntime-common'],
  },
  'src/engine/worker': {
    layers: [...contracts, 'src/engine/onnx', 'src/engine'],
    packages: [
      'onnxruntime-web/wasm',
      'onnxruntime-web/jspi',
      'node:path',
      'node:url',
      'node:worker_threads',
    ],
  },

  // The extension host: the ground, what the window has once, the features, and what ties them together.
  'src/extension/workbench': { layers: contracts, packages: ['vscode'] },
  'src/extension/settings': {
    layers: [...contracts, 'src/extension/workbench'],
    packages: ['vscode', 'valibot'],
  },
  'src/extension/modelCatalog': { layers: host, packages: ['vscode', 'valibot'] },
  'src/extension/engine': {
    layers: [...host, 'src/extension/modelCatalog'],
    packages: ['vscode', 'valibot'],
  },
  'src/extension/subject': { layers: host, packages: ['vscode', 'valibot'] },
  'src/extension/panels': {
    layers: [
      ...host,
      'src/extension/modelCatalog',
      'src/extension/engine',
      'src/extension/subject',
    ],
    packages: ['vscode', 'valibot'],
  },
  'src/extension/features/*': {
    layers: [
      ...host,
      'src/extension/modelCatalog',
      'src/extension/engine',
      'src/extension/subject',
      'src/extension/panels',
    ],
    packages: ['vscode', 'valibot', 'lru-cache'],
  },
  'src/extension': { layers: [...contracts, 'src/extension/**'], packages: ['vscode'] },
  'src/cli': {
    layers: [
      ...contracts,
      'src/extension/engine',
      'src/extension/subject',
      'src/extension/features/completion',
    ],
    packages: ['*'],
  },

  // Pages: what all share, and then each alone.
  'webview/common': { layers: contracts, packages: lit },
  'webview/charts': { layers: [...contracts, 'webview/common'], packages: lit },
  'webview/matrix': { layers: [...contracts, 'webview/common', 'webview/charts'], packages: lit },
  'webview/elements': {
    layers: [...contracts, 'webview/common', 'webview/charts', 'webview/matrix'],
    packages: lit,
  },
  'webview/diagram': { layers: [...contracts, 'webview/common', 'webview/charts'], packages: lit },
  'webview/insideHead': {
    layers: [
      ...contracts,
      'webview/common',
      'webview/charts',
      'webview/matrix',
      'webview/elements',
    ],
    packages: lit,
  },
  'webview/stage/math': { layers: contracts },
  'webview/stage/part': { layers: [...pageParts, 'webview/stage/math'], packages: lit },
  'webview/stage/parts/*': {
    layers: [...pageParts, 'webview/stage/math', 'webview/stage/part'],
    packages: lit,
  },
  'webview/stage': { layers: [...pageParts, 'webview/stage/**'], packages: lit },
  'webview/*': { layers: pageParts, packages: lit },
};

/** Packages that have one place each. @type {Readonly<Record<string, string[]>>} */
export const packagesOfFiles = {
  'webview/elements/controls.ts': ['@vscode/webview-ui-toolkit'],
  'webview/charts/lineChart.ts': ['@observablehq/plot'],
  'webview/charts/rankCurves.ts': ['@observablehq/plot'],
  'webview/diagram/mermaid.ts': ['mermaid'],
  'webview/diagram/flowChart.ts': ['mermaid'],
  'webview/stage/main.ts': ['katex/*'],
  'webview/stage/page/equations.ts': ['set-formulas'],
  'webview/attention/export/exportFile.ts': ['exported-page'],
  'webview/attention/export/zip.ts': ['fflate'],
};

/** @param {string} pattern @param {string} path @returns {string | undefined} what of the path the pattern covers */
function covered(pattern, path) {
  const parts = path.split('/');
  const wanted = pattern.split('/');
  const matches = wanted.every((one, index) =>
    one === '*' ? parts.length > index + 1 : one === parts[index],
  );
  return matches ? parts.slice(0, wanted.length).join('/') : undefined;
}

/** @param {string} path @returns {{ name: string, layer: Layer } | undefined} the layer that a file belongs to */
export function layerOf(path) {
  return Object.entries(layers)
    .flatMap(([pattern, layer]) => {
      const name = covered(pattern, path);
      return name === undefined ? [] : [{ name, layer, length: pattern.split('/').length }];
    })
    .toSorted((one, other) => other.length - one.length || other.name.localeCompare(one.name))
    .at(0);
}

/** @param {string[] | undefined} packages @param {string} name */
const has = (packages, name) =>
  packages?.some(one => (one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : one === name)) ??
  false;

/**
 * ESLint rule: a file imports only what its layer may import.
 * @type {import('eslint').Rule.RuleModule}
 */
export const layerRule = {
  meta: {
    type: 'problem',
    messages: {
      layer: '{{from}} may not import {{what}}: scripts/layers.mjs says what it may.',
      type: '{{from}} may import only types from {{what}}.',
    },
    schema: [],
  },
  create(context) {
    const path = relative(root, context.filename).replaceAll('\\', '/');
    const own = layerOf(path);
    if (!own) {
      return {};
    }
    /** @param {any} node the import @param {unknown} specifier @param {boolean} isType */
    const check = (node, specifier, isType) => {
      if (typeof specifier !== 'string') {
        return;
      }
      const data = { from: own.name, what: specifier };
      if (specifier.startsWith('.')) {
        const target = posix.join(dirname(path), specifier);
        const other = layerOf(`${target}.ts`);
        const isAllowed =
          other?.name === own.name ||
          own.layer.layers?.some(
            one =>
              one === other?.name || (one.endsWith('/**') && target.startsWith(one.slice(0, -2))),
          );
        if (!isAllowed) {
          context.report({ node, messageId: 'layer', data });
        }
      } else if (!has(own.layer.packages, specifier) && !has(packagesOfFiles[path], specifier)) {
        if (!has(own.layer.types, specifier)) {
          context.report({ node, messageId: 'layer', data });
        } else if (!isType) {
          context.report({ node, messageId: 'type', data });
        }
      }
    };
    return {
      /** @param {any} node */
      ImportDeclaration: node => check(node, node.source.value, node.importKind === 'type'),
      /** @param {any} node */
      ImportExpression: node => check(node, node.source.value, false),
      /** @param {any} node */
      ExportNamedDeclaration: node => check(node, node.source?.value, node.exportKind === 'type'),
      /** @param {any} node */
      TSImportType: node => check(node, node.source?.value ?? node.argument?.literal?.value, true),
    };
  },
};
