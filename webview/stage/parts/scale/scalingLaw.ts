/** Hoffmann et al. 2022, arXiv:2203.15556, equation 10: the loss of a language model, and where compute is spent best. */

const E = 1.69;
const A = 406.4;
const B = 410.7;
const alpha = 0.34;
const beta = 0.28;

/**
 * Loss that is left, in nats for each token.
 *
 * @param parameters N. @param tokens D.
 */
export const lossOf = (parameters: number, tokens: number): number =>
  E + A / parameters ** alpha + B / tokens ** beta;

/** Operations of a training, about 6 for each parameter and token. */
export const computeOf = (parameters: number, tokens: number): number => 6 * parameters * tokens;

/** The optimum for some compute: equation 4 of the paper, with the constants above. */
export function optimumOf(compute: number): {
  readonly parameters: number;
  readonly tokens: number;
} {
  const g = ((alpha * A) / (beta * B)) ** (1 / (alpha + beta));
  const parameters = g * (compute / 6) ** (beta / (alpha + beta));
  return { parameters, tokens: compute / 6 / parameters };
}

/** The part of the loss that no model takes away. */
export const irreducible = E;
