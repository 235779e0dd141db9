import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { logPath, tail } from '../command.mjs';
import { inRoot, root } from '../paths.mjs';
import { Remedy, step } from '../terminal.mjs';

/** Installs the packages of `package-lock.json` unless they are there. */
export async function setUpNodeModules() {
  if (!isInstalled()) {
    await step('Installing npm packages', install);
  }
}

/** By Node's own means: what runs programs elsewhere is one of the packages. */
async function install() {
  const path = logPath('npm-ci.log');
  const log = openSync(path, 'w');
  const npm = spawn('npm', ['ci', '--no-fund', '--no-audit'], {
    cwd: root,
    stdio: ['ignore', log, log],
    shell: process.platform === 'win32', // There npm is a batch file.
  });
  const [code] = await once(npm, 'close');
  if (code !== 0) {
    throw new Remedy(`\`npm ci\` ended with ${code}.\n\n${tail(path)}\n\nSee ${path}.`);
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
