import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from '../command.mjs';
import { cache } from '../paths.mjs';
import { dim, Remedy, step } from '../terminal.mjs';
import { cxx, kerberosHeaders, make, python, requireSystemPackages } from './systemPackages.mjs';

/**
 * VS Code's server, workbench and Node extension host as the npm package `code-server` carries them
 * (4.139.1 holds VS Code 1.139.1), on the Node that it wants, which npm carries as well.
 */
const node = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

/**
 * @typedef {'pinned' | 'oldest'} Release the one that everything here runs in, or the oldest that `engines` allows
 *
 * @typedef {object} ReleaseParts
 * @property {string} home
 * @property {Record<string, string>} versions of npm packages
 * @property {readonly string[]} [replacing] packages within VS Code that are taken in a later version than it pins
 */

/** @type {Record<Release, ReleaseParts>} */
export const releases = {
  pinned: {
    home: join(cache, 'vscode-server'),
    versions: { 'code-server': '4.139.1', [node]: '24.21.0' },
  },
  oldest: {
    home: join(cache, 'vscode-server-oldest'),
    versions: { 'code-server': '4.110.0', [node]: '22.23.5' },
    // The version it pins downloads its binary; this one, which its range allows too, has it from npm.
    replacing: ['@vscode/ripgrep@1.18.0'],
  },
};

/** @param {Release} [release] */
export function vscodeServer(release = 'pinned') {
  const { home } = releases[release];
  const vscode = join(home, 'node_modules', 'code-server', 'lib', 'vscode');
  return {
    node: join(home, 'node_modules', node, 'bin', 'node'),
    vscode,
    main: join(vscode, 'out', 'server-main.js'),
    /** @returns {string} of the VS Code inside */
    version() {
      const file = readFileSync(join(vscode, 'package.json'), 'utf8');
      return /** @type {{ version: string }} */ (JSON.parse(file)).version;
    },
  };
}

/**
 * Installs a server below `.cache` unless it is there.
 * @param {Release} [release]
 */
export async function setUpVscodeServer(release = 'pinned') {
  const { home, versions } = releases[release];
  /** Written last: an install that was broken off leaves none, and is taken up again. */
  const stamp = join(home, 'installed.json');
  const wanted = JSON.stringify(versions);
  const { main } = vscodeServer(release);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && existsSync(main)) {
    return;
  }
  await requireSystemPackages('the VS Code server, which builds native modules once,', [
    python,
    make,
    cxx,
    kerberosHeaders,
  ]);
  rmSync(stamp, { force: true });
  console.log(dim(`  The VS Code server is set up once, in ${home} (about 3 minutes, 800 MB).`));
  try {
    await install(release);
  } catch (error) {
    if (!existsSync(join(home, 'node_modules'))) {
      throw error;
    }
    console.log(dim('  That may be what is left of an earlier attempt: once more from the start.'));
    rmSync(join(home, 'node_modules'), { recursive: true, force: true });
    rmSync(join(home, 'package-lock.json'), { force: true });
    await install(release);
  }
  writeFileSync(stamp, wanted);
}

/** @param {Release} release */
async function install(release) {
  const { home, versions, replacing = [] } = releases[release];
  const server = vscodeServer(release);
  mkdirSync(home, { recursive: true });
  writeFileSync(
    join(home, 'package.json'),
    `${JSON.stringify({ private: true, dependencies: versions }, undefined, 2)}\n`,
  );
  await step('Getting VS Code server and its Node', () =>
    run('npm', ['install', '--ignore-scripts', '--no-fund', '--no-audit'], {
      cwd: home,
      log: 'vscode-server-get.log',
    }),
  );
  if (!existsSync(server.node)) {
    throw new Remedy(
      `There is no Node for this platform on npm under the name ${node}. Install a desktop VS Code, or set VSCODE_EXECUTABLE to one.`,
    );
  }
  await step('Building the native modules of the VS Code server', () =>
    run('npm', ['install', ...replacing, '--omit=dev', '--no-fund', '--no-audit'], {
      cwd: server.vscode,
      log: 'vscode-server-build.log',
      env: {
        PATH: join(home, 'node_modules', node, 'bin') + delimiter + (process.env['PATH'] ?? ''),
        // Headers come with the package: node-gyp must not look for them on the network.
        npm_config_nodedir: join(home, 'node_modules', node),
      },
    }),
  );
}
