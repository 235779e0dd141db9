import { spawn } from 'node:child_process';
import {
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { openLog, tail } from './command.mjs';
import { logs } from './paths.mjs';
import { vscodeServer } from './setup/vscodeServer.mjs';
import { Remedy } from './terminal.mjs';

/** Opens the window on nothing but the text: no welcome, no advice, no second opinion beside ours. */
export const calmSettings = {
  'workbench.startupEditor': 'none',
  // A reload brings back what was open, also when the address names a file.
  'window.restoreWindows': 'preserve',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'workbench.settings.enableNaturalLanguageSearch': false,
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': 'off',
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
  'security.workspace.trust.enabled': false,
  'update.mode': 'none',
  'git.openRepositoryInParentFolders': 'never',
  'npm.fetchOnlinePackageInfo': false,
  'editor.minimap.enabled': false,
  'editor.wordWrap': 'on',
};

/**
 * @typedef {object} ServerOptions
 * @property {import('./setup/vscodeServer.mjs').Release} [release] of VS Code
 * @property {number} [port] a free one by default
 * @property {string} dataDir for settings, state and logs of this server
 * @property {Record<string, unknown>} [settings] the person's settings, written unless there are some already
 * @property {string} [installed] absolute path of an extension to install, in the place of what was installed
 *   there before; without it the server takes extensions in development, and shows no notifications
 *
 * @typedef {object} Server
 * @property {number} port
 * @property {(options: PageOptions) => string} address
 * @property {() => Promise<void>} stop
 *
 * @typedef {object} PageOptions
 * @property {string} folder absolute path
 * @property {string} [extension] absolute path of an extension in development
 * @property {string} [tests] absolute path of a file that exports `run`
 * @property {string} [file] absolute path of a file to open
 */

/**
 * Serves VS Code on loopback.
 * @param {ServerOptions} options
 * @returns {Promise<Server>} once it answers
 */
export async function startVscodeServer({
  release,
  port,
  dataDir,
  settings = calmSettings,
  installed,
}) {
  const chosen = port ?? (await freePort());
  writeSettings(dataDir, settings);
  if (installed !== undefined) {
    install(installed, join(dataDir, 'extensions'));
  }
  const log = `vscode-server-${chosen}.log`;
  const { node, main } = vscodeServer(release);
  const child = spawn(
    node,
    [
      main,
      ...['--host', '127.0.0.1', '--port', String(chosen), '--without-connection-token'],
      ...['--accept-server-license-terms', '--server-data-dir', dataDir],
      // What makes the server take development paths from the address; it also silences notifications.
      ...(installed === undefined ? ['--enable-smoke-test-driver'] : []),
      ...['--disable-telemetry', '--telemetry-level', 'off', '--disable-workspace-trust'],
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      // The gallery of extensions is on the network; nothing here needs it.
      env: { ...process.env, EXTENSIONS_GALLERY: '{}' },
      // A group of its own: the extension hosts it starts end with it.
      detached: process.platform !== 'win32',
    },
  );
  const file = openLog(log);
  child.stdout.pipe(file, { end: false });
  child.stderr.pipe(file, { end: false });
  const exited = new Promise(resolve => child.once('close', resolve)).then(() => file.end());
  // Also when this process ends in a way that leaves no time to stop it.
  const onExit = () => signal(child, 'SIGTERM');
  process.once('exit', onExit);
  const stop = async () => {
    process.off('exit', onExit);
    signal(child, 'SIGTERM');
    const killer = setTimeout(() => signal(child, 'SIGKILL'), 3000);
    await exited;
    clearTimeout(killer);
  };

  if (!(await answers(chosen, child))) {
    await stop();
    throw new Remedy(
      `The VS Code server did not start on port ${chosen}.\n\n${tail(join(logs, log))}`,
    );
  }
  return { port: chosen, stop, address: page => addressOf(chosen, page) };
}

/** @param {number} port @param {PageOptions} page */
function addressOf(port, { folder, extension, tests, file }) {
  const at = (/** @type {string} */ path) => `vscode-remote://127.0.0.1:${port}${path}`;
  const payload = Object.entries({
    extensionDevelopmentPath: extension && at(extension),
    extensionTestsPath: tests && at(tests),
    openFile: file && at(file),
  }).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams({ folder, payload: JSON.stringify(payload) });
  return `http://127.0.0.1:${port}/?${query}`;
}

/** As VS Code unpacks a VSIX; its list of extensions it makes again itself. @param {string} extension @param {string} folder */
function install(extension, folder) {
  /** @type {{ publisher: string, name: string, version: string }} */
  const { publisher, name, version } = JSON.parse(
    readFileSync(join(extension, 'package.json'), 'utf8'),
  );
  rmSync(folder, { recursive: true, force: true });
  cpSync(extension, join(folder, `${publisher}.${name}-${version}`), {
    recursive: true,
    mode: constants.COPYFILE_FICLONE,
  });
}

/** @param {string} dataDir @param {Record<string, unknown>} settings */
function writeSettings(dataDir, settings) {
  const folder = join(dataDir, 'data', 'User');
  const path = join(folder, 'settings.json');
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, `${JSON.stringify(settings, undefined, 2)}\n`);
  }
}

/** @param {import('node:child_process').ChildProcess} child @param {NodeJS.Signals} name */
function signal(child, name) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  if (process.platform === 'win32') {
    child.kill(name);
  } else {
    process.kill(-child.pid, name);
  }
}

/** @param {number} port @param {import('node:child_process').ChildProcess} child */
async function answers(port, child) {
  const deadline = performance.now() + 30_000;
  while (performance.now() < deadline && child.exitCode === null) {
    const response = await fetch(`http://127.0.0.1:${port}/version`).catch(() => undefined);
    if (response?.ok) {
      return true;
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  return false;
}

/** @returns {Promise<number>} a port of loopback that nobody listens on */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address !== null && typeof address === 'object'
          ? resolve(address.port)
          : reject(new Error('The system gave no port.')),
      );
    });
  });
}
