/** The first token, on which attention rests. */

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
