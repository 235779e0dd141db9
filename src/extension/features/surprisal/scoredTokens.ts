/** The scored tokens of a document, their spellings, and the units in which surprisal is told. */
import type { TokenScores } from '../../../common/protocol/engine/score';
import type { Candidate } from '../../../common/protocol/engine/types';

/** A token of a document, and how surprising it is. */
export interface ScoredToken {
  /** The token's id in the vocabulary. */
  readonly id: number;
  /** UTF-16 offsets from the beginning of its chunk. */
  readonly start: number;
  readonly end: number;
  /** The surprisal; undefined for the first token of a document, which has no context. */
  readonly bits: number | undefined;
  /** 1 for the most probable token; undefined as `bits`. */
  readonly rank: number | undefined;
  /** The number of tokens read before it. */
  readonly contextSize: number;
  /** The length in UTF-8; 0 for a token that only continues a character that the token before began. */
  readonly bytes: number;
  /** The most probable tokens at its place, in descending order. */
  readonly alternatives: readonly { readonly id: number; readonly probability: number }[];
}

const utf8 = new TextEncoder();

/** Converts a part of a score to tokens of a document. @param plain the chunk as the model read it. */
export function scoredTokens(
  { tokens, logProbabilities, ranks, candidates, contextSizes }: TokenScores,
  plain: PlainText,
): readonly ScoredToken[] {
  return tokens.map((token, index): ScoredToken => {
    const logProbability = logProbabilities[index];
    const before = tokens[index - 1];
    const isPart = before?.start === token.start && before.end === token.end;
    return {
      id: token.id,
      start: plain.at(token.start),
      end: plain.at(token.end),
      bits: logProbability === undefined ? undefined : bitsOf(logProbability),
      rank: ranks[index],
      contextSize: contextSizes[index] ?? 0,
      bytes: isPart ? 0 : utf8.encode(plain.text.slice(token.start, token.end)).length,
      alternatives: (candidates[index] ?? []).map(({ id, probability }) => ({ id, probability })),
    };
  });
}

/** Sums the surprisal of some tokens. */
export const sumsOf = (tokens: readonly ScoredToken[]): Sums =>
  tokens.reduce(
    (sums, { bits, bytes }) =>
      bits === undefined ? sums : addSums(sums, { bits, tokens: 1, bytes }),
    noSums,
  );

/** The spellings of ids, each kept once: in a long document every common token is an alternative thousands of times. */
export class Spellings {
  readonly #texts = new Map<number, string>();

  learn(candidates: readonly (readonly Candidate[])[]): void {
    for (const { id, text } of candidates.flat()) {
      this.#texts.set(id, text);
    }
  }

  textOf(id: number): string {
    return this.#texts.get(id) ?? '';
  }
}

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

/** A text as models were trained to read it: its lines end in `\n`. */
export interface PlainText {
  readonly text: string;
  /** Translates an offset to one in the original text. */
  readonly at: (offset: number) => number;
}

/** Replaces `\r\n`, two tokens that models have hardly seen: what follows would be painted because of the file's format. */
export function withoutCarriageReturns(raw: string): PlainText {
  const text = raw.replaceAll('\r\n', '\n');
  if (text.length === raw.length) {
    return { text, at: offset => offset };
  }
  /** The number of units removed before each offset in `text`, and before its end. */
  const removed = new Uint32Array(text.length + 1);
  let count = 0;
  for (let offset = 0; offset < text.length; offset++) {
    removed[offset] = count;
    if (raw[offset + count] === '\r' && raw[offset + count + 1] === '\n') {
      count++;
    }
  }
  removed[text.length] = count;
  return { text, at: offset => offset + removed[offset]! };
}
