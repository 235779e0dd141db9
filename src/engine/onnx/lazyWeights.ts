/** Weights of a graph that are unpacked when ONNX Runtime reads them. */

import {
  copyIntegers,
  copyScales,
  rowBytesOf,
  unpackRow,
  invalidWeights,
  parseWeightTensors,
  rowLengthOf,
  sizeOf,
  type WeightSource,
  type WeightTensor,
} from './ggufWeights';

/**
 * The weights of a graph as one virtual file, of which a tensor is unpacked from a GGUF when it is asked for: the
 * whole would be six times the GGUF.
 *
 * ONNX Runtime Web takes external data as a `Uint8Array`, of which it reads `byteLength` and `subarray`, and copies
 * what it gets at once. That is how it is built and no promise: `whole` is for a build that reads otherwise.
 */
export class LazyWeights extends Uint8Array<ArrayBuffer> {
  readonly #gguf: Uint8Array;
  readonly #tensors: ReadonlyMap<number, WeightTensor>;
  readonly #size: number;
  /** Where tensors are unpacked: one after the other in the same memory, for what is thrown away is freed late. */
  #scratch = new ArrayBuffer(0);
  /** Why a tensor was not given: ONNX Runtime does not hand on what is thrown here. */
  failure: unknown;

  /**
   * @param tensors bytes of a `weights.json`.
   * @throws EngineError `model-invalid`
   */
  constructor(gguf: ArrayBuffer, tensors: ArrayBuffer) {
    super(new ArrayBuffer(0));
    this.#gguf = new Uint8Array(gguf);
    const parsed = parseWeightTensors(tensors, this.#gguf);
    this.#tensors = new Map(parsed.map(tensor => [tensor.offset, tensor]));
    this.#size = parsed.reduce((sum, tensor) => sum + sizeOf(tensor), 0);
  }

  override get byteLength(): number {
    return this.#size;
  }

  override get length(): number {
    return this.#size;
  }

  /**
   * One tensor, unpacked; it stands until the next is asked for.
   *
   * @throws EngineError `model-invalid` for what is not just a tensor, and what an allocation throws.
   */
  override subarray(begin = 0, end = this.#size): Uint8Array<ArrayBuffer> {
    try {
      const tensor = this.#tensors.get(begin);
      if (!tensor || begin + sizeOf(tensor) !== end) {
        throw invalidWeights(
          `graph asks for the bytes ${begin} to ${end} of its weights, and weights.json names none there`,
        );
      }
      return this.#unpack(tensor);
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }

  /** All tensors, in as much memory as that takes. */
  whole(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#size);
    for (const [offset, tensor] of this.#tensors) {
      bytes.set(this.#unpack(tensor), offset);
    }
    return bytes;
  }

  #unpack(tensor: WeightTensor): Uint8Array<ArrayBuffer> {
    const size = sizeOf(tensor);
    if (this.#scratch.byteLength < size) {
      this.#scratch = new ArrayBuffer(size);
    }
    let start = 0;
    for (const source of tensor.sources) {
      const length = rowLengthOf(tensor, source);
      const unpack = rowUnpacker(tensor, source, this.#gguf, this.#scratch);
      for (let row = 0; row < source.rows; row++) {
        unpack(row, start, start + length);
        start += length;
      }
    }
    return new Uint8Array(this.#scratch, 0, size);
  }
}

/** Writes what a row of a source becomes into the numbers from `start` to `end` of a buffer. */
function rowUnpacker(
  { content }: WeightTensor,
  source: WeightSource,
  gguf: Uint8Array,
  into: ArrayBuffer,
): (row: number, start: number, end: number) => void {
  const { type, offset, columns } = source;
  const rowBytes = rowBytesOf(type, columns);
  const placeOf = (row: number) => offset + storedRowOf(source, row) * rowBytes;
  if (content === 'integers') {
    const numbers = new Int8Array(into);
    return (row, start, end) => copyIntegers(gguf, placeOf(row), numbers.subarray(start, end));
  }
  const numbers = new Float32Array(into, 0, Math.floor(into.byteLength / 4));
  return content === 'scales'
    ? (row, start, end) => copyScales(gguf, placeOf(row), numbers.subarray(start, end))
    : (row, start, end) => unpackRow(type, gguf, placeOf(row), numbers.subarray(start, end));
}

/** Where the GGUF has a row of the graph. */
function storedRowOf({ rows, interleavedHeads }: WeightSource, row: number): number {
  if (interleavedHeads === 0) {
    return row;
  }
  const headRows = rows / interleavedHeads;
  const within = row % headRows;
  const half = headRows / 2;
  return row - within + 2 * (within % half) + Math.floor(within / half);
}
