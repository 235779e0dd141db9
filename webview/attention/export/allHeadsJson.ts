/** All heads as JSON. */
import { EngineError } from '../../../src/common/errors';
import type { Attention } from '../../../src/common/protocol/engine/types';
import { shortest, thousands } from '../../common/numbers';
import { type AllHeads, factsOf, keysOf, tokenFacts } from './allHeads';

/** More would be a text of hundreds of megabytes, which few programs read. */
const maxWeights = 2 ** 23;

const about =
  'Layers and heads are counted from 1, as on the screen: weights[0][1] is layer 1, head 2. Tokens are counted from 0. start and end are UTF-16 offsets into the text of the segment, of a target token into target. weights are [layer][head][query][key]; null where a token may not look ahead.';

/**
 * Every weight of a run, with its tokens, text and model.
 *
 * @throws EngineError `input-too-long` for more numbers than belong in a text.
 */
export function allHeadsJson(all: AllHeads): string {
  const count = all.kinds.reduce((sum, { attention }) => sum + attention.weights.length, 0);
  if (count > maxWeights) {
    throw new EngineError(
      'input-too-long',
      `All heads of this text are ${thousands(count)} numbers, too many for JSON. Export them as NPZ, or select less text.`,
    );
  }
  const content = {
    about,
    countedFrom: 1,
    ...factsOf(all),
    attentions: all.kinds.map(({ attention, queries, keys }) => ({
      kind: attention.kind,
      shape: attention.shape,
      queries: queries.map(tokenFacts),
      keys: keys.map(tokenFacts),
      weights: nested(attention),
    })),
  };
  return `${JSON.stringify(content)}\n`;
}

function nested(attention: Attention): (number | null)[][][][] {
  const { shape, weights } = attention;
  const [layers, heads, queries, keys] = shape;
  const row = (start: number, query: number) => {
    const seen = keysOf(attention, query);
    return Array.from(weights.subarray(start, start + keys), (weight, key) =>
      key < seen ? shortest(weight) : null,
    );
  };
  const indexes = (count: number) => Array.from({ length: count }, (_, index) => index);
  return indexes(layers).map(layer =>
    indexes(heads).map(head =>
      indexes(queries).map(query => row(((layer * heads + head) * queries + query) * keys, query)),
    ),
  );
}
