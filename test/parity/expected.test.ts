import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { differenceFrom } from '../../src/engine/models/gpuGuard';
import type { AnalyzeRequest } from '../../src/common/protocol/engine/analyze';
import type { ClassifyRequest } from '../../src/common/protocol/engine/classify';
import type { GenerateRequest } from '../../src/common/protocol/engine/generate';
import type { ScoreRequest } from '../../src/common/protocol/engine/score';
import { foldersOf } from './folders';
import { read, readManifest } from './modelFiles';
import { startEngine } from './startEngine';

const folders = (['encoder-only', 'encoder-decoder', 'decoder-only'] as const).flatMap(foldersOf);

/** A graphics card is held against this file: what is right on WebAssembly must never count as wrong. */
test.each(folders)('the small result that is stored with %s is what it computes', async folder => {
  const manifest = await readManifest(folder);
  expect(manifest.files.expected, basename(folder)).toBeDefined();
  const { engine } = await startEngine(folder);
  try {
    const stored = await read(join(folder, 'expected.json'));
    const running = {
      analyze: (request: AnalyzeRequest) => engine.analyze(request),
      generate: (request: GenerateRequest) => engine.generate(request),
      score: (request: ScoreRequest) => engine.score(request),
      classify: (request: ClassifyRequest) => engine.classify(request),
    };
    const difference = await differenceFrom(stored, running, manifest);
    expect(difference).toBeUndefined();
  } finally {
    engine.end();
  }
});
