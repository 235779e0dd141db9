import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { run } from '../../scripts/command.mjs';
import { cache, inRoot } from '../../scripts/paths.mjs';
import { inVenv, setUpPython } from '../../scripts/setup/python.mjs';
import { step } from '../../scripts/terminal.mjs';

/** What we are compared with; installed when somebody measures, and never shipped. */
const packages = { '@huggingface/transformers': '4.3.1', 'onnxruntime-node': '1.30.0' };

const home = join(cache, 'bench');
export const rivalModels = join(home, 'models');
export const rivalModules = join(home, 'node_modules');
export const rivalRequire = createRequire(join(home, 'package.json'));

/** Installs the packages, and writes the models as they read them. */
export async function setUpRivals(): Promise<void> {
  mkdirSync(home, { recursive: true });
  writeFileSync(
    join(home, 'package.json'),
    JSON.stringify({ private: true, dependencies: packages }),
  );
  if (!existsSync(join(rivalModules, 'onnxruntime-node'))) {
    await step('Installing what to compare with', () =>
      run('npm', ['install', '--ignore-scripts', '--no-fund', '--no-audit'], {
        cwd: home,
        log: 'bench-install.log',
      }),
    );
  }
  if (!existsSync(join(rivalModels, 'full.onnx'))) {
    if (!(await setUpPython())) {
      throw new Error('the models to compare with are written by Python, which is not here');
    }
    await run(inVenv('python'), [
      inRoot('test/bench/fp32_models.py'),
      inRoot('models/bert'),
      rivalModels,
    ]);
  }
}
