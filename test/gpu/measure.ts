import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { gunzip } from '../../src/common/engineClient/modelFolder';
import { handleOf } from '../../src/extension/engine/platform';
import type { Device } from '../../src/common/protocol/engine/types';
import { EngineClient } from '../../src/common/engineClient/engineClient';
import type { Manifest } from '../../src/common/protocol/manifest';
import { median } from '../bench/sideBySide';
import { read, readManifest, readModelFiles } from '../parity/modelFiles';

/**
 * Holds what models give on WebGPU against WebAssembly, both by the shipped build for pages, and measures both.
 * Started by `scripts/gpu.mjs`: `measure <repository> <entry of webgpu> <folder of models> <model> ...`.
 */
const [, , root = '', dawn = '', modelsDir = '', ...named] = process.argv;
const rounds = 3;
const written = 16;
const sentence =
  'the old house stood on a hill above the town and every night a light burned in it '.split(' ');
const words = (count: number) =>
  Array.from({ length: count }, (_, index) => sentence[index % sentence.length]).join(' ');
const greedy = { kind: 'greedy' } as const;

interface Result {
  readonly tokens: readonly number[];
  readonly probabilities: readonly number[];
  readonly loadMs: number;
  /** Of about 128 tokens, or of a sentence to translate. */
  readonly readMs: number;
  readonly tokenMs: number | undefined;
  /** Growth of the process, in MB. */
  readonly memory: number;
  readonly reason: string;
}

function open(folder: string, device: Device): EngineClient {
  const inDist = (name: string) => join(root, 'dist', name);
  return new EngineClient(
    {
      startWorker: () =>
        Promise.resolve(
          handleOf(
            new Worker(join(root, 'scripts/gpuWorker.mjs'), {
              workerData: { script: inDist('web/engineWorker.jspi.js'), dawn },
            }),
          ),
        ),
      readWasm: async () => gunzip(await read(inDist('ort-wasm-simd-threaded.jspi.wasm.gz'))),
      readModel: () => readModelFiles(folder),
      readTokenizer: () => readModelFiles(folder),
    },
    { device },
  );
}

async function measure(folder: string, device: Device): Promise<Result> {
  const { id: modelId, family, contextLength } = await readManifest(folder);
  const before = process.memoryUsage().rss;
  const engine = open(folder, device);
  try {
    const { loadMs, reason } = await engine.load(modelId);
    const text = words(family === 'encoder-decoder' ? 10 : Math.min(126, contextLength >> 2));
    const readOnce = async (beginning: string) => {
      const request = { modelId, text: `${beginning} ${text}` };
      if (family === 'encoder-only') {
        return engine.analyze({ ...request, top: 1 });
      }
      return family === 'decoder-only'
        ? engine.predict(request)
        : engine.generate({ ...request, strategy: greedy, maxNewTokens: 1 });
    };
    const first = await readOnce('a');
    const reads: number[] = [];
    for (let round = 0; round < rounds; round++) {
      reads.push(await time(() => readOnce('bcd'.charAt(round))));
    }
    const common = { loadMs, reason, readMs: median(reads) };
    const memory = () => (process.memoryUsage().rss - before) / 1e6;
    if (family === 'encoder-only' && 'attentions' in first) {
      const best = first.candidates.flatMap(([one]) => one ?? []);
      const attention = Array.from(first.attentions[0]?.weights ?? []);
      return {
        ...common,
        tokens: best.map(({ id }) => id),
        probabilities: [...best.map(({ probability }) => probability), ...attention],
        tokenMs: undefined,
        memory: memory(),
      };
    }
    const write = (maxNewTokens: number) =>
      engine.generate({ modelId, text, strategy: greedy, maxNewTokens });
    await write(1);
    let count = 0;
    const tokens: number[] = [];
    const probabilities: number[] = [];
    const ms = await time(async () => {
      const { target, logProbabilities } = await write(written);
      count = target.length;
      tokens.push(...target.map(({ id }) => id));
      probabilities.push(...logProbabilities.map(Math.exp));
    });
    return { ...common, tokens, probabilities, tokenMs: ms / count, memory: memory() };
  } finally {
    engine.end();
  }
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** How the second differs from the first: tokens must be the same, probabilities within 1e-3. */
function verdictOf(right: Result, actual: Result): string {
  if (right.tokens.join() !== actual.tokens.join()) {
    return 'FAILED: other tokens';
  }
  const differences = right.probabilities.map((value, index) =>
    Math.abs(value - (actual.probabilities[index] ?? NaN)),
  );
  const largest = differences.reduce((most, each) => (each <= most ? most : each), 0);
  return `${largest <= 1e-3 ? 'same' : 'FAILED'}, ${largest.toExponential(1)} apart`;
}

async function main(): Promise<void> {
  const ids = named.length > 0 ? named : readdirSync(modelsDir).filter(name => !name.includes('.'));
  const rows: string[][] = [
    ['model', 'device', 'outputs', 'load ms', 'read ms', 'a token ms', 'MB', ''],
  ];
  for (const id of ids) {
    const folder = join(modelsDir, id);
    const wasm = await measure(folder, 'wasm');
    rows.push(rowOf(id, 'wasm', '', wasm));
    try {
      const gpu = await measure(folder, 'webgpu');
      const verdict = verdictOf(wasm, gpu);
      rows.push(rowOf(id, 'webgpu', verdict, gpu));
      process.exitCode = verdict.startsWith('same') ? process.exitCode : 1;
    } catch (error) {
      rows.push([id, 'webgpu', `FAILED: ${String(error)}`, '', '', '', '', '']);
      process.exitCode = 1;
    }
    process.stderr.write(`${id} is done\n`);
  }
  process.stdout.write(`${JSON.stringify(rows)}\n`);
}

const rowOf = (id: Manifest['id'], device: Device, verdict: string, result: Result): string[] => [
  ...[id, device, verdict, result.loadMs.toFixed(0), result.readMs.toFixed(1)],
  ...[result.tokenMs?.toFixed(1) ?? '', result.memory.toFixed(0), result.reason],
];

void main().then(() => process.exit());
