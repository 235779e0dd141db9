/** What attention is besides its weights: weighted by values, rolled out over layers, and what a masked token changes. */
import type { Attention, HeadVectors, HiddenStates, Rows } from '../protocol/engine/types';

/**
 * The length of what each head takes from each key: ‖α_ij v_j W‖, with α the weight, v_j = x_j W_V + b_V the key's value
 * in this head, and W the head's rows of the output projection, which brings it into the residual stream. A value that is
 * nearly 0 then counts for little, however much weight it gets.
 *
 * @param attention [L, H, Q, K].
 * @param layer counted from 0; `values` and `projection` are of this layer.
 * @param values [H, K, size], or of fewer heads, each for as many neighbouring heads of queries.
 * @param projection [H size, D]; absent where it cannot be had, and then the result is ‖α_ij v_j‖.
 * @returns [H, Q, K], row-major; lengths, whose rows sum to nothing in particular.
 * @see Kobayashi et al., "Attention is Not Only a Weight", arXiv:2004.10102, equation 5: ‖α f(x)‖
 */
export function valueWeighted(
  { shape, weights }: Attention,
  layer: number,
  values: HeadVectors,
  projection?: Rows,
): Float64Array {
  const [, heads, queries, keys] = shape;
  const sharedBy = heads / values.shape[0];
  const weighted = new Float64Array(heads * queries * keys);
  for (let head = 0; head < heads; head++) {
    const lengths = valueLengths(values, Math.floor(head / sharedBy), projection, head);
    for (let query = 0; query < queries; query++) {
      const row = (head * queries + query) * keys;
      const from = layer * heads * queries * keys + row;
      for (let key = 0; key < keys; key++) {
        weighted[row + key] = (weights[from + key] ?? 0) * (lengths[key] ?? 0);
      }
    }
  }
  return weighted;
}

/** ‖v_j W‖ of each token, [K]. */
function valueLengths(
  { shape: [, tokens, size], values }: HeadVectors,
  valueHead: number,
  projection: Rows | undefined,
  head: number,
): Float64Array {
  const width = projection?.shape[1] ?? 0;
  return Float64Array.from({ length: tokens }, (_, token) => {
    const value = values.subarray(
      (valueHead * tokens + token) * size,
      (valueHead * tokens + token + 1) * size,
    );
    if (!projection) {
      return Math.sqrt(value.reduce((sum, x) => sum + x * x, 0));
    }
    const moved = new Float64Array(width);
    for (let part = 0; part < size; part++) {
      const x = value[part] ?? 0;
      const start = (head * size + part) * width;
      for (let column = 0; column < width; column++) {
        moved[column]! += x * (projection.values[start + column] ?? 0);
      }
    }
    return Math.sqrt(moved.reduce((sum, x) => sum + x * x, 0));
  });
}

/**
 * Rows of non-negative numbers as shares of their sums; a row of zeros stays one.
 *
 * @param columns of a row.
 */
export function rowShares(numbers: Float64Array, columns: number): Float32Array<ArrayBuffer> {
  const shares = new Float32Array(numbers.length);
  for (let start = 0; start < numbers.length; start += columns) {
    const row = numbers.subarray(start, start + columns);
    const sum = row.reduce((total, x) => total + x, 0);
    shares.set(sum > 0 ? row.map(x => x / sum) : row, start);
  }
  return shares;
}

/**
 * Attention rolled out: how much of each input token is in each token after a layer, if weights said how states are mixed
 * and a residual connection kept one half. R_l = (A_l / 2 + I / 2) R_{l-1}, R_0 = I, with A_l the mean of the layer's
 * heads.
 *
 * @param attention of a sequence to itself, [L, H, S, S].
 * @returns [L, S, S], row-major; every row sums to 1.
 * @see Abnar and Zuidema, "Quantifying Attention Flow in Transformers", arXiv:2005.00928, section 3
 */
export function attentionRollout({ shape, weights }: Attention): Float64Array {
  const [layers, heads, size] = shape;
  const square = size * size;
  const rollout = new Float64Array(layers * square);
  for (let layer = 0; layer < layers; layer++) {
    const mixed = new Float64Array(square);
    for (let head = 0; head < heads; head++) {
      const start = (layer * heads + head) * square;
      for (let index = 0; index < square; index++) {
        mixed[index]! += (weights[start + index] ?? 0) / heads / 2;
      }
    }
    for (let token = 0; token < size; token++) {
      mixed[token * size + token]! += 0.5;
    }
    const own = rollout.subarray(layer * square, (layer + 1) * square);
    if (layer === 0) {
      own.set(mixed);
    } else {
      multiply(mixed, rollout.subarray((layer - 1) * square, layer * square), own, size);
    }
  }
  return rollout;
}

/** `product` = `left` times `right`, squares of `size`, row-major; `product` holds zeros before. */
function multiply(
  left: Float64Array,
  right: Float64Array,
  product: Float64Array,
  size: number,
): void {
  for (let row = 0; row < size; row++) {
    for (let inner = 0; inner < size; inner++) {
      const factor = left[row * size + inner] ?? 0;
      for (let column = 0; factor !== 0 && column < size; column++) {
        product[row * size + column]! += factor * (right[inner * size + column] ?? 0);
      }
    }
  }
}

/**
 * How far the last layer's state of each token moves between two readings of as many tokens, as a share of its length
 * before: ‖h' - h‖ / ‖h‖. With one token masked in the second reading, it is what that token was worth to each other one.
 *
 * @returns [S]; 0 where nothing changed. It may be larger than 1.
 */
export function stateChange(before: HiddenStates, after: HiddenStates): Float64Array {
  const [layers, tokens, size] = before.shape;
  const last = (layers - 1) * tokens * size;
  return Float64Array.from({ length: tokens }, (_, token) => {
    let [moved, length] = [0, 0];
    const start = last + token * size;
    for (let index = start; index < start + size; index++) {
      const [one, other] = [before.values[index] ?? 0, after.values[index] ?? 0];
      moved += (other - one) ** 2;
      length += one ** 2;
    }
    return length > 0 ? Math.sqrt(moved / length) : 0;
  });
}
