/** The units of surprisal: bits, steps, perplexity and bits per byte. */
/** The bits from which a token is painted with each step; a less surprising one is not painted. 2 bits are 1 in 4. */
export const stepStarts = [2, 4, 7, 10, 14] as const;

/** The least surprising step that the overview ruler shows, counted from 1. */
export const rulerStep = 4;

/** The step of a surprisal: from 0, which is not painted, to the count of steps. */
export const stepOf = (bits: number): number => stepStarts.filter(start => bits >= start).length;

/** The bits from which a word gets a hint: less than 1 in 16,000. */
export const hintBits = stepStarts[4];

/** Converts a log probability to a surprisal. @param logProbability in nats. */
export const bitsOf = (logProbability: number): number =>
  // The result is never -0, which would be shown with a minus sign.
  Math.max(0, -logProbability / Math.LN2);

/** The sums over some tokens. */
export interface Sums {
  readonly bits: number;
  /** The number of tokens that have a surprisal. */
  readonly tokens: number;
  /** The number of their UTF-8 bytes. */
  readonly bytes: number;
}

export const noSums: Sums = { bits: 0, tokens: 0, bytes: 0 };

export const addSums = (a: Sums, b: Sums): Sums => ({
  bits: a.bits + b.bits,
  tokens: a.tokens + b.tokens,
  bytes: a.bytes + b.bytes,
});

/** The perplexity: the number of equally probable tokens that would be as surprising on average. 1 if there are no tokens. */
export const perplexityOf = ({ bits, tokens }: Sums): number =>
  tokens > 0 ? 2 ** (bits / tokens) : 1;

/** Formats a perplexity with three significant digits; a large one is written out: "1,830". */
export const perplexityLabel = (value: number): string =>
  Number(value.toPrecision(3)).toLocaleString();

/** The bits per byte. They do not depend on the tokenizer, so models can be compared by them. 0 if there are no bytes. */
export const bitsPerByteOf = ({ bits, bytes }: Sums): number => (bytes > 0 ? bits / bytes : 0);
