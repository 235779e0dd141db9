/** The weights of a graph as a GGUF keeps them, and `weights.json`, which says which they are. */

import * as v from 'valibot';
import { EngineError } from '../../common/errors';
import { fileOfModel, parseModelJson } from '../../common/protocol/manifest';
import { validate } from '../../common/validate';

/**
 * How a GGUF keeps numbers: in blocks of 32 along a row, each with its own scale; norms as they are.
 * Mirrors `training/pretrained/gguf_blocks.py`; both agree to the last bit.
 */

export const blockTypes = ['F32', 'Q4_1', 'Q8_0'] as const;
export type BlockType = (typeof blockTypes)[number];

/** Numbers in a block. */
const blockLength = 32;
/** Size of a block, or of a number of `F32`. */
const unitBytes = { F32: 4, Q4_1: 20, Q8_0: 34 } as const satisfies Record<BlockType, number>;

/** Size of a row of so many numbers, in bytes; not whole where no blocks fill it. */
export const rowBytesOf = (type: BlockType, columns: number): number =>
  (type === 'F32' ? columns : columns / blockLength) * unitBytes[type];

/**
 * Unpacks one row into `into`.
 *
 * Q4_1: scale d and smallest number m as float16, then 16 bytes, of which byte i holds the numbers i (low four bits)
 * and i + 16 (high four bits); a number is d * q + m. Q8_0: scale d as float16, then 32 int8; a number is d * q.
 *
 * @param from of the row's first byte in `bytes`.
 */
export function unpackRow(
  type: BlockType,
  bytes: Uint8Array,
  from: number,
  into: Float32Array,
): void {
  // Plain loops: a hundred million numbers go through here while the user waits.
  if (type === 'F32') {
    const view = new DataView(bytes.buffer, bytes.byteOffset + from);
    for (let index = 0; index < into.length; index++) {
      into[index] = view.getFloat32(4 * index, true);
    }
    return;
  }
  let byte = from;
  for (let start = 0; start < into.length; start += blockLength) {
    const scale = float16At(bytes, byte);
    if (type === 'Q4_1') {
      const smallest = float16At(bytes, byte + 2);
      for (let index = 0; index < 16; index++) {
        const pair = bytes[byte + 4 + index]!;
        into[start + index] = scale * (pair & 15) + smallest;
        into[start + index + 16] = scale * (pair >> 4) + smallest;
      }
    } else {
      for (let index = 0; index < blockLength; index++) {
        into[start + index] = scale * ((bytes[byte + 2 + index]! << 24) >> 24);
      }
    }
    byte += unitBytes[type];
  }
}

/** The integers of a row of Q8_0. */
export function copyIntegers(bytes: Uint8Array, from: number, into: Int8Array): void {
  for (let block = 0; block < into.length / blockLength; block++) {
    const start = from + block * unitBytes.Q8_0 + 2;
    into.set(bytes.subarray(start, start + blockLength), block * blockLength);
  }
}

/** The scales of a row of Q8_0, one for each block. */
export function copyScales(bytes: Uint8Array, from: number, into: Float32Array): void {
  for (let block = 0; block < into.length; block++) {
    into[block] = float16At(bytes, from + block * unitBytes.Q8_0);
  }
}

/** 2 to the power of a float16's biased exponent, for its 10 bits of fraction as an integer. */
const powers = Float64Array.from({ length: 32 }, (_, exponent) => 2 ** (exponent - 25));

function float16At(bytes: Uint8Array, from: number): number {
  const bits = bytes[from]! | (bytes[from + 1]! << 8);
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const size =
    exponent === 0
      ? fraction * powers[1]!
      : exponent === 31
        ? fraction === 0
          ? Infinity
          : NaN
        : (1024 + fraction) * powers[exponent]!;
  return bits >> 15 === 0 ? size : -size;
}

/** Mirrors `training/export/llama/weights.py`; change both. */

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const offset = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Rows of the GGUF that lie one after the other. */
const source = v.object({
  name: v.string(),
  type: v.picklist(blockTypes),
  /** In bytes, from the start of the GGUF. */
  offset,
  rows: count,
  columns: count,
  /**
   * Number of heads of queries and keys, else 0. A GGUF keeps the rows of a head as r0, r16, r1, r17 (of 32):
   * the two numbers of a rotated pair side by side. The graph has r0, r1 ... first.
   */
  interleavedHeads: offset,
});

/** One weight of the graph: its sources put together by rows. */
const tensor = v.object({
  name: v.string(),
  dims: v.array(count),
  /** In bytes, from the start of the virtual file that the graph names. */
  offset,
  sources: v.array(source),
  /**
   * The numbers, float32 [rows, columns]; or, for Q8_0, the two things that make them: its integers, int8
   * [rows, columns], or its scales, float32 [rows, columns / 32].
   */
  content: v.picklist(['numbers', 'integers', 'scales']),
});

export type WeightSource = v.InferOutput<typeof source>;
export type WeightTensor = v.InferOutput<typeof tensor>;

/** In bytes. */
export const sizeOf = ({ dims, content }: WeightTensor): number =>
  dims.reduce((product, length) => product * length, content === 'integers' ? 1 : 4);

/** How many numbers of the graph a row of the GGUF becomes. */
export const rowLengthOf = ({ content }: WeightTensor, { columns }: WeightSource): number =>
  content === 'scales' ? columns / blockLength : columns;

/**
 * Reads a `weights.json` and checks it against the GGUF that it describes: unpacking cannot fail afterwards.
 *
 * @returns tensors that lie one after the other.
 * @throws EngineError `model-invalid`, which names the tensor.
 */
export function parseWeightTensors(json: ArrayBuffer, gguf: Uint8Array): readonly WeightTensor[] {
  const file = 'weights.json';
  const output = validate(
    v.object({ bytes: count, tensors: v.array(tensor) }),
    parseModelJson(json, file),
    fileOfModel(file),
  );
  if (String.fromCharCode(...gguf.subarray(0, 4)) !== 'GGUF') {
    throw invalidWeights('the file of weights is no GGUF');
  }
  let end = 0;
  for (const each of output.tensors) {
    requireTrue(each, each.offset === end, `it should begin at ${end} and not at ${each.offset}`);
    checkSources(each, gguf.length);
    end += sizeOf(each);
  }
  if (end !== output.bytes) {
    throw invalidWeights(`weights.json promises ${output.bytes} bytes and describes ${end}`);
  }
  return output.tensors;
}

function checkSources(tensor: WeightTensor, fileLength: number): void {
  let numbers = 0;
  for (const source of tensor.sources) {
    const { name, type, offset, rows, columns, interleavedHeads } = source;
    const rowBytes = rowBytesOf(type, columns);
    requireTrue(tensor, Number.isInteger(rowBytes), `${name} has ${columns} columns, not blocks`);
    const end = offset + rows * rowBytes;
    requireTrue(tensor, end <= fileLength, `${name} ends at ${end}, the GGUF at ${fileLength}`);
    const isApart = tensor.content === 'numbers' || (type === 'Q8_0' && interleavedHeads === 0);
    requireTrue(tensor, isApart, `${name} has no ${tensor.content} of its own`);
    const isEven = interleavedHeads === 0 || rows % (2 * interleavedHeads) === 0;
    requireTrue(tensor, isEven, `${name} has ${rows} rows for ${interleavedHeads} heads`);
    numbers += rows * rowLengthOf(tensor, source);
  }
  const wanted = tensor.dims.reduce((product, length) => product * length, 1);
  requireTrue(tensor, numbers === wanted, `its sources do not make [${tensor.dims.join()}]`);
}

function requireTrue({ name }: WeightTensor, isTrue: boolean, otherwise: string): void {
  if (!isTrue) {
    throw invalidWeights(`weights.json is wrong at ${name}: ${otherwise}`);
  }
}

export const invalidWeights = (what: string): EngineError =>
  new EngineError('model-invalid', `The model's ${what}. Reinstall the extension or the model.`);
