import { readdirSync, readFileSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import { run } from './command.mjs';
import { pages } from './pageBundles.mjs';
import { inRoot, root } from './paths.mjs';
import { isPublic } from './releaseProblems.mjs';
import { setUpNodeModules } from './setup/nodeModules.mjs';
import { bold, Remedy, runMain, size, step, table } from './terminal.mjs';

/**
 * Makes the VSIX, says what it weighs, and fails when something is in it that does not belong there,
 * something is missing, or it has outgrown its budget.
 */

/** Packed, in bytes. Open VSX takes 256 MB. Two thirds are SmolLM2, whose 4-bit file cannot be packed smaller. */
const budget = 200e6;

/** Every file of the package belongs to one part; the first that fits counts. */
const parts = [
  {
    name: 'models',
    files:
      /^models\/[^/]+\/((manifest|tokenizer|weights|chat|words|heads|expected|quality)\.json|README\.md|[^/]+\.(onnx|gguf))$/,
  },
  { name: 'WebAssembly', files: /^dist\/[^/]+\.wasm\.gz$/ },
  {
    name: 'code',
    files: /^(dist\/(web\/|webview\/)?[^/]+\.(js|css)|package(\.nls.*)?\.json|l10n\/[^/]+\.json)$/,
  },
  // Starts the threads of the one in Node.
  { name: 'script of threads', files: /^dist\/ort-wasm-simd-threaded\.mjs$/ },
  { name: 'fonts of formulas', files: /^dist\/webview\/KaTeX_[^/]+\.woff2$/ },
  { name: 'lessons and maps', files: /^media\/(lessons|maps)\/[^.]+\.json$/ },
  {
    name: 'other',
    files:
      /^(readme\.md|changelog\.md|LICENSE\.txt|THIRD_PARTY_NOTICES\.md|media\/((readme|walkthrough)\/)?[^/]+\.(svg|png)|media\/studies\/[^/]+\.(json|md)|\[Content_Types\]\.xml|extension\.vsixmanifest)$/,
  },
];

/** All that a manifest names is read. @returns {string[]} */
function modelFiles() {
  const folders = readdirSync(inRoot('models'), { withFileTypes: true }).filter(one =>
    one.isDirectory(),
  );
  return folders.flatMap(({ name }) => {
    /** @type {{ files: { graphs: Record<string, { path: string }> } & Record<string, { path: string }> }} */
    const { files } = JSON.parse(readFileSync(inRoot('models', name, 'manifest.json'), 'utf8'));
    const { graphs, ...others } = files;
    const paths = [...Object.values(graphs), ...Object.values(others)].map(({ path }) => path);
    return ['manifest.json', ...paths].map(path => `models/${name}/${path}`);
  });
}

/** Without these it would not work at all. */
const indispensable = [
  'package.json',
  'dist/extension.js',
  'dist/web/extension.js',
  'dist/engineWorker.js',
  'dist/web/engineWorker.jspi.js',
  'dist/web/engineWorker.wasm.js',
  ...pages.flatMap(name => [`dist/webview/${name}.js`, `dist/webview/${name}.css`]),
  'dist/webview/mermaid.js',
  'media/lessons/sources.json',
  'media/maps/en.json',
  'dist/ort-wasm-simd-threaded.mjs',
  'dist/ort-wasm-simd-threaded.wasm.gz',
  'dist/ort-wasm-simd-threaded.jspi.wasm.gz',
  'LICENSE.txt',
  'THIRD_PARTY_NOTICES.md',
  ...modelFiles(),
];

await runMain(async () => {
  await setUpNodeModules();
  await run(process.execPath, ['scripts/notices.mjs', '--check']);
  const path = await step('Building for production and packing', pack);
  const files = await list(path);
  console.log(`\n${bold(relative(root, path))}\n`);
  console.log(summary(files, statSync(path).size));
  judge(files, statSync(path).size);
});

/** The packager builds by the script `vscode:prepublish`. @returns {Promise<string>} path of the VSIX */
async function pack() {
  const { default: manifest } = await import('../package.json', { with: { type: 'json' } });
  const path = inRoot(`${manifest.name}-${manifest.version}.vsix`);
  await run(
    process.execPath,
    [
      inRoot('node_modules', '@vscode', 'vsce', 'vsce'),
      ...['package', '--no-dependencies', '--out', path],
      // The README's links lead to the repository once there is one; until then they stay as they are.
      ...(isPublic(manifest) ? [] : ['--no-rewrite-relative-links']),
    ],
    { log: 'package-vsce.log' },
  );
  return path;
}

/** @typedef {{ path: string, raw: number, packed: number }} Packed sizes in bytes */

/** @param {string} vsix @returns {Promise<Packed[]>} */
async function list(vsix) {
  const { openPromise } = await import('yauzl');
  const zip = await openPromise(vsix);
  const files = [];
  for await (const entry of zip.eachEntry()) {
    files.push({
      path: entry.fileName.replace(/^extension\//, ''),
      raw: entry.uncompressedSize,
      packed: entry.compressedSize,
    });
  }
  return files;
}

/** @param {Packed[]} files @param {number} total */
function summary(files, total) {
  const sum = (/** @type {Packed[]} */ list, /** @type {'raw' | 'packed'} */ key) =>
    list.reduce((all, file) => all + file[key], 0);
  const row = (/** @type {string} */ name, /** @type {Packed[]} */ list) => [
    name,
    String(list.length),
    size(sum(list, 'raw')),
    size(sum(list, 'packed')),
  ];
  return table([
    ['part', 'files', 'raw', 'packed'],
    ...parts.map(({ name }) =>
      row(
        name,
        files.filter(file => partOf(file) === name),
      ),
    ),
    ['VSIX', String(files.length), size(sum(files, 'raw')), size(total)],
  ]);
}

/** @param {Packed} file */
function partOf(file) {
  return parts.find(part => part.files.test(file.path))?.name;
}

/** @param {Packed[]} files @param {number} total */
function judge(files, total) {
  const strangers = files.filter(file => partOf(file) === undefined).map(file => file.path);
  if (strangers.length > 0) {
    throw new Remedy(
      `These do not belong in the package: ${strangers.join(', ')}. See .vscodeignore.`,
    );
  }
  const missing = indispensable.filter(path => files.every(file => file.path !== path));
  if (missing.length > 0) {
    throw new Remedy(`The package lacks ${missing.join(', ')}.`);
  }
  if (total > budget) {
    throw new Remedy(`The package has ${size(total)}, its budget is ${size(budget)}.`);
  }
}
