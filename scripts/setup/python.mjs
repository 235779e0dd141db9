import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onPath, run } from '../command.mjs';
import { cache, inRoot } from '../paths.mjs';
import { step } from '../terminal.mjs';
import { pythonVenv, requireSystemPackages } from './systemPackages.mjs';

const venv = join(cache, 'python');
const stamp = join(venv, 'installed.sha256');
const project = inRoot('training', 'pyproject.toml');

/** @param {string} name @returns {string} path of a program in the virtual environment */
export const inVenv = name =>
  process.platform === 'win32' ? join(venv, 'Scripts', `${name}.exe`) : join(venv, 'bin', name);

/**
 * Makes the virtual environment in which `training/` is tested. Nothing else needs Python.
 * @returns {Promise<boolean>} false when this machine has no Python
 */
export async function setUpPython() {
  if (onPath('python3') === undefined) {
    return false;
  }
  const wanted = createHash('sha256').update(readFileSync(project)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && existsSync(inVenv('pytest'))) {
    return true;
  }
  await requireSystemPackages('the tests of training/', [pythonVenv]);
  if (!existsSync(inVenv('python'))) {
    await step('Making a Python environment', () =>
      run('python3', ['-m', 'venv', venv], { log: 'python-venv.log' }),
    );
  }
  await step('Installing PyTorch and the packages of training/', async () => {
    const pip = (/** @type {string[]} */ ...args) =>
      run(inVenv('python'), ['-m', 'pip', 'install', '-q', ...args], { log: 'python-pip.log' });
    await pip('pip>=25.1'); // The first that knows dependency groups.
    await pip('--group', `${project}:test`);
  });
  writeFileSync(stamp, wanted);
  return true;
}
