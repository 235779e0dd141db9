import { readFileSync } from 'node:fs';
import { run } from '../command.mjs';
import { inRoot } from '../paths.mjs';
import { step } from '../terminal.mjs';

/** Installs the packages of `package-lock.json` unless they are there. */
export async function setUpNodeModules() {
  if (!isInstalled()) {
    await step('Installing npm packages', () =>
      run('npm', ['ci', '--no-fund', '--no-audit'], { log: 'npm-ci.log' }),
    );
  }
}

/**
 * npm keeps a copy of the lockfile of what it installed in `node_modules/.package-lock.json`:
 * everything is there when the two agree. What is optional may be missing (other platforms).
 */
function isInstalled() {
  const wanted = readPackages(inRoot('package-lock.json'));
  const found = readPackages(inRoot('node_modules', '.package-lock.json'));
  return (
    wanted !== undefined &&
    found !== undefined &&
    Object.entries(wanted).every(
      ([path, { version, optional, devOptional, peer }]) =>
        path === '' || optional || devOptional || peer || found[path]?.version === version,
    )
  );
}

/** @typedef {Record<string, { version?: string, optional?: boolean, devOptional?: boolean, peer?: boolean }>} Packages */

/** @param {string} path of a lockfile @returns {Packages | undefined} */
function readPackages(path) {
  try {
    return /** @type {{ packages: Packages }} */ (JSON.parse(readFileSync(path, 'utf8'))).packages;
  } catch {
    return undefined; // Never installed, or an install that was broken off: both mean install.
  }
}
