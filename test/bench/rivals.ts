import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { run } from '../../scripts/command.mjs';
import { cache, inRoot } from '../../scripts/paths.mjs';
import { inVenv, setUpPython } from '../../scripts/setup/python.mjs';
import { step } from '../../scripts/terminal.mjs';

const llamaVersion = '3.22.1';

/** What llama.cpp was built for, by the names of `node-llama-cpp`'s packages; those for graphics cards are left out. */
const llamaBinary = {
  darwin: process.arch === 'arm64' ? 'mac-arm64-metal' : 'mac-x64',
  win32: `win-${process.arch}`,
}[process.platform as string];

/** What we are compared with; installed when somebody measures, and never shipped. */
const packages = {
  '@huggingface/transformers': '4.3.1',
  '@wllama/wllama': '3.13.0',
  [`@node-llama-cpp/${llamaBinary ?? `linux-${process.arch}`}`]: llamaVersion,
  'node-llama-cpp': llamaVersion,
  'onnxruntime-node': '1.30.0',
};

const home = join(cache, 'bench');
export const rivalModels = join(home, 'models');
export const rivalModules = join(home, 'node_modules');
export const rivalRequire = createRequire(join(home, 'package.json'));

/** Installs the packages, where they are not there in these versions. */
export async function setUpRivals(): Promise<void> {
  const manifest = JSON.stringify({ private: true, dependencies: packages });
  await unlessDone('packages', manifest, async () => {
    writeFileSync(join(home, 'package.json'), manifest);
    await step('Installing what to compare with', () =>
      run('npm', ['install', '--ignore-scripts', '--omit=optional', '--no-fund', '--no-audit'], {
        cwd: home,
        log: 'bench-install.log',
      }),
    );
  });
}

/** Writes BERT as the others read it, where it is not there as it is now. */
export async function writeRivalModels(): Promise<void> {
  const [script, source] = [inRoot('test/bench/fp32_models.py'), inRoot('models/bert')];
  const graph = readFileSync(join(source, 'encoder.onnx'));
  const made = createHash('sha256').update(readFileSync(script)).update(graph).digest('hex');
  await unlessDone('models', made, async () => {
    if (!(await setUpPython())) {
      throw new Error('the models to compare with are written by Python, which is not here');
    }
    await run(inVenv('python'), [script, source, rivalModels]);
  });
}

/** Does what was not done to its end, or was done for something else. */
async function unlessDone(what: string, of: string, work: () => Promise<void>): Promise<void> {
  const stamp = join(home, `${what}.done`);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === of) {
    return;
  }
  mkdirSync(home, { recursive: true });
  await work();
  writeFileSync(stamp, of);
}
