/** What a token looked at, as it is coloured: on the page, and in the document. */
import type { HostApi } from '../../src/common/protocol/pages/host';
import type { Explanation } from '../../src/common/protocol/pages/why';
import type { TokenAttention } from './whyState';

/** What is weaker than this share of the strongest is not painted onto the document. */
const minStrength = 0.1;

type Ranges = Parameters<HostApi['highlight']>[0]['ranges'];

/**
 * What was looked at, as stretches to paint onto the document: of the prompt, and of what was written before where it
 * was taken. The strongest is 1, the others by their square roots, so that small weights are seen.
 */
export function rangesOf(explanation: Explanation, { weights }: TokenAttention): Ranges {
  const { promptTokens, tokens, offered } = explanation;
  const { weights: coloured } = withoutSink(weights);
  const top = Math.max(0, ...coloured);
  return coloured.flatMap((weight, index): Ranges => {
    const strength = top > 0 ? Math.sqrt(weight / top) : 0;
    const token = promptTokens[index];
    if (strength < minStrength) {
      return [];
    }
    if (token) {
      return token.start < token.end
        ? [{ segment: 0, start: token.start, end: token.end, strength }]
        : [];
    }
    const written = tokens[index - promptTokens.length]?.token;
    const start = Math.max(0, (written?.start ?? 0) - offered.start);
    const end = Math.min(offered.end, written?.end ?? 0) - offered.start;
    return start < end ? [{ segment: 1, start, end, strength }] : [];
  });
}

/** More than this on the first token is a habit of the model's, and hides all else. */
const maxSinkShare = 0.2;

/**
 * Weights for colouring. Models of this kind rest much of their attention on the first token, whatever it is; where it
 * has more than a fifth it is left out, so that the others are seen.
 *
 * @see Xiao et al., "Efficient Streaming Language Models with Attention Sinks", arXiv:2309.17453
 */
export function withoutSink(weights: readonly number[]): {
  readonly weights: readonly number[];
  /** What was left out; undefined where nothing was. */
  readonly sink: number | undefined;
} {
  const [first = 0, ...others] = weights;
  return first > maxSinkShare && others.length > 0
    ? { weights: [0, ...others], sink: first }
    : { weights, sink: undefined };
}
