/** What an exported page is given: all heads of a text, written by `interactive.ts` and read by the page's own script. */
import type { HeadPosition, Scale } from '../../../../src/common/attention/attention';
import type { Attention } from '../../../../src/common/protocol/engine/types';
import type { Unit } from '../../../matrix/units';

/** One kind of attention. */
export interface ExportedKind {
  readonly kind: Attention['kind'];
  readonly shape: Attention['shape'];
  readonly queries: readonly Unit[];
  readonly keys: readonly Unit[];
  /** [layer, head, query, key] as uint16, little-endian, 65,535 for the weight 1; gzip, then base64. */
  readonly weights: string;
}

export interface ExportedFacts {
  /** The model, the text, and where it ran: a line each. */
  readonly lines: readonly string[];
  /** Of the lines of text, where there are two. */
  readonly names: readonly string[];
  readonly kinds: readonly ExportedKind[];
  /** What is shown first: the index of a kind, and heads, counted from 0; none means the average of all. */
  readonly first: { readonly kind: number; readonly heads: readonly HeadPosition[] };
  readonly scale: Scale;
  /** Light whatever the viewer prefers: white paper. */
  readonly isForPaper: boolean;
}

/** The largest number of a weight in the file. */
const whole = 65_535;

/** @returns base64 of the weights, each within 8e-6 of itself. */
export async function packWeights(weights: Float32Array): Promise<string> {
  const numbers = new DataView(new ArrayBuffer(2 * weights.length));
  weights.forEach((weight, index) =>
    numbers.setUint16(2 * index, Math.round(weight * whole), true),
  );
  const packed = await through(new CompressionStream('gzip'), numbers.buffer);
  let text = '';
  // As many arguments as every browser takes.
  for (let at = 0; at < packed.length; at += 0x8000) {
    text += String.fromCharCode(...packed.subarray(at, at + 0x8000));
  }
  return btoa(text);
}

export async function unpackWeights(text: string): Promise<Float32Array<ArrayBuffer>> {
  const packed = Uint8Array.from(atob(text), character => character.charCodeAt(0));
  const bytes = await through(new DecompressionStream('gzip'), packed.buffer);
  const numbers = new DataView(bytes.buffer);
  return Float32Array.from(
    { length: bytes.length / 2 },
    (_, index) => numbers.getUint16(2 * index, true) / whole,
  );
}

const through = async (
  stream: CompressionStream | DecompressionStream,
  bytes: ArrayBuffer,
): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
