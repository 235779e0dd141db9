/**
 * Makes tensors inside an ONNX graph its outputs, without reading the graph.
 *
 * Protocol Buffers concatenate the repeated fields of a message that occurs twice: a second `graph` at the end of the
 * file, of outputs alone, adds them to those of the first. ONNX Runtime finds their types and shapes itself.
 *
 * @param names of tensors; those that the graph lacks are left out.
 * @returns the same bytes where there is nothing to add.
 * @see https://protobuf.dev/programming-guides/encoding/#last-one-wins; onnx.proto: ModelProto.graph, GraphProto.output
 */
export function tapGraph(graph: ArrayBuffer, names: readonly string[]): ArrayBuffer {
  // Names are ASCII, and stand as they are among the bytes.
  const text = names.length > 0 ? new TextDecoder('latin1').decode(graph) : '';
  const outputs = names
    .filter(name => text.includes(name))
    .flatMap(name => field(graphOutput, field(valueName, [...new TextEncoder().encode(name)])));
  if (outputs.length === 0) {
    return graph;
  }
  const added = field(modelGraph, outputs);
  const tapped = new Uint8Array(graph.byteLength + added.length);
  tapped.set(new Uint8Array(graph));
  tapped.set(added, graph.byteLength);
  return tapped.buffer;
}

/** Numbers of fields in `onnx.proto`. */
const modelGraph = 7;
const graphOutput = 12;
const valueName = 1;

const lengthDelimited = 2;

const field = (number: number, bytes: readonly number[]): number[] => [
  ...varint((number << 3) | lengthDelimited),
  ...varint(bytes.length),
  ...bytes,
];

/** Seven bits a byte, the lowest first; the eighth says that more follow. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 127; value >>>= 7) {
    bytes.push((value & 127) | 128);
  }
  return [...bytes, value];
}
