/** From so many bits on a token is painted with each step; what is less surprising is not painted. 2 bits are 1 in 4. */
export const stepStarts = [2, 4, 7, 10, 14] as const;

/** The least surprising step that the overview ruler shows, counted from 1. */
export const rulerStep = 4;

/** How surprising a token is in steps that can be told apart: 0, which is not painted, to the count of steps. */
export const stepOf = (bits: number): number => stepStarts.filter(start => bits >= start).length;

/** What can be so surprising is worth a hint: less than 1 in 16,000. */
export const hintBits = stepStarts[4];

/** Surprisal: how little expected something was. @param logProbability in nats. */
export const bitsOf = (logProbability: number): number =>
  // Never -0, which would read as a number below nothing.
  Math.max(0, -logProbability / Math.LN2);

/** Sums over some tokens. */
export interface Sums {
  readonly bits: number;
  /** Tokens that have a surprisal. */
  readonly tokens: number;
  /** UTF-8 bytes of these. */
  readonly bytes: number;
}

export const noSums: Sums = { bits: 0, tokens: 0, bytes: 0 };

export const added = (a: Sums, b: Sums): Sums => ({
  bits: a.bits + b.bits,
  tokens: a.tokens + b.tokens,
  bytes: a.bytes + b.bytes,
});

/** Between how many equally probable tokens the model was torn, on average. 1 where there are none. */
export const perplexityOf = ({ bits, tokens }: Sums): number =>
  tokens > 0 ? 2 ** (bits / tokens) : 1;

/** Three digits are known of it; a large one is written out, "1,830", as people read it. */
export const perplexityWords = (value: number): string =>
  Number(value.toPrecision(3)).toLocaleString();

/** Does not depend on how a model cuts, so models can be compared by it. 0 where there is nothing. */
export const bitsPerByteOf = ({ bits, bytes }: Sums): number => (bytes > 0 ? bits / bytes : 0);
