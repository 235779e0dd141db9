import { build, context } from 'esbuild';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { pageBundles } from './scripts/pageBundles.mjs';
import { plainVscode } from './scripts/plainVscode.mjs';
import { watchReport } from './scripts/watchReport.mjs';
import { webBundle } from './scripts/webBundle.mjs';

/** @typedef {import('esbuild').BuildOptions} BuildOptions */

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');
const ortDir = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));

/** @type {BuildOptions} */
const base = {
  bundle: true,
  // Without `--watch` too: what is tested and measured is what is shipped.
  minify: !watch,
  sourcemap: !production,
  sourcesContent: false,
  target: 'es2022',
  logLevel: 'warning',
  metafile: true,
};
/** @type {BuildOptions} */
const node = {
  ...base,
  platform: 'node',
  format: 'cjs',
  external: ['vscode'],
  plugins: [plainVscode],
};
/** @type {BuildOptions} */
const web = { ...base, ...webBundle };

/** One row for each bundle in `dist`. @type {BuildOptions[]} */
const product = [
  { ...node, entryPoints: ['src/extension/extension.ts'], outfile: 'dist/extension.js' },
  {
    ...web,
    entryPoints: ['src/extension/extension.ts'],
    outfile: 'dist/web/extension.js',
    format: 'cjs',
    external: ['vscode'],
    plugins: [plainVscode],
  },
  // The library's own build for Node: it is the only one that starts threads there. Its glue lies beside it.
  {
    ...node,
    entryPoints: ['src/engine/worker/main.ts'],
    outfile: 'dist/engineWorker.js',
    alias: { 'onnxruntime-web/wasm': join(ortDir, 'ort.node.min.js') },
  },
  {
    ...web,
    entryPoints: ['src/engine/worker/main.jspi.ts'],
    outfile: 'dist/web/engineWorker.jspi.js',
    format: 'iife',
  },
  {
    ...web,
    entryPoints: ['src/engine/worker/main.wasm.ts'],
    outfile: 'dist/web/engineWorker.wasm.js',
    format: 'iife',
  },
  ...pageBundles.map(page => ({ ...base, ...page, outdir: 'dist/webview' })),
];

/** What is for development alone, and in no package. @type {BuildOptions[]} */
const development = [
  { ...node, entryPoints: ['src/cli/engine.ts'], outfile: 'dist/engine.js' },
  {
    ...node,
    entryPoints: ['test/extension/suite/*.ts'],
    outdir: 'dist/test/extension',
    external: ['vscode', 'mocha'],
  },
  { ...node, entryPoints: ['test/bench/host.ts'], outfile: 'dist/test/bench/host.js' },
];

/** Beside the bundles, gzipped: ONNX Runtime's binaries. A quarter of the bytes, where a window is far from its host. */
const binaries = ['ort-wasm-simd-threaded.wasm', 'ort-wasm-simd-threaded.jspi.wasm'];

const bundles = production ? product : [...product, ...development];
await rm('dist', { recursive: true, force: true });
await mkdir('dist', { recursive: true });
const zipped = Promise.all(
  binaries.map(async name =>
    writeFile(
      join('dist', `${name}.gz`),
      await promisify(gzip)(await readFile(join(ortDir, name))),
    ),
  ),
);
/** What starts the WebAssembly in Node, and each of its threads. */
const glue = 'ort-wasm-simd-threaded.mjs';
await copyFile(join(ortDir, glue), join('dist', glue));
if (watch) {
  await zipped;
  const report = watchReport(bundles.length);
  for (const bundle of bundles) {
    const plugins = [...(bundle.plugins ?? []), report];
    await (await context({ ...bundle, plugins, logLevel: 'silent' })).watch();
  }
} else {
  // Each failure has been told by esbuild itself.
  const built = await Promise.allSettled(bundles.map(bundle => build(bundle)));
  await zipped;
  process.exitCode = built.some(one => one.status === 'rejected') ? 1 : 0;
  const inputs = built
    .slice(0, product.length)
    .flatMap(one =>
      one.status === 'fulfilled' ? Object.keys(one.value.metafile?.inputs ?? {}) : [],
    );
  // For `scripts/notices.mjs`: what is in the bundles, as the bundler saw it.
  await writeFile('dist/packages.json', JSON.stringify(packagesOf(inputs), undefined, 2));
}

/** @param {string[]} paths @returns {string[]} the npm packages they belong to, as paths from the root */
function packagesOf(paths) {
  const folders = paths.flatMap(
    path => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [],
  );
  return [...new Set(folders)].sort();
}
