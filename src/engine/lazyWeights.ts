import { unpackRow, rowBytesOf } from './ggufBlocks';
import {
  invalidWeights,
  parseWeightTensors,
  sizeOf,
  type WeightSource,
  type WeightTensor,
} from './weightTensors';

/**
 * The weights of a graph as one virtual file of float32, of which a tensor is unpacked from a GGUF when it is asked
 * for: the whole would be five times the GGUF.
 *
 * ONNX Runtime Web takes external data as a `Uint8Array`, of which it reads `byteLength` and `subarray`, and copies
 * what it gets at once. That is how it is built and no promise: `whole` is for a build that reads otherwise.
 */
export class LazyWeights extends Uint8Array<ArrayBuffer> {
  readonly #gguf: Uint8Array;
  readonly #tensors: ReadonlyMap<number, WeightTensor>;
  readonly #size: number;
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

  /** One tensor, unpacked. @throws EngineError `model-invalid` for what is not just a tensor, and what an allocation throws. */
  override subarray(begin = 0, end = this.#size): Uint8Array<ArrayBuffer> {
    try {
      const tensor = this.#tensors.get(begin);
      if (!tensor || begin + sizeOf(tensor) !== end) {
        throw invalidWeights(
          `graph asks for the bytes ${begin} to ${end} of its weights, and weights.json names none there`,
        );
      }
      return new Uint8Array(this.#unpack(tensor).buffer);
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }

  /** All tensors, in as much memory as that takes. */
  whole(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#size);
    for (const [offset, tensor] of this.#tensors) {
      bytes.set(new Uint8Array(this.#unpack(tensor).buffer), offset);
    }
    return bytes;
  }

  #unpack(tensor: WeightTensor): Float32Array<ArrayBuffer> {
    const values = new Float32Array(sizeOf(tensor) / Float32Array.BYTES_PER_ELEMENT);
    let start = 0;
    for (const source of tensor.sources) {
      const end = start + source.rows * source.columns;
      unpackSource(source, this.#gguf, values.subarray(start, end));
      start = end;
    }
    return values;
  }
}

/** @param into [rows, columns] */
function unpackSource(source: WeightSource, gguf: Uint8Array, into: Float32Array): void {
  const { type, offset, rows, columns } = source;
  const rowBytes = rowBytesOf(type, columns);
  for (let row = 0; row < rows; row++) {
    const from = offset + storedRowOf(source, row) * rowBytes;
    unpackRow(type, gguf, from, into.subarray(row * columns, (row + 1) * columns));
  }
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
