import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { inRoot } from './paths.mjs';
import { setUpBuild } from './setup/build.mjs';
import { Remedy, runMain } from './terminal.mjs';

/**
 * Writes THIRD_PARTY_NOTICES.md from what the bundler really put into the bundles, and from what is
 * shipped beside them. With `--check` it only compares.
 */

const path = inRoot('THIRD_PARTY_NOTICES.md');

/** @typedef {{ name: string, version: string, license: string, what: string, text: string }} Notice */

/** Shipped, and in no bundle that a bundler can tell of. */
const beside = [
  {
    folder: 'onnxruntime-web',
    what: 'runs the models: script in the workers, WebAssembly binaries',
  },
  { folder: '@vscode/codicons', what: 'shapes of the icons' },
];

await runMain(async () => {
  await setUpBuild();
  const wanted = await write();
  if (process.argv.includes('--check')) {
    if (readFileSync(path, 'utf8') !== wanted) {
      throw new Remedy('THIRD_PARTY_NOTICES.md is not what is shipped. Run `npm run notices`.');
    }
    return;
  }
  writeFileSync(path, wanted);
  console.log('  THIRD_PARTY_NOTICES.md is written.');
});

async function write() {
  const bundled = /** @type {string[]} */ (
    JSON.parse(readFileSync(inRoot('dist', 'packages.json'), 'utf8'))
  ).map(folder => notice(inRoot(folder), 'in the bundles'));
  const shipped = beside.map(({ folder, what }) => notice(inRoot('node_modules', folder), what));
  const notices = [
    ...shipped,
    ...bundled.filter(one => shipped.every(other => other.name !== one.name)),
  ].sort((a, b) => a.name.localeCompare(b.name));
  const source = `# Third-party notices

The extension contains the following works of others. Text is set in the fonts of VS Code; formulas are set in those of KaTeX, which are under its licence.

${markdownTable([
  ['Work', 'Version', 'Licence', 'What'],
  ...notices.map(({ name, version, license, what }) => [name, version, license, what]),
])}

The WebAssembly binaries of ONNX Runtime contain further works, listed in [its own notices](https://github.com/microsoft/onnxruntime/blob/main/ThirdPartyNotices.txt).

## Models

${models()}

## Licences

${notices.map(({ name, text }) => `### ${name}\n\n\`\`\`text\n${text}\n\`\`\``).join('\n\n')}
`;
  const options = await resolveConfig(path);
  return format(source, { ...options, filepath: path });
}

/** @param {string} folder @param {string} what @returns {Notice} */
function notice(folder, what) {
  /** @type {{ name: string, version: string, license: string, author?: string | { name: string } }} */
  const { name, version, license, author } = JSON.parse(
    readFileSync(`${folder}/package.json`, 'utf8'),
  );
  const file = readdirSync(folder).find(one => /^licen[cs]e(\.|$)/i.test(one));
  const text = file === undefined ? undefined : readFileSync(`${folder}/${file}`, 'utf8');
  const holder = typeof author === 'object' ? author.name : author;
  return {
    name,
    version,
    license,
    what,
    text: (text ?? standardText(name, license, holder)).trim(),
  };
}

/** @param {string} name @param {string} license @param {string | undefined} holder */
function standardText(name, license, holder) {
  if (license !== 'MIT') {
    throw new Remedy(`${name} brings no text of its licence, ${license}: add it by hand.`);
  }
  const ours = readFileSync(inRoot('LICENSE'), 'utf8');
  return ours.replace(/^Copyright.*$/m, `Copyright (c) ${holder ?? `the authors of ${name}`}`);
}

/** Each model folder tells of itself in its card. */
function models() {
  const folders = readdirSync(inRoot('models'), { withFileTypes: true }).filter(one =>
    one.isDirectory(),
  );
  const rows = folders.map(({ name }) => {
    /** @type {{ name: string, license: string }} */
    const manifest = JSON.parse(readFileSync(inRoot('models', name, 'manifest.json'), 'utf8'));
    return [`[${manifest.name}](models/${name}/README.md)`, manifest.license, basename(name)];
  });
  const origins = folders.map(({ name }) => `### ${name}\n\n${origin(name)}`);
  return `${markdownTable([['Model', 'Licence', 'Folder'], ...rows])}

${origins.join('\n\n')}

The text of the Apache licence, version 2.0, stands below with @huggingface/tokenizers; that of the MIT licence of Microsoft with onnxruntime-web.`;
}

/** What the model's card says of the works it was made from. @param {string} name */
function origin(name) {
  const card = readFileSync(inRoot('models', name, 'README.md'), 'utf8');
  const section = /^## Where it comes from\n\n(.*?)(?=\n\n\*\*|\n## )/ms.exec(card)?.[1];
  if (section === undefined) {
    throw new Remedy(`models/${name}/README.md has no section "Where it comes from": add it.`);
  }
  return section;
}

/** @param {string[][]} rows */
function markdownTable([head = [], ...rows]) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
