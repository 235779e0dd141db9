import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { inRoot } from '../../scripts/paths.mjs';
import { record, words } from './figures';
import { rivalModels, rivalModules, setUpRivals, writeRivalModels } from './rivals';
import { withRivalPage } from './rivalServer';

beforeAll(async () => {
  await setUpRivals();
  await writeRivalModels();
});

const rivals = {
  script: 'test/bench/comparison.ts',
  folders: {
    dist: inRoot('dist'),
    model: inRoot('models/bert'),
    models: rivalModels,
    transformers: join(rivalModules, '@huggingface/transformers/dist'),
    ort: join(rivalModules, 'onnxruntime-web/dist'),
    common: join(rivalModules, 'onnxruntime-common/dist/esm'),
  },
  imports: {
    'onnxruntime-common': '/common/index.js',
    'onnxruntime-web/webgpu': '/ort/ort.webgpu.bundle.min.mjs',
  },
};

test('128 tokens in a page, beside transformers.js without attention in the same page', () =>
  withRivalPage(rivals, async page => {
    const { tokens, attention, states } = await page.evaluate(
      text => window.compare(text, 12),
      words(126),
    );
    expect(tokens).toEqual([128, 128]);
    const rival = 'transformers.js in that page, without attention';
    for (const [name, [ours, theirs]] of [
      ['attention', attention],
      // As transformers.js, to the end of the last layer.
      ['hidden states', states],
    ] as const) {
      record({ name: `engine in a page, 128 tokens, ${name}`, value: ours, unit: 'ms' });
      record({ name: rival, value: theirs, unit: 'ms' });
      record({ name: `${name} over transformers.js`, value: ours / theirs, unit: 'x', limit: 1 });
    }
  }));
