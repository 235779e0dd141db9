import { onPath, run, succeeds } from '../command.mjs';
import { Remedy, step } from '../terminal.mjs';

/**
 * Something that only the operating system's packages can bring.
 * @typedef {object} SystemPackage
 * @property {string} what in words: "a C++ compiler"
 * @property {() => boolean} isThere
 * @property {string} apt
 * @property {string} dnf
 * @property {string} brew
 */

/**
 * Installs what is missing where that may be done without asking (root on a system with apt),
 * otherwise names the command that does.
 * @param {string} purpose "the VS Code server"
 * @param {readonly SystemPackage[]} packages
 */
export async function requireSystemPackages(purpose, packages) {
  const missing = packages.filter(one => !one.isThere());
  if (missing.length === 0) {
    return;
  }
  const words = missing.map(one => one.what).join(', ');
  if (process.getuid?.() === 0 && onPath('apt-get')) {
    const names = missing.map(one => one.apt);
    await step(`Installing ${names.join(', ')} for ${purpose}`, async () => {
      const env = { DEBIAN_FRONTEND: 'noninteractive' };
      await run('apt-get', ['update', '-q'], { log: 'apt-update.log', env });
      await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...names], {
        log: 'apt-install.log',
        env,
      });
    });
    const still = missing.filter(one => !one.isThere());
    if (still.length === 0) {
      return;
    }
    throw new Remedy(
      `${still.map(one => one.what).join(', ')} cannot be found although ${still.map(one => one.apt).join(', ')} is installed.`,
    );
  }
  throw new Remedy(`For ${purpose} this machine lacks ${words}. Install it with

    ${installCommand(missing)}

and run this again.`);
}

/** @param {readonly SystemPackage[]} packages */
function installCommand(packages) {
  const names = (/** @type {'apt' | 'dnf' | 'brew'} */ manager) =>
    [...new Set(packages.map(one => one[manager]))].join(' ');
  if (process.platform === 'darwin') {
    return `brew install ${names('brew')}`;
  }
  return onPath('dnf')
    ? `sudo dnf install ${names('dnf')}`
    : `sudo apt-get install ${names('apt')}`;
}

/** @type {SystemPackage} */
export const python = {
  what: 'Python 3',
  isThere: () => onPath('python3') !== undefined,
  apt: 'python3',
  dnf: 'python3',
  brew: 'python',
};

/** Debian ships `venv` apart from Python. @type {SystemPackage} */
export const pythonVenv = {
  what: "Python's venv module",
  isThere: () => succeeds('python3', ['-c', 'import venv, ensurepip']),
  apt: 'python3-venv',
  dnf: 'python3',
  brew: 'python',
};

/** @type {SystemPackage} */
export const make = {
  what: 'make',
  isThere: () => onPath('make') !== undefined,
  apt: 'make',
  dnf: 'make',
  brew: 'make',
};

/** @type {SystemPackage} */
export const cxx = {
  what: 'a C++ compiler',
  isThere: () => onPath('g++') !== undefined,
  apt: 'g++',
  dnf: 'gcc-c++',
  brew: 'gcc',
};

/** @type {SystemPackage} */
export const kerberosHeaders = {
  what: 'the Kerberos headers',
  isThere: () =>
    process.platform === 'darwin' ||
    succeeds('sh', ['-c', 'echo "#include <gssapi/gssapi.h>" | g++ -E -x c++ - -o /dev/null']),
  apt: 'libkrb5-dev',
  dnf: 'krb5-devel',
  brew: 'krb5',
};
