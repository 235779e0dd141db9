import * as v from 'valibot';
import { EngineError } from '../../common/errors';
import { parseJson } from '../../common/protocol/manifest';
import { blockLength, blockTypes, rowBytesOf } from './ggufBlocks';

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
   * Of queries and keys how many heads there are, else 0. A GGUF keeps the rows of a head as r0, r16, r1, r17 (of 32):
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
   * The numbers, float32 [rows, columns]; or of Q8_0 the two things that make them: its integers, int8
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
 * Reads a `weights.json` and holds it against the GGUF that it speaks of: unpacking cannot fail afterwards.
 *
 * @returns tensors that lie one after the other.
 * @throws EngineError `model-invalid`, which names the tensor.
 */
export function parseWeightTensors(json: ArrayBuffer, gguf: Uint8Array): readonly WeightTensor[] {
  const { issues, output, success } = v.safeParse(
    v.object({ bytes: count, tensors: v.array(tensor) }),
    parseJson(json, 'weights.json'),
  );
  if (!success) {
    const [issue] = issues;
    throw invalidWeights(`weights.json is wrong at ${v.getDotPath(issue) ?? ''}: ${issue.message}`);
  }
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
