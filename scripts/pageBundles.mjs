import { exportedPage } from './exportedPage.mjs';
import { leanMermaid } from './leanMermaid.mjs';
import { setFormulas } from './setFormulas.mjs';
import { webBundle } from './webBundle.mjs';

/** Each a folder of `webview`, with an entry `main.ts`. */
export const pages = ['attention', 'tokens', 'next', 'why', 'stage', 'maps'];

/** @type {import('esbuild').BuildOptions} */
const base = {
  ...webBundle,
  format: 'esm',
  // KaTeX offers its fonts in three formats; every VS Code reads the first.
  loader: { '.woff2': 'file', '.woff': 'empty', '.ttf': 'empty' },
  plugins: [leanMermaid, setFormulas, exportedPage],
};

/**
 * What webviews run: for each page a script and a stylesheet of its name, and beside them what it imports later. Each is
 * bundled alone, or what pages share would be parted into dozens of scripts; Mermaid is a bundle that two of them import.
 *
 * @type {readonly import('esbuild').BuildOptions[]}
 */
export const pageBundles = [
  ...pages.map(name => ({
    ...base,
    entryPoints: [{ in: `webview/${name}/main.ts`, out: name }],
    splitting: true,
    chunkNames: `${name}-[name]-[hash]`,
  })),
  { ...base, entryPoints: [{ in: 'webview/diagram/mermaid.ts', out: 'mermaid' }] },
  // Stands in the page itself, which an import could not.
  { ...base, format: 'iife', entryPoints: [{ in: 'webview/common/aheadEntry.ts', out: 'ahead' }] },
];
