/** The logit lens of the last 64 positions of a text, of all layers. */
import { test } from 'vitest';
import { inRoot } from '../../scripts/paths.mjs';
import { startEngine } from '../parity/startEngine';
import { record, words } from './figures';
import { median } from './sideBySide';

test.each([
  { id: 'gpt2', layers: 8, limit: 1000, rounds: 5 },
  { id: 'smollm2', layers: 30, limit: 6000, rounds: 3 },
])('the layers of $id', async ({ id, layers, limit, rounds }) => {
  const { engine, modelId } = await startEngine(inRoot('models', id));
  const times: number[] = [];
  let firstMs = NaN;
  for (let round = 0; round <= rounds; round++) {
    const started = performance.now();
    firstMs = NaN;
    // Another first word each time, so that nothing that was read can be used again.
    const { columns } = await engine.lens(
      { modelId, text: `${'abcdefgh'.charAt(round)} ${words(90)}`, positions: 64, watched: [5, 6] },
      {
        onColumn: ({ index }) => {
          firstMs = index === 0 ? performance.now() - started : firstMs;
        },
      },
    );
    if (columns.length !== 64 || columns[0]?.length !== layers + 1) {
      throw new Error('That is another grid than is measured.');
    }
    // The first round also warms up.
    times.push(...(round > 0 ? [performance.now() - started] : []));
  }
  record({
    name: `logit lens of 64 positions x ${layers} layers, ${id}`,
    value: median(times),
    unit: 'ms',
    limit,
    note: `the first position is there after ${firstMs.toFixed(0)} ms`,
  });
});
