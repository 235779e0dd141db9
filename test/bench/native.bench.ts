import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { run, succeeds } from '../../scripts/command.mjs';
import { inRoot, root } from '../../scripts/paths.mjs';
import { inVenv, setUpPython } from '../../scripts/setup/python.mjs';
import { startEngine } from '../parity/startEngine';
import { record } from './figures';
import { sideBySide } from './sideBySide';

/** How many times as long as native each may take to write a token and to read a prompt, where a limit is set. */
const limits: Readonly<Record<string, { readonly decode?: number; readonly prefill?: number }>> = {
  smollm2: { decode: 1.1, prefill: 4 },
  gpt2: {},
};
const promptLength = 128;
const steps = 32;
const rounds = 7;

/** So many tokens, of which the first is another each time: nothing of the last text can be used again. */
let count = 0;
const prompt = () => String.fromCharCode(97 + (count++ % 26)) + ' the'.repeat(promptLength - 1);

test.for(Object.entries(limits))(
  '%s on one thread of WASM, beside native float32',
  async ([id, limit]) => {
    const folder = inRoot('models', id);
    await setUpNative();
    const { engine, modelId } = await startEngine(folder);
    const { loadMs } = await engine.load(modelId);
    record({ name: `${id}: load`, value: loadMs, unit: 'ms' });
    const generate = (text: string, maxNewTokens: number) =>
      engine.generate({ modelId, text, strategy: { kind: 'greedy' }, maxNewTokens });
    const native = await startNative(folder);

    expect((await generate(prompt(), 1)).source).toHaveLength(promptLength);
    const prefill = await sideBySide(
      rounds,
      () => generate(prompt(), 1),
      () => native.time('prefill'),
    );
    const text = prompt();
    expect((await generate(text, 1 + steps)).target).toHaveLength(1 + steps);
    const decode = await sideBySide(
      rounds,
      // The prompt is known but for its last token: as many runs as the native one.
      () => generate(text, steps),
      () => native.time('decode'),
    );
    for (const [name, [ours, theirs], share, most] of [
      [`read ${promptLength} tokens`, prefill, 1, limit.prefill],
      ['a token written', decode, 1 / steps, limit.decode],
    ] as const) {
      record({ name: `${id}: ${name}`, value: ours * share, unit: 'ms' });
      record({ name: `${id}: ${name}, native float32`, value: theirs * share, unit: 'ms' });
      record({
        name: `${id}: ${name}, over native`,
        value: ours / theirs,
        unit: 'x',
        ...(most && { limit: most }),
      });
    }
    native.end();
    engine.end();
  },
);

/** The environment of `training/`, and what reads a GGUF, which its tests do without. */
async function setUpNative(): Promise<void> {
  if (!(await setUpPython())) {
    throw new Error('there is no Python here to run the native one');
  }
  if (!succeeds(inVenv('python'), ['-c', 'import gguf'])) {
    await run(inVenv('python'), ['-m', 'pip', 'install', '-q', 'gguf==0.19.0'], {
      log: 'bench-gguf.log',
    });
  }
}

async function startNative(folder: string) {
  const python = spawn(inVenv('python'), [inRoot('test/bench/native_decoder.py'), folder], {
    env: { ...process.env, PYTHONPATH: root },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(python.stdout);
  const ended = once(python, 'exit').then(() => {
    throw new Error('the native one has ended');
  });
  ended.catch(() => undefined); // At last it is ended on purpose.
  const time = async (what: 'prefill' | 'decode') => {
    python.stdin.write(`${what}\n`);
    await Promise.race([once(lines, 'line'), ended]);
  };
  await time('prefill'); // Loaded by then.
  return { time, end: () => python.kill() };
}
