/**
 * Makes tensors inside an ONNX graph its outputs, without parsing the graph.
 *
 * Protocol Buffers concatenate the repeated fields of a message that occurs twice: a second `graph` at the end of the
 * file, of outputs alone, adds them to those of the first. ONNX Runtime finds their types and shapes itself.
 *
 * @param names of what nodes take and give, weights among them, in ASCII; those that the graph lacks are left out.
 * @returns the same bytes where there is nothing to add.
 * @see https://protobuf.dev/programming-guides/encoding/#last-one-wins; onnx.proto: ModelProto.graph, GraphProto.output
 */
export function tapGraph(graph: ArrayBuffer, names: readonly string[]): ArrayBuffer {
  const nodes = names.length > 0 ? nodesOf(new Uint8Array(graph)) : '';
  const isThere = (name: string) =>
    [nodeInput, nodeOutput].some(number => nodes.includes(stringField(number, name)));
  const outputs = names
    .filter(isThere)
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
const graphNode = 1;
const graphOutput = 12;
const nodeInput = 1;
const nodeOutput = 2;
const valueName = 1;

const lengthDelimited = 2;

/**
 * The nodes of a graph, a character for each byte. They are its first field, and end where its weights begin, which may
 * be a hundred million bytes: nothing of those is read.
 */
function nodesOf(model: Uint8Array): string {
  let at = 0;
  const next = () => {
    let value = 0;
    for (let scale = 1; at < model.length; scale *= 128) {
      const byte = model[at++] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) {
        break;
      }
    }
    return value;
  };
  const isField = (number: number) => model[at] === ((number << 3) | lengthDelimited);
  while (at < model.length && !isField(modelGraph)) {
    // What comes before it are numbers and strings.
    const tag = next();
    const value = next();
    at += (tag & 7) === lengthDelimited ? value : 0;
  }
  next();
  next();
  const start = at;
  while (isField(graphNode)) {
    next();
    const length = next();
    at += length;
  }
  return new TextDecoder('latin1').decode(model.subarray(start, at));
}

/** A field of text as `nodesOf` has it. */
const stringField = (number: number, text: string) =>
  String.fromCharCode((number << 3) | lengthDelimited, text.length) + text;

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
