import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../command.mjs';
import { inRoot } from '../paths.mjs';
import { step } from '../terminal.mjs';

/** All that decides what is in `dist`. */
const inputs = [
  'src',
  'webview',
  'test/extension/suite',
  'test/bench/host.ts',
  'media', // The pages' style sheets are bundled with them.
  'esbuild.mjs',
  'scripts',
  'package-lock.json',
];
/** Lies in `dist`, which every build empties: a build made otherwise, or half, leaves none. */
const stamp = inRoot('dist', '.inputs');

/** Builds `dist` unless it is what the present sources give. */
export async function setUpBuild() {
  const hash = hashInputs();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) {
    return;
  }
  await step('Building', () => run(process.execPath, ['esbuild.mjs'], { log: 'build.log' }));
  writeFileSync(stamp, hash);
}

function hashInputs() {
  const hash = createHash('sha256');
  for (const path of inputs.flatMap(input => filesUnder(input)).sort()) {
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(inRoot(path)))
      .update('\0');
  }
  return hash.digest('hex');
}

/** @param {string} path relative to the root @returns {string[]} the file, or the files below the folder */
function filesUnder(path) {
  if (!existsSync(inRoot(path))) {
    return [];
  }
  return statSync(inRoot(path)).isDirectory()
    ? readdirSync(inRoot(path)).flatMap(name => filesUnder(join(path, name)))
    : [path];
}
