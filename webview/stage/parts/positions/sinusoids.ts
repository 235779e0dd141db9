/** Positions as sinusoids. */
/**
 * The position of a word as numbers, dimension 2i by sine and 2i + 1 by cosine.
 *
 * @param width d, even.
 * @see Vaswani et al. 2017, arXiv:1706.03762, section 3.5
 */
export function sinusoids(position: number, width: number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(width);
  for (let pair = 0; pair < width / 2; pair++) {
    const angle = position / 10000 ** ((2 * pair) / width);
    values[2 * pair] = Math.sin(angle);
    values[2 * pair + 1] = Math.cos(angle);
  }
  return values;
}
