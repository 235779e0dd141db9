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
const versions = { 'code-server': '4.139.1', [node]: '24.21.0' };

const home = join(cache, 'vscode-server');
const vscode = join(home, 'node_modules', 'code-server', 'lib', 'vscode');
/** Written last: an install that was broken off leaves none, and is taken up again. */
const stamp = join(home, 'installed.json');

export const serverNode = join(home, 'node_modules', node, 'bin', 'node');
export const serverMain = join(vscode, 'out', 'server-main.js');
/** @returns {string} of the VS Code inside */
export function vscodeVersion() {
  const file = readFileSync(join(vscode, 'package.json'), 'utf8');
  return /** @type {{ version: string }} */ (JSON.parse(file)).version;
}

/** Installs the server in `.cache/vscode-server` unless it is there. */
export async function setUpVscodeServer() {
  const wanted = JSON.stringify(versions);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && existsSync(serverMain)) {
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
    await install();
  } catch (error) {
    if (!existsSync(join(home, 'node_modules'))) {
      throw error;
    }
    console.log(dim('  That may be what is left of an earlier attempt: once more from the start.'));
    rmSync(join(home, 'node_modules'), { recursive: true, force: true });
    rmSync(join(home, 'package-lock.json'), { force: true });
    await install();
  }
  writeFileSync(stamp, wanted);
}

async function install() {
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
  if (!existsSync(serverNode)) {
    throw new Remedy(
      `There is no Node for this platform on npm under the name ${node}. Install a desktop VS Code, or set VSCODE_EXECUTABLE to one.`,
    );
  }
  await step('Building the native modules of the VS Code server', () =>
    run('npm', ['install', '--omit=dev', '--no-fund', '--no-audit'], {
      cwd: vscode,
      log: 'vscode-server-build.log',
      env: {
        PATH: join(home, 'node_modules', node, 'bin') + delimiter + (process.env['PATH'] ?? ''),
        // Headers come with the package: node-gyp must not look for them on the network.
        npm_config_nodedir: join(home, 'node_modules', node),
      },
    }),
  );
}
