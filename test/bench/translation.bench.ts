import { expect, test } from 'vitest';
import { inRoot } from '../../scripts/paths.mjs';
import { shippedOf } from '../parity/folders';
import { startEngine } from '../parity/startEngine';
import { record } from './figures';
import { sideBySide } from './sideBySide';

const sentence = 'My sister lives in Paris and works in a hotel.';
test.each(shippedOf('encoder-decoder'))('ten words on one thread of WASM: %s', async id => {
  expect(sentence.split(' ')).toHaveLength(10);
  const { engine, modelId } = await startEngine(inRoot('models', id));
  const translate = (beams: number) =>
    engine.generate({
      modelId,
      text: sentence,
      strategy: beams === 1 ? { kind: 'greedy' } : { kind: 'beam', beams },
    });
  const [greedy, beam] = await sideBySide(
    15,
    () => translate(1),
    () => translate(5),
  );
  record({ name: `${id}: 10 words, greedy`, value: greedy, unit: 'ms', limit: 150 });
  record({ name: `${id}: 10 words, beam of 5`, value: beam, unit: 'ms' });
  engine.end();
});
