import type { HostApi } from '../../src/common/protocol/pages/host';
import type { Explanation } from '../../src/common/protocol/pages/why';
import { withoutSink } from './sink';
import type { Told } from './whyState';

/** Weaker than this share of the strongest is not painted onto the document. */
const leastStrength = 0.1;

type Ranges = Parameters<HostApi['highlight']>[0]['ranges'];

/**
 * What was looked at, as stretches to paint onto the document: of the prompt, and of what was written before where it
 * was taken. The strongest is 1, the others by their square roots, so that small weights are seen.
 */
export function rangesOf(explanation: Explanation, { weights }: Told): Ranges {
  const { promptTokens, tokens, offered } = explanation;
  const { weights: coloured } = withoutSink(weights);
  const top = Math.max(0, ...coloured);
  return coloured.flatMap((weight, index): Ranges => {
    const strength = top > 0 ? Math.sqrt(weight / top) : 0;
    const token = promptTokens[index];
    if (strength < leastStrength) {
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
