/** Lengths, distances and means of vectors. */

/** The Euclidean length. */
export const lengthOf = (vector: Float32Array): number =>
  Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));

/** The Euclidean distance of two vectors of one size. */
export function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) {
    sum += (a[index]! - b[index]!) ** 2;
  }
  return Math.sqrt(sum);
}

/** The cosine of the angle between two vectors; 0 where one of them is zero. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let [product, lengthA, lengthB] = [0, 0, 0];
  for (let index = 0; index < a.length; index++) {
    const [value, other] = [a[index]!, b[index]!];
    product += value * other;
    lengthA += value * value;
    lengthB += other * other;
  }
  return product / Math.sqrt(lengthA * lengthB || 1);
}

/** The mean of some numbers; 0 of none. */
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
