import { build, context } from 'esbuild';
import { cp, mkdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');
const ortDir = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));

/** @satisfies {import('esbuild').BuildOptions} */
const base = {
  bundle: true,
  minify: production,
  sourcemap: !production,
  sourcesContent: false,
  target: 'es2022',
  logLevel: 'warning',
};
const node = { ...base, platform: 'node', format: 'cjs', external: ['vscode'] };
// In a web bundle `./x` means `x.web.ts` where there is one.
const web = {
  ...base,
  platform: 'browser',
  resolveExtensions: ['.web.ts', '.ts', '.mjs', '.js', '.json'],
};

/** One row for each bundle in `dist`. */
const bundles = [
  { ...node, entryPoints: ['src/extension.ts'], outfile: 'dist/extension.js' },
  {
    ...web,
    entryPoints: ['src/extension.ts'],
    outfile: 'dist/web/extension.js',
    format: 'cjs',
    external: ['vscode'],
  },
  // The `/wasm` build carries its glue inside: nothing is looked up at run time, in Node neither.
  {
    ...node,
    entryPoints: ['src/worker/main.ts'],
    outfile: 'dist/engineWorker.js',
    alias: { 'onnxruntime-web/wasm': join(ortDir, 'ort.wasm.bundle.min.mjs') },
  },
  {
    ...web,
    entryPoints: ['src/worker/main.jspi.ts'],
    outfile: 'dist/web/engineWorker.jspi.js',
    format: 'iife',
  },
  {
    ...web,
    entryPoints: ['src/worker/main.wasm.ts'],
    outfile: 'dist/web/engineWorker.wasm.js',
    format: 'iife',
  },
  { ...web, entryPoints: ['webview/attention.ts'], outdir: 'dist/webview', format: 'iife' },
  { ...node, entryPoints: ['src/cli/engine.ts'], outfile: 'dist/engine.js' },
];

/** Copied beside the bundles: ONNX Runtime's binaries. */
const binaries = ['ort-wasm-simd-threaded.wasm', 'ort-wasm-simd-threaded.jspi.wasm'];

await rm('dist', { recursive: true, force: true });
await mkdir('dist', { recursive: true });
await Promise.all(binaries.map(name => cp(join(ortDir, name), join('dist', name))));
if (watch) {
  await Promise.all(bundles.map(async bundle => (await context(bundle)).watch()));
} else {
  await Promise.all(bundles.map(bundle => build(bundle)));
}
