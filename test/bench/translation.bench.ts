import { basename, sep } from 'node:path';
import { expect, test } from 'vitest';
import { foldersOf } from '../parity/folders';
import { startEngine } from '../parity/startEngine';
import { record } from './figures';
import { sideBySide } from './sideBySide';

const sentence = 'My sister lives in Paris and works in a hotel.';
const shipped = foldersOf('encoder-decoder').filter(folder =>
  folder.includes(`${sep}models${sep}`),
);

test.each(shipped)('a sentence of ten words, one thread of WASM: %s', async folder => {
  expect(sentence.split(' ')).toHaveLength(10);
  const { engine, modelId } = await startEngine(folder);
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
  const name = basename(folder);
  record({ name: `${name}: 10 words, greedy`, value: greedy, unit: 'ms', limit: 150 });
  record({ name: `${name}: 10 words, beam of 5`, value: beam, unit: 'ms' });
  engine.end();
});
