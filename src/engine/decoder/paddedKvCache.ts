/** The KV cache of a Transformer. */

import type { Manifest } from '../../common/protocol/manifest';
import { paddedCacheNames, pastNames } from '../onnx/graphs';
import {
  requireOutput,
  type Feed,
  type Output,
  type Run,
  takePositions,
  takeRows,
  type Tensors,
} from '../onnx/tensors';

/** The slots of a buffer are a multiple of this: with as many the graph is quickest, and growing is rare. */
const bucket = 64;

/** Buffers that are written from their beginning on, never anew. */
interface Slots {
  /** [batch, G, P, K] by the names of inputs. */
  readonly tensors: Tensors;
  /** How many of the P hold a token. */
  filled: number;
}

/**
 * The cache of a Transformer. A run gives the keys and values of its own tokens, which are written into buffers with
 * room for more; an input of the graph says how many slots count. Going back is a smaller number.
 *
 * Caches share buffers as long as each writes after the last slot that any of them has filled; one that would write
 * earlier takes a copy, so that none sees what another wrote.
 */
export class PaddedKvCache {
  readonly outputs = [paddedCacheNames.newKeyValues];
  readonly #slots: Slots;
  /** Number of tokens that were read. */
  readonly #length: number;

  private constructor(slots: Slots, length: number) {
    this.#slots = slots;
    this.#length = length;
  }

  /** @param rowsOfLayer the size of the batch that each layer reads; 1 by default. */
  static empty(
    { layers, heads, keyValueHeads = heads, hiddenSize }: Manifest,
    rowsOfLayer: readonly number[] = [],
  ): PaddedKvCache {
    const values = new Float32Array();
    const tensors = new Map(
      pastNames(layers).map((name, index) => {
        const rows = rowsOfLayer[Math.floor(index / 2)] ?? 1;
        return [name, { dims: [rows, keyValueHeads, 0, hiddenSize / heads], values }];
      }),
    );
    return new PaddedKvCache({ tensors, filled: 0 }, 0);
  }

  feeds(position: number): Record<string, Feed> {
    return {
      [paddedCacheNames.pastLength]: [position],
      ...Object.fromEntries(this.#slots.tensors),
    };
  }

  append(run: Run): PaddedKvCache {
    const added = requireOutput(run, paddedCacheNames.newKeyValues);
    const [, , tokens = 0] = added.dims;
    const end = this.#length + tokens;
    const slots = this.#roomFor(end);
    const share = added.values.length / slots.tensors.size;
    for (const [index, buffer] of [...slots.tensors.values()].entries()) {
      const values = added.values.subarray(index * share, (index + 1) * share);
      write(buffer, this.#length, values, tokens);
    }
    slots.filled = end;
    return new PaddedKvCache(slots, end);
  }

  takeRows(rows: readonly number[]): PaddedKvCache {
    const { tensors } = this.#slots;
    const taken = takeRows(tensors, rows);
    const isSame = [...taken].every(([name, tensor]) => tensors.get(name) === tensor);
    return isSame
      ? this
      : new PaddedKvCache({ tensors: taken, filled: this.#length }, this.#length);
  }

  takePositions(length: number): PaddedKvCache {
    return new PaddedKvCache(this.#slots, length);
  }

  cutTo(length: number): PaddedKvCache {
    // Where another cache has written on, these places are its own.
    if (this.#slots.filled === this.#length) {
      this.#slots.filled = length;
    }
    return new PaddedKvCache(this.#slots, length);
  }

  /** These buffers, or a copy with more room, or of what was there before another cache wrote on. */
  #roomFor(end: number): Slots {
    const { tensors, filled } = this.#slots;
    const [, , slots = 0] = [...tensors.values()][0]?.dims ?? [];
    if (filled === this.#length && end <= slots) {
      return this.#slots;
    }
    const room = Math.ceil(end / bucket) * bucket;
    return { tensors: takePositions(tensors, this.#length, room), filled: this.#length };
  }
}

/** Writes values [batch, G, tokens, K] into a buffer [batch, G, P, K], from slot `start` on. */
function write(
  { dims, values: into }: Output,
  start: number,
  values: Float32Array,
  tokens: number,
) {
  const [batch = 0, groups = 0, slots = 0, size = 0] = dims;
  for (let plane = 0; plane < batch * groups; plane++) {
    const part = values.subarray(plane * tokens * size, (plane + 1) * tokens * size);
    into.set(part, (plane * slots + start) * size);
  }
}
