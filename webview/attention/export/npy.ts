/** Arrays as files of NumPy, version 1.0 of the format. @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */

const magic = [0x93, ...new TextEncoder().encode('NUMPY'), 1, 0];
/** The data begin at a multiple of this, in bytes. */
const alignment = 64;

/** float32, little-endian, row-major. */
export const npyOfFloats = (
  values: Float32Array<ArrayBuffer>,
  shape: readonly number[],
): Uint8Array<ArrayBuffer> =>
  npyOf('<f4', shape, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));

/** Texts as `str_`, four bytes a character; shape [] is one text alone. */
export function npyOfTexts(
  texts: readonly string[],
  shape: readonly number[],
): Uint8Array<ArrayBuffer> {
  const points = texts.map(text => Array.from(text, one => one.codePointAt(0) ?? 0));
  const longest = Math.max(1, ...points.map(({ length }) => length));
  // NumPy takes zeros at the end of a text for its end.
  const values = new Uint32Array(texts.length * longest);
  points.forEach((one, index) => values.set(one, index * longest));
  return npyOf(`<U${longest}`, shape, new Uint8Array(values.buffer));
}

function npyOf(
  type: string,
  shape: readonly number[],
  data: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const dictionary = `{'descr': '${type}', 'fortran_order': False, 'shape': ${tuple}, }`;
  // Two bytes say how long the header is, and a new line ends it.
  const before = magic.length + 2;
  const length = Math.ceil((before + dictionary.length + 1) / alignment) * alignment - before;
  const header = `${dictionary.padEnd(length - 1)}\n`;
  const file = new Uint8Array(before + length + data.length);
  file.set(magic);
  new DataView(file.buffer).setUint16(magic.length, length, true);
  file.set(new TextEncoder().encode(header), before);
  file.set(data, before + length);
  return file;
}
