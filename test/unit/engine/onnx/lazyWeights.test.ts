import * as onnx from 'onnxruntime-web/wasm';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import {
  blockTypes,
  unpackRow,
  type BlockType,
  parseWeightTensors,
  type WeightTensor,
} from '../../../../src/engine/onnx/ggufWeights';
import { LazyWeights } from '../../../../src/engine/onnx/lazyWeights';
import { SerialQueue } from '../../../../src/engine/onnx/queue';
import { Session, startRuntime } from '../../../../src/engine/onnx/session';
import { readBuffer, readTiny, root } from '../modelFolder';

const files = readTiny('tiny-llama');
const gguf = files.weights ?? new ArrayBuffer();
const json = files.tensors ?? new ArrayBuffer();
// Our own fixture.
const described = JSON.parse(new TextDecoder().decode(json)) as {
  readonly bytes: number;
  readonly tensors: readonly WeightTensor[];
};

/** A float16 by its definition, from its 16 digits. */
function float16(bits: number): number {
  const digits = bits.toString(2).padStart(16, '0');
  const sign = digits.startsWith('1') ? -1 : 1;
  const [exponent, fraction] = [parseInt(digits.slice(1, 6), 2), parseInt(digits.slice(6), 2)];
  if (exponent === 31) {
    return fraction > 0 ? NaN : sign * Infinity;
  }
  return exponent === 0
    ? (sign * fraction) / 2 ** 24
    : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** One number of a tensor as the format's description has it, found by itself. */
function numberAt(
  { type, offset, rows, columns, interleavedHeads }: WeightTensor['sources'][number],
  row: number,
  column: number,
): number {
  const view = new DataView(gguf);
  let stored = row;
  if (interleavedHeads > 0) {
    // The order of the file: all first halves of pairs, dealt out with the second halves.
    const head = Array.from({ length: rows / interleavedHeads }, (_, index) => index);
    const half = head.length / 2;
    const order = head.slice(0, half).flatMap(index => [index, index + half]);
    const start = Math.floor(row / head.length) * head.length;
    stored = start + order.indexOf(row - start);
  }
  const index = stored * columns + column;
  if (type === 'F32') {
    return view.getFloat32(offset + 4 * index, true);
  }
  const [block, within] = [Math.floor(index / 32), index % 32];
  const at = offset + block * (type === 'Q4_1' ? 20 : 34);
  const scale = float16(view.getUint16(at, true));
  if (type === 'Q8_0') {
    return Math.fround(scale * view.getInt8(at + 2 + within));
  }
  const pair = view.getUint8(at + 4 + (within % 16));
  const four = within < 16 ? pair % 16 : Math.floor(pair / 16);
  return Math.fround(Math.fround(scale * four) + float16(view.getUint16(at + 2, true)));
}

/** [rows, columns] of all sources, one after the other; of Q8_0 also what makes them. */
const numbersOf = ({ sources, content }: WeightTensor) =>
  sources.flatMap(source => {
    const { offset, rows, columns } = source;
    const view = new DataView(gguf, offset);
    return Array.from({ length: content === 'scales' ? (rows * columns) / 32 : rows * columns })
      .fill(0)
      .map((_, index) => {
        switch (content) {
          case 'scales':
            return float16(view.getUint16(34 * index, true));
          case 'integers':
            return view.getInt8(34 * Math.floor(index / 32) + 2 + (index % 32));
          case 'numbers':
            return numberAt(source, Math.floor(index / columns), index % columns);
        }
      });
  });

const sizeOf = ({ dims, content }: WeightTensor) =>
  dims.reduce((product, length) => product * length, content === 'integers' ? 1 : 4);
/** The bytes that these numbers are in the virtual file. */
const bytesOf = (tensor: WeightTensor) => {
  const numbers = numbersOf(tensor);
  return new Uint8Array(
    (tensor.content === 'integers' ? Int8Array.from(numbers) : Float32Array.from(numbers)).buffer,
  );
};

test.each(described.tensors.map(tensor => [tensor.name, tensor] as const))(
  '%s is what the format says, to the last bit',
  (_, tensor) => {
    const end = tensor.offset + sizeOf(tensor);
    const bytes = new LazyWeights(gguf, json).subarray(tensor.offset, end);
    expect(bytes).toEqual(bytesOf(tensor));
  },
);

test('the tensors are of every type and content, and some have their rows in another order', () => {
  const sources = described.tensors.flatMap(each => each.sources);
  expect(new Set(sources.map(({ type }) => type))).toEqual(new Set(blockTypes));
  expect(new Set(described.tensors.map(({ content }) => content)).size).toBe(3);
  expect(sources.filter(({ interleavedHeads }) => interleavedHeads > 0)).toHaveLength(4);
});

test('tensors that are asked for one after the other are each what they are', () => {
  const weights = new LazyWeights(gguf, json);
  for (const tensor of [...described.tensors].reverse()) {
    const bytes = weights.subarray(tensor.offset, tensor.offset + sizeOf(tensor));
    expect(bytes).toEqual(bytesOf(tensor));
  }
});

test('the whole is the tensors one after the other', () => {
  const weights = new LazyWeights(gguf, json);
  const whole = weights.whole();
  expect([weights.byteLength, weights.length, whole.length]).toEqual(
    Array(3).fill(described.bytes),
  );
  for (const tensor of described.tensors) {
    const { offset } = tensor;
    expect(whole.subarray(offset, offset + sizeOf(tensor))).toEqual(bytesOf(tensor));
  }
});

test('every float16 is read as what it is', () => {
  const block = new Uint8Array(34);
  block[2] = 1; // The first number is the scale itself.
  const into = new Float32Array(32);
  for (let bits = 0; bits < 2 ** 16; bits++) {
    new DataView(block.buffer).setUint16(0, bits, true);
    unpackRow('Q8_0', block, 0, into);
    if (!Object.is(into[0], float16(bits))) {
      expect(into[0], bits.toString(16)).toBe(float16(bits));
    }
  }
});

describe('a weights.json that', () => {
  const [integers, scales, norm, joined] = described.tensors;
  const withTensors = (...tensors: readonly object[]) => ({ ...described, tensors });
  const withSource = (change: object) => {
    const [source] = integers!.sources;
    return withTensors({ ...integers, sources: [{ ...source, ...change }] }, scales!, norm!);
  };
  const lies: readonly (readonly [string, object, RegExp])[] = [
    ['names an unknown type', withSource({ type: 'Q2_K' }), /tensors\.0\.sources\.0\.type/],
    ['points before the file', withSource({ offset: -8 }), /tensors\.0\.sources\.0\.offset/],
    [
      'points behind it',
      withSource({ offset: 60_000 }),
      /embedding\.integers: .* ends at \d+, the GGUF at/,
    ],
    ['has rows of broken blocks', withSource({ columns: 50 }), /50 columns, not blocks/],
    ['has rows too few', withSource({ rows: 319 }), /do not make \[320,64\]/],
    ['has other dimensions', withTensors({ ...integers, dims: [320, 65] }), /do not make/],
    [
      'has heads that do not fit',
      withTensors({
        ...joined,
        offset: 0,
        sources: joined!.sources.map(each => ({ ...each, interleavedHeads: 3 })),
      }),
      /64 rows for 3 heads/,
    ],
    ['has integers of blocks without', withSource({ type: 'Q4_1' }), /has no integers of its own/],
    ['has a content of its own', withTensors({ ...integers, content: 'signs' }), /0\.content/],
    ['leaves a gap', withTensors(integers!, norm!), /should begin at 20480 and not at 23040/],
    ['promises more', { ...described, bytes: 1 }, /promises 1 bytes and describes \d+/],
    ['is something else', { tensors: 'none' }, /wrong at bytes/],
  ];

  test.each(lies)('%s is refused by name', (_, lie, message) => {
    const bytes = new TextEncoder().encode(JSON.stringify(lie)).buffer;
    const open = () => new LazyWeights(gguf, bytes);
    expect(open).toThrow(message);
    expect(open).toThrow(expect.objectContaining({ code: 'model-invalid' }));
  });

  test('is true of another file is refused', () => {
    const other = new Uint8Array(gguf.slice(0));
    other[0] = 0;
    expect(() => parseWeightTensors(json, other)).toThrow(/is no GGUF/);
  });
});

describe('ONNX Runtime Web', () => {
  const queue = new SerialQueue();
  const graph = files.graphs['decoder'] ?? new ArrayBuffer();
  const start = () =>
    startRuntime(
      onnx,
      queue,
      readBuffer(join(root, 'node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm')),
      'wasm',
    );
  const open = (weights: LazyWeights) => Session.open(onnx, queue, graph, 'wasm', weights);

  test('reads of external data nothing but its length and its parts, each once', async () => {
    await start();
    const used = new Set<string | symbol>();
    const asked: number[] = [];
    const weights = new LazyWeights(gguf, json);
    const watched = new Proxy(weights, {
      get: (target, key) => {
        used.add(key);
        const value: unknown = Reflect.get(target, key, target);
        if (key === 'subarray') {
          return (begin: number, end: number) => {
            asked.push(begin);
            return target.subarray(begin, end);
          };
        }
        return value;
      },
    });
    const session = await open(watched);
    await session.release();
    const known = new Set<string | symbol>(['byteLength', 'length', 'subarray', 'failure', 'then']);
    expect([...used].filter(key => !known.has(key))).toEqual([]);
    expect(asked.sort((a, b) => a - b)).toEqual(described.tensors.map(({ offset }) => offset));
  });

  test('that reads otherwise is given the whole', async () => {
    await start();
    class Unreadable extends LazyWeights {
      wholes = 0;
      override get byteLength() {
        return 0; // As one that looks at the memory behind it would see it.
      }
      override whole() {
        this.wholes++;
        return super.whole();
      }
    }
    const weights = new Unreadable(gguf, json);
    const session = await open(weights);
    expect(weights.wholes).toBe(1);
    await session.release();
  });

  test('is told why there are no weights where its graph asks for others', async () => {
    await start();
    const fewer = new TextEncoder().encode(
      JSON.stringify({
        bytes: 320 * 64,
        tensors: described.tensors.slice(0, 1),
      }),
    ).buffer;
    class Long extends LazyWeights {
      override get byteLength() {
        return described.bytes;
      }
    }
    const opening = open(new Long(gguf, fewer));
    await expect(opening).rejects.toThrow(/asks for the bytes \d+ to \d+ of its weights/);
    await expect(opening).rejects.toMatchObject({ code: 'model-invalid' });
  });

  test.each([
    ['an allocation that fails', new RangeError('Array buffer allocation failed')],
    ['a heap that is full', new Error("Can't create a session. ERROR_CODE: 6: std::bad_alloc")],
  ])('says that memory is short after %s', async (_, cause) => {
    await start();
    const weights = new LazyWeights(gguf, json);
    vi.spyOn(weights, 'subarray').mockImplementation(() => {
      weights.failure = cause;
      throw cause;
    });
    const opening = open(weights);
    await expect(opening).rejects.toThrow(/not enough memory to load this model/);
    await expect(opening).rejects.toMatchObject({ code: 'out-of-memory' });
  });

  test.each(['wasm', 'jspi'])('of the %s build copies a part at once', build => {
    const script = readFileSync(
      join(root, `node_modules/onnxruntime-web/dist/ort.${build}.bundle.min.mjs`),
      'utf8',
    );
    const reading = /\+\w+>(\w+)\.byteLength\)return 3;(?:try\{let )?(\w+)=\1\.subarray\(/;
    expect(script).toMatch(reading);
  });
});

test.each([
  ['Q4_1', 20],
  ['Q8_0', 34],
] satisfies readonly (readonly [BlockType, number])[])(
  'blocks of %s may lie anywhere',
  (type, size) => {
    const block = Uint8Array.from({ length: size }, (_, index) => (index * 37) % 61);
    const [there, moved] = [new Float32Array(32), new Float32Array(32)];
    unpackRow(type, block, 0, there);
    unpackRow(type, Uint8Array.of(9, ...block), 1, moved);
    expect(moved).toEqual(there);
  },
);
