/**
 * How a GGUF keeps numbers: in blocks of 32 along a row, each with its own scale; norms as they are.
 * Mirrors `training/pretrained/gguf_blocks.py`; both agree to the last bit.
 */

export const blockTypes = ['F32', 'Q4_1', 'Q8_0'] as const;
export type BlockType = (typeof blockTypes)[number];

/** Numbers in a block. */
export const blockLength = 32;
/** Of a block; of `F32`, of a number. */
const unitBytes = { F32: 4, Q4_1: 20, Q8_0: 34 } as const satisfies Record<BlockType, number>;

/** How many bytes a row of so many numbers has; not whole where no blocks fill it. */
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
  // Plain loops: a hundred million numbers go through here while a person waits.
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
