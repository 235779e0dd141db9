import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, test } from 'vitest';
import { examples, inRoot } from '../../scripts/paths.mjs';
import { readManifest } from '../parity/modelFiles';
import { startEngine } from '../parity/startEngine';
import { record } from './figures';
import { rivalModules, setUpRivals } from './rivals';
import { withRivalPage } from './rivalServer';
import { paces, type Pace, type Writer } from './written';

/** How many times as long as wllama we may take for a token that is written. */
const limit = 0.33;
const rounds = 3;
const count = 32;
const folder = inRoot('models/smollm2');

/** Code of which a person would have it go on, with another first letter for each round. */
const code = readFileSync(join(examples, 'attention.py'), 'utf8').slice(0, 420);
const prompt = (round: number) => `# ${String.fromCharCode(97 + round)}\n${code}`;

beforeAll(setUpRivals);

test("SmolLM2's GGUF on one thread, in Node beside llama.cpp and in a page beside wllama", async () => {
  const { engine, modelId } = await startEngine(folder);
  const { tokens } = await engine.tokenize({ modelId, text: prompt(0) });
  const llama = await openLlama(
    join(folder, (await readManifest(folder)).files.weights?.path ?? ''),
  );
  const ours: Writer = {
    write: async (text, maxNewTokens, onToken) => {
      const strategy = { kind: 'greedy' } as const;
      await engine.generate({ modelId, text, strategy, maxNewTokens }, { onToken });
    },
  };
  const native = await paces({ ours, llama }, prompt, tokens.length, count, rounds);
  engine.end();
  await llama.end();
  tell('in Node', native.ours, 'llama.cpp, native', native.llama);

  const page = await withRivalPage(
    {
      script: 'test/bench/llamaComparison.ts',
      folders: {
        dist: inRoot('dist'),
        model: folder,
        wllama: join(rivalModules, '@wllama/wllama/esm'),
      },
    },
    page =>
      page.evaluate(
        ([prompts, promptTokens, count]) => window.compareLlama(prompts, promptTokens, count),
        [
          Array.from({ length: rounds + 1 }, (_, round) => prompt(round)),
          tokens.length,
          count,
        ] as const,
      ),
  );
  tell('in a page', page.ours, 'wllama in that page', page.wllama, limit);
});

function tell(where: string, ours: Pace, rival: string, theirs: Pace, most?: number): void {
  for (const [key, what] of [
    ['read', 'a token of a prompt'],
    ['written', 'a token written'],
  ] as const) {
    record({ name: `smollm2: ${what}, ${where}`, value: ours[key], unit: 'ms' });
    record({ name: `smollm2: ${what}, ${rival}`, value: theirs[key], unit: 'ms' });
    record({
      name: `smollm2: ${what}, over ${rival}`,
      value: ours[key] / theirs[key],
      unit: 'x',
      ...(key === 'written' && most !== undefined && { limit: most }),
      note: '1 thread, greedy, code',
    });
  }
}

/** The part of node-llama-cpp that is used; it is not among our packages. */
interface NodeLlama {
  getLlama(options: object): Promise<{
    loadModel(options: object): Promise<{
      tokenize(text: string): readonly number[];
      createContext(options: object): Promise<{
        getSequence(): {
          clearHistory(): Promise<void>;
          evaluate(tokens: readonly number[], options: object): AsyncIterable<number>;
        };
      }>;
    }>;
    dispose(): Promise<void>;
  }>;
}

async function openLlama(modelPath: string): Promise<Writer & { end(): Promise<void> }> {
  const entry = join(rivalModules, 'node-llama-cpp/dist/index.js');
  // What `setUpRivals` has installed.
  const { getLlama } = (await import(pathToFileURL(entry).href)) as NodeLlama;
  // What was built for this processor, or nothing: it is neither built here nor fetched.
  const llama = await getLlama({
    ...{ gpu: false, build: 'never', skipDownload: true, maxThreads: 1, logLevel: 'error' },
  });
  const model = await llama.loadModel({ modelPath });
  const context = await model.createContext({ contextSize: 512, threads: 1 });
  const sequence = context.getSequence();
  return {
    write: async (text, count, onToken) => {
      await sequence.clearHistory();
      const written: number[] = [];
      for await (const token of sequence.evaluate(model.tokenize(text), { temperature: 0 })) {
        onToken();
        if (written.push(token) === count) {
          break;
        }
      }
    },
    end: () => llama.dispose(),
  };
}
