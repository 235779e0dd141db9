import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { run } from './command.mjs';
import { cache, inRoot, root } from './paths.mjs';
import { setUpBuild } from './setup/build.mjs';
import { setUpNodeModules } from './setup/nodeModules.mjs';
import { Remedy, runMain, step, table } from './terminal.mjs';

/**
 * Holds every bundled model on this machine's graphics card against WebAssembly, and measures both: `npm run gpu`, or
 * with the names of models after it. No browser is needed: Node has WebGPU by Dawn. Where there is no graphics card,
 * Chromium's adapter in software does, in minutes for a fixture; see CONTRIBUTING.
 */

const node = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
/** Node 24 is the first with JavaScript Promise Integration. */
const packages = { webgpu: '0.6.2', [node]: '24.21.0' };
const home = join(cache, 'gpu');
const fixtures = '--fixtures';

await runMain(async () => {
  await setUpNodeModules();
  await setUpBuild();
  await setUpDawn();
  const script = join(home, 'measure.cjs');
  await build({
    entryPoints: [inRoot('test/gpu/measure.ts')],
    ...{ bundle: true, platform: 'node', format: 'cjs', outfile: script, logLevel: 'error' },
  });
  const asked = process.argv.slice(2);
  const models = asked.filter(argument => argument !== fixtures);
  const { status, stdout, signal } = spawnSync(
    join(home, 'node_modules', node, 'bin', 'node'),
    [
      script,
      ...[root, join(home, 'node_modules/webgpu/index.js')],
      ...[inRoot(asked.includes(fixtures) ? 'test/fixtures' : 'models'), ...models],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' },
  );
  if (stdout.trim() === '') {
    throw new Remedy(`The measuring ended with ${status ?? signal} before it could tell anything.`);
  }
  writeFileSync(join(home, 'report.json'), stdout);
  /** @type {string[][]} */
  const rows = JSON.parse(stdout);
  console.log(`\n${table(rows)}`);
  process.exitCode = status ?? 1;
});

async function setUpDawn() {
  const manifest = JSON.stringify({ private: true, dependencies: packages });
  const stamp = join(home, 'packages.done');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === manifest) {
    return;
  }
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), manifest);
  await step('Installing WebGPU for Node', () =>
    run('npm', ['install', '--ignore-scripts', '--no-fund', '--no-audit'], {
      cwd: home,
      log: 'gpu-install.log',
    }),
  );
  writeFileSync(stamp, manifest);
}
