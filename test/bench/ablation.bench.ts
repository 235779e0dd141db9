/** Predictions without some parts of a model: what one costs beside the prediction itself, and a sweep over all heads. */
import { test } from 'vitest';
import { inRoot } from '../../scripts/paths.mjs';
import type { Ablation } from '../../src/common/protocol/engine/ablation';
import { startEngine } from '../parity/startEngine';
import { record, words } from './figures';
import { median, sideBySide } from './sideBySide';

const rounds = 15;

test.each(['bert', 'gpt2', 'smollm2'])('an ablation of %s', async id => {
  const { engine, modelId } = await startEngine(inRoot('models', id));
  // The model's own prediction and one ablation of it: two runs, of which the first would be needed anyway.
  const kind = id === 'bert' ? 'encoder' : 'decoder';
  const head: Ablation = { heads: [{ kind, layer: 1, head: 3 }] };
  let round = 0;
  // Another first word each time: a text that was just read would not be read again.
  const ask = (ablations: readonly Ablation[]) =>
    engine.ablate({
      ...{
        modelId,
        text: words(28 + round++)
          .split(' ')
          .slice(-28)
          .join(' '),
        ablations,
      },
      masked: id === 'bert' ? 5 : undefined,
    });
  const [alone, both] = await sideBySide(
    rounds,
    () => ask([]),
    () => ask([head]),
  );
  record({
    name: `an ablation over a run, 30 tokens, ${id}`,
    value: (both - alone) / alone,
    unit: 'x',
    limit: 1.5,
    note: `a prediction takes ${alone.toFixed(1)} ms`,
  });
});

test('the sweep over all heads of BERT', async () => {
  const { engine, modelId } = await startEngine(inRoot('models', 'bert'));
  const sweep = () =>
    engine.ablate({ modelId, text: words(28), masked: 5, ablations: 'each-head' });
  await sweep();
  const times: number[] = [];
  for (let round = 0; round < 3; round++) {
    const started = performance.now();
    await sweep();
    times.push(performance.now() - started);
  }
  record({ name: 'sweep over 72 heads, 30 tokens', value: median(times), unit: 'ms', limit: 3000 });
});
