import { spawnSync } from 'node:child_process';
import { accessSync, constants, createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { logs, root } from './paths.mjs';
import { Remedy } from './terminal.mjs';

const windows = process.platform === 'win32';

/**
 * A program's path, as the shell would find it.
 * @param {string[]} names the first that is there is taken
 * @returns {string | undefined}
 */
export function onPath(...names) {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  for (const name of names) {
    for (const folder of folders) {
      for (const suffix of windows ? ['.exe', '.cmd', '.bat'] : ['']) {
        const path = join(folder, name + suffix);
        if (isExecutable(path)) {
          return path;
        }
      }
    }
  }
  return undefined;
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // Not there, or not for us: both mean that it cannot be run.
  }
}

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd] the checkout's root by default
 * @property {Record<string, string>} [env] on top of this process's own
 * @property {string} [log] name of a file in `.cache/logs` for the output; without it the output is shown
 */

/**
 * Runs a program to its end.
 * @param {string} program
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @throws {Remedy} when it exits with anything but 0, with the end of what it said
 */
export async function run(program, args, options = {}) {
  const code = await exitCode(program, args, options);
  if (code !== 0) {
    const path = options.log === undefined ? undefined : join(logs, options.log);
    const said = path === undefined ? '' : `\n\n${tail(path)}\n\nThe whole output is in ${path}.`;
    throw new Remedy(`\`${[program, ...args].join(' ')}\` ended with ${code}.${said}`);
  }
}

/**
 * The same without judging the end.
 * @param {string} program
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<number | string>} exit code, or the name of the signal that ended it
 * @throws {Remedy} when it does not even start
 */
export async function exitCode(program, args, { cwd = root, env = {}, log } = {}) {
  // Not above: on a fresh clone scripts start without it, and install it first.
  const { execa } = await import('execa');
  const file = log === undefined ? undefined : { file: logPath(log) };
  const ended = await execa(program, args, {
    ...{ cwd, env, stdin: file ? 'ignore' : 'inherit' },
    ...{ stdout: file ?? 'inherit', stderr: file ?? 'inherit' },
    ...{ buffer: false, reject: false },
  });
  const outcome = ended.exitCode ?? ended.signal;
  if (outcome === undefined) {
    throw new Remedy(`\`${program}\` did not start: ${ended.originalMessage}.`);
  }
  return outcome;
}

/** @param {string} program @param {string[]} args @returns {boolean} whether it ran and ended with 0 */
export function succeeds(program, args) {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

/** @param {string} name of a file in `.cache/logs`, begun anew */
export const openLog = name => createWriteStream(logPath(name));

/** @param {string} name @returns {string} path of a file in `.cache/logs` that can be written */
export function logPath(name) {
  mkdirSync(logs, { recursive: true });
  return join(logs, name);
}

/** @param {string} path @param {number} [lines] @returns {string} the end of a file */
export function tail(path, lines = 30) {
  return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
}
