/** All heads as arrays of NumPy in one file. */
import type { Attention } from '../../../src/common/protocol/engine/types';
import { type AllHeads, factsOf, keysOf, tokenFacts } from './allHeads';
import { npyOfFloats, npyOfTexts } from './npy';

const about =
  'Arrays are named by the kind of attention. <kind>_weights is [layer, head, query, key], float32; NaN where a token may not look ahead. As in all of NumPy the first index is 0: weights[1, 3] is what the screen calls layer 2, head 4. <kind>_queries and <kind>_keys are the tokens of the rows and columns. info, this JSON, has their places in the text.';

/** Beyond this, in bytes, the file is stored as it is: it would take seconds to make it a little smaller. */
const maxCompressed = 2 ** 25;

/** Equal data give equal files. */
const mtime = '1980-01-01T00:00:00';

/** `numpy.load` reads it; `json.loads(str(file['info']))` is what it is of. */
export async function npzOf(all: AllHeads): Promise<Uint8Array<ArrayBuffer>> {
  const info = {
    about,
    countedFrom: 0,
    ...factsOf(all),
    attentions: all.kinds.map(({ attention: { kind, shape }, queries, keys }) => ({
      ...{ kind, shape },
      queries: queries.map(tokenFacts),
      keys: keys.map(tokenFacts),
    })),
  };
  const files: Record<string, Uint8Array> = {
    'info.npy': npyOfTexts([JSON.stringify(info)], []),
  };
  for (const { attention, queries, keys } of all.kinds) {
    const { kind, shape } = attention;
    files[`${kind}_weights.npy`] = npyOfFloats(withMask(attention), shape);
    files[`${kind}_queries.npy`] = npyOfTexts(
      queries.map(({ label }) => label),
      [queries.length],
    );
    files[`${kind}_keys.npy`] = npyOfTexts(
      keys.map(({ label }) => label),
      [keys.length],
    );
  }
  const bytes = Object.values(files).reduce((sum, { length }) => sum + length, 0);
  // Only for those who export is it read.
  const { zipSync } = await import('./zip');
  return zipSync(files, { level: bytes > maxCompressed ? 0 : 6, mtime });
}

/** The weights with NaN in the place of what is masked. */
function withMask(attention: Attention): Float32Array<ArrayBuffer> {
  if (attention.kind !== 'decoder') {
    return attention.weights;
  }
  const { shape, weights } = attention;
  const [layers, heads, queries, keys] = shape;
  const masked = weights.slice();
  for (let row = 0; row < layers * heads * queries; row++) {
    masked.fill(NaN, row * keys + keysOf(attention, row % queries), (row + 1) * keys);
  }
  return masked;
}
