/** What numpy makes of the measures of attention on one sentence: `training/export/bert/measures.py` writes it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dependency } from '../../../../src/common/protocol/engine/analyze';
import type {
  Attention,
  HeadVectors,
  HiddenStates,
  Rows,
  Token,
} from '../../../../src/common/protocol/engine/types';

interface Packed {
  readonly shape: readonly number[];
  /** Little-endian float32, base64. */
  readonly values: string;
}

type PlainShares = Readonly<Record<'largest' | 'weight', readonly number[]>>;

interface Measures {
  readonly tokens: readonly { readonly text: string; readonly word: number }[];
  readonly heads: readonly number[];
  readonly relations: readonly string[];
  readonly attention: Packed;
  readonly words: Packed;
  readonly agreement: Readonly<
    Record<
      string,
      {
        readonly count: number;
        readonly toHead: PlainShares;
        readonly toDependent?: PlainShares;
      }
    >
  >;
  readonly rollout: Packed;
  readonly layers: readonly Readonly<
    Record<'values' | 'projection' | 'weighted' | 'unprojected', Packed>
  >[];
  readonly states: { readonly before: Packed; readonly after: Packed };
  readonly change: Packed;
}

export const reference = JSON.parse(
  readFileSync(join(import.meta.dirname, 'measures.json'), 'utf8'),
) as Measures;

export function unpacked({ values }: Packed): Float32Array<ArrayBuffer> {
  const bytes = Buffer.from(values, 'base64');
  return new Float32Array(new Uint8Array(bytes).buffer);
}

export const tokens: readonly Token[] = reference.tokens.map(({ text, word }, index) => ({
  id: index,
  text,
  start: 0,
  end: 0,
  segment: 0,
  isSpecial: word < 0,
  word,
}));

export const dependencies: readonly Dependency[] = reference.heads.map((head, word) => ({
  word,
  head: head - 1,
  relation: reference.relations[word] ?? '',
  headProbability: 1,
  relationProbability: 1,
}));

export const attention: Attention = {
  kind: 'encoder',
  shape: reference.attention.shape as unknown as Attention['shape'],
  weights: unpacked(reference.attention),
};

export const layers = reference.layers.map(({ values, projection, weighted, unprojected }) => ({
  values: {
    shape: values.shape as unknown as HeadVectors['shape'],
    values: unpacked(values),
  } satisfies HeadVectors,
  projection: {
    shape: projection.shape as unknown as Rows['shape'],
    values: unpacked(projection),
  } satisfies Rows,
  weighted: unpacked(weighted),
  unprojected: unpacked(unprojected),
}));

export const states = (when: 'before' | 'after'): HiddenStates => ({
  shape: reference.states[when].shape as unknown as HiddenStates['shape'],
  values: unpacked(reference.states[when]),
});

/** The largest difference of two lists of one length. */
export function differenceOf(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) {
    return Infinity;
  }
  let largest = 0;
  for (let index = 0; index < actual.length; index++) {
    const difference = Math.abs((actual[index] ?? NaN) - (expected[index] ?? NaN));
    largest = difference <= largest ? largest : difference;
  }
  return largest;
}
